import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { exec, login, opened, pass, Screen, serve } from '../../test/ssh-scene.ts';
import type { LogEntry } from '../io/index.ts';
import { SeededRandom } from '../io/memory/random.ts';
import { SshTerminal } from './ssh-terminal.ts';

test('who does not log in in time is cut off, also who says nothing at all', async () => {
  const { server, port, clock } = await serve({ loginMs: 10_000 });
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'data');
  const closed = once(socket, 'close');
  pass(clock, 9_999);
  assert.equal(server.report().refused.late, 0);
  pass(clock, 1);
  await closed;
  assert.equal(server.report().refused.late, 1);
});

test('noise in the place of a client closes its own connection and nothing else', async () => {
  const { port, clock } = await serve();
  const random = new SeededRandom(7);
  for (let i = 0; i < 40; i++) {
    pass(clock, 1000);
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    const closed = once(socket, 'close');
    if (i % 2 === 0) socket.write('SSH-2.0-noise\r\n');
    socket.end(random.bytes(1 + 50 * i));
    socket.resume();
    await closed;
  }
  assert.equal((await exec(await login(port), 'show who')).status, 0);
});

test('a client that never reads its screen loses its session, not our memory', () => {
  let written = 0;
  let flooded = 0;
  const channel = {
    writable: true,
    get writableLength() {
      return written;
    },
    on: () => {},
    write: (text: string) => {
      written += text.length;
    },
    pause() {},
    resume() {},
    exit() {},
    end() {},
  };
  const terminal = new SshTerminal(channel, undefined, { touched: () => {}, flooded: () => flooded++ });
  const megabyte = 'x'.repeat(1024 * 1024);
  for (let i = 0; i < 100; i++) terminal.write(megabyte);
  assert.equal(flooded, 1);
  assert.ok(written <= 17 * 1024 * 1024, `${written}`);
});

test('strangers are bounded by address', async () => {
  const { server, port } = await serve();
  const sockets = Array.from({ length: 9 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  opened.push({ close: async () => sockets.forEach((socket) => void socket.destroy()) });
  await Promise.race(sockets.map((socket) => once(socket, 'close')));
  assert.equal(server.report().refused.connections, 1);
});

/** Connects and leaves. Gives whether the server greeted. */
async function knock(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  const closed = once(socket, 'close');
  const greeted = await Promise.race([once(socket, 'data').then(() => true), closed.then(() => false)]);
  socket.end();
  await closed;
  return greeted;
}

test('an address that comes too often is turned away before the key exchange, and that is told once in ten seconds', async () => {
  const { server, port, clock, entries } = await serve();
  const told = (): readonly LogEntry[] => entries.filter(({ mnemonic }) => mnemonic === 'CONNECTION_REFUSED');
  for (let i = 0; i < 20; i++) assert.equal(await knock(port), true);
  for (let i = 0; i < 3; i++) assert.equal(await knock(port), false);
  assert.equal(server.report().refused.hasty, 3);
  assert.deepEqual(
    told().map(({ text }) => text),
    ['Connection from 127.0.0.1 refused: it connects too often; 1 refused since start'],
  );
  pass(clock, 9000);
  for (let i = 0; i < 9; i++) assert.equal(await knock(port), true);
  assert.equal(await knock(port), false);
  assert.equal(told().length, 1);
  pass(clock, 1000);
  assert.deepEqual([await knock(port), await knock(port)], [true, false]);
  assert.equal(told().length, 2);
});

test('who logs in may come as often as he likes', async () => {
  const { port } = await serve();
  for (let i = 0; i < 21; i++) {
    assert.deepEqual(await exec(await login(port), 'show who'), { out: 'ada is here\n', status: 0 });
  }
});

test('an idle session is ended, and one that is typed at is not', async () => {
  const { port, clock } = await serve({ lines: [{ number: 3, execTimeoutMs: 60_000 }] });
  const screen = await Screen.open(await login(port));
  await screen.until(/gw#$/);
  pass(clock, 59_000);
  screen.channel.write('show who\n');
  await screen.until(/here\r\ngw#$/);
  pass(clock, 59_000);
  screen.channel.write('show who\n');
  await screen.until(/here[\s\S]*here\r\ngw#$/);
  pass(clock, 60_000);
  await screen.closed;
});

test('there are as many sessions as lines; the next one is told, and a line that is left is given again', async () => {
  const { server, port } = await serve();
  const first = await Screen.open(await login(port));
  const second = await Screen.open(await login(port, { username: 'bob' }));
  await second.until(/gw>$/);
  const report = server.report().connections;
  assert.deepEqual(
    report.map(({ number, user, address }) => [number, user, address]),
    [
      [0, 'ada', '127.0.0.1'],
      [1, 'bob', '127.0.0.1'],
    ],
  );
  assert.ok(report.every(({ cipherIn, macIn }) => cipherIn !== '' && macIn !== ''));
  assert.deepEqual(await exec(await login(port), 'show who'), { out: '% All lines are in use\r\n', status: 1 });
  assert.equal(server.report().refused.lines, 1);
  assert.equal(server.disconnect(0), true);
  await first.closed;
  assert.equal(server.disconnect(7), false);
  assert.equal((await exec(await login(port), 'show who')).status, 0);
});

test('a connection has one channel, and carries nothing else', async () => {
  const { port } = await serve();
  const client = await login(port);
  const screen = await Screen.open(client);
  await screen.until(/gw#$/);
  await assert.rejects(exec(client, 'show who'), /Channel open failure/);
  await assert.rejects(
    new Promise((resolve, reject) => {
      client.forwardOut('127.0.0.1', 1, '127.0.0.1', 2, (error) => (error ? reject(error) : resolve(undefined)));
    }),
    /Channel open failure/,
  );
  const other = await login(port);
  await assert.rejects(
    new Promise((resolve, reject) => {
      other.sftp((error) => (error ? reject(error) : resolve(undefined)));
    }),
  );
});

test('a port that is taken is said in the log', async () => {
  const { port } = await serve();
  const { server, entries } = await serve({ port });
  assert.equal(server.report().port, undefined);
  assert.equal(entries[0]?.mnemonic, 'LISTEN_SOCKET');
});
