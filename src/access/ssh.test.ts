import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ClientChannel, ConnectConfig } from 'ssh2';
import ssh2 from 'ssh2';
import { type Command, CommandError, command, Language } from '../cli/index.ts';
import type { LogEntry } from '../io/index.ts';
import { SimulatedClock } from '../io/memory/clock.ts';
import { SeededRandom } from '../io/memory/random.ts';
import { nodeNetwork } from '../io/node/network.ts';
import { LoginAttempts } from './login-attempts.ts';
import { SshServer } from './ssh-server.ts';
import type { SshLogin, SshServerSettings, SshSession } from './ssh-settings.ts';
import { SshTerminal } from './ssh-terminal.ts';

/** Everybody's password is the name backwards. */
const passwordOf = (user: string): string => [...user].reverse().join('');

const rsa = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
const hostKey = rsa();
const userKey = rsa();

interface World {
  readonly who: string;
}

const anyone = { privilege: 1 };
const rows: readonly Command<World>[] = [
  command<'show who', World>(
    'show who',
    'Who',
    (_, { world, terminal }) => terminal.print(`${world.who} is here`),
    anyone,
  ),
  command<'show many', World>(
    'show many',
    'Lines',
    (_, { terminal }) => {
      for (let i = 1; i <= 100; i++) terminal.print(`line ${i}`);
    },
    anyone,
  ),
  command<'ask', World>('ask', 'Asks', async (_, { terminal }) => {
    terminal.print(`answered ${await terminal.ask('Well? ')}`);
  }),
  command<'fail', World>('fail', 'Fails', () => {
    throw new CommandError('% It failed');
  }),
];
const language = new Language<World>([
  { name: 'exec', kind: 'exec', prompt: '', commands: rows },
  { name: 'config', parent: 'exec', prompt: 'config', commands: [] },
]);

/** Lets so much time pass, firing what becomes due. */
function pass(clock: SimulatedClock, ms: number): void {
  const end = clock.monotonic() + ms;
  while (clock.step(end));
  clock.moveTo(end);
}

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function serve(part: Partial<SshServerSettings> = {}, given: Partial<SshSession<World>> = {}) {
  const clock = new SimulatedClock(0);
  const entries: LogEntry[] = [];
  const logins: SshLogin[] = [];
  const server = new SshServer<World>({
    network: nodeNetwork(),
    clock,
    log: { write: (entry) => void entries.push(entry) },
    door: {
      password: async (user, password) => user !== 'ghost' && password === passwordOf(user),
      key: (user, key) => {
        const known = ssh2.utils.parseKey(userKey);
        return user === 'ada' && !(known instanceof Error) && known.getPublicSSH().equals(key);
      },
    },
    session(login) {
      logins.push(login);
      return {
        language,
        world: { who: login.user },
        hostname: () => 'gw',
        privilege: login.user === 'ada' ? 15 : 1,
        greeting: [],
        onFault: assert.fail,
        ...given,
      };
    },
  });
  const settings: SshServerSettings = {
    port: 0,
    address: '127.0.0.1',
    hostKey,
    loginMs: 60_000,
    attempts: 3,
    lines: [0, 1].map((number) => ({ number, execTimeoutMs: 600_000 })),
    ...part,
  };
  opened.push({ close: () => server.stop() });
  await server.apply(settings);
  const port = server.report().port ?? 0;
  /** Lets simulated time pass in steps while the real sockets work, until the promise is kept. */
  const during = async <T>(promise: Promise<T>): Promise<T> => {
    let settled = false;
    promise.then(
      () => (settled = true),
      () => (settled = true),
    );
    while (!settled) {
      await sleep(2);
      pass(clock, 500);
    }
    return promise;
  };
  return { server, clock, entries, logins, settings, port, during };
}

async function login(port: number, config: Partial<ConnectConfig> = {}): Promise<Client> {
  const client = new ssh2.Client();
  opened.push({
    close: async () => {
      client.on('error', () => {});
      client.end();
    },
  });
  const ready = once(client, 'ready');
  const username = config.username ?? 'ada';
  client.connect({ host: '127.0.0.1', port, username, password: passwordOf(username), ...config });
  await ready;
  return client;
}

/** A terminal on the other side. */
class Screen {
  text = '';
  readonly channel: ClientChannel;
  readonly closed: Promise<unknown>;

  constructor(channel: ClientChannel) {
    this.channel = channel;
    this.closed = once(channel, 'close');
    channel.on('data', (data: Buffer) => {
      this.text += data.toString();
    });
  }

  static open(
    client: Client,
    window: false | { cols: number; rows: number } = { cols: 80, rows: 24 },
  ): Promise<Screen> {
    return new Promise((resolve, reject) => {
      client.shell(window === false ? false : { ...window, term: 'vt100' }, (error, channel) =>
        error ? reject(error) : resolve(new Screen(channel)),
      );
    });
  }

  async until(pattern: RegExp): Promise<string> {
    for (let waited = 0; waited < 5000 && !pattern.test(this.text); waited += 5) await sleep(5);
    assert.match(this.text, pattern);
    return this.text;
  }
}

function exec(client: Client, text: string): Promise<{ out: string; status: number | undefined }> {
  return new Promise((resolve, reject) => {
    client.exec(text, (error, channel) => {
      if (error) return reject(error);
      let out = '';
      let status: number | undefined;
      channel.on('data', (data: Buffer) => {
        out += data.toString();
      });
      channel.on('exit', (code: number) => {
        status = code;
      });
      channel.on('close', () => resolve({ out, status }));
    });
  });
}

test('the host key may be an EC one, of each curve', async () => {
  for (const [namedCurve, algorithm] of [
    ['P-256', 'ecdsa-sha2-nistp256'],
    ['P-384', 'ecdsa-sha2-nistp384'],
    ['P-521', 'ecdsa-sha2-nistp521'],
  ] as const) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve });
    const { port } = await serve({ hostKey: privateKey.export({ type: 'sec1', format: 'pem' }).toString() });
    const client = await login(port, { algorithms: { serverHostKey: [algorithm] } });
    assert.equal((await exec(client, 'show who')).out, 'ada is here\n');
  }
});

test('a session echoes exactly what is typed, ends its lines with CR LF, and has its prompt last', async () => {
  const { port, logins } = await serve();
  const screen = await Screen.open(await login(port));
  await screen.until(/gw#$/);
  screen.channel.write('show who\n');
  await screen.until(/here\r\ngw#$/);
  screen.channel.write('exit\r');
  await screen.closed;
  assert.equal(screen.text, 'gw#show who\r\nada is here\r\ngw#exit\r\n');
  assert.deepEqual(logins, [{ user: 'ada', address: '127.0.0.1', line: 0 }]);
});

test('nothing but text, CR and LF reaches a script, and terminal length 0 ends the pager', async () => {
  const { port } = await serve();
  const screen = await Screen.open(await login(port));
  screen.channel.write('show many\n');
  await screen.until(/line 23\r\n --More-- $/);
  screen.channel.write('q');
  await screen.until(/gw#$/);
  screen.text = '';
  screen.channel.write('terminal length 0\nshow many\n');
  await screen.until(/line 100\r\ngw#$/);
  assert.match(screen.text, /^[\r\n\x20-\x7e]*$/);
  assert.ok(!screen.text.includes('More'));
});

test('the screen of the client is the screen of the pager, also after it changed', async () => {
  const { port } = await serve();
  const screen = await Screen.open(await login(port), { cols: 80, rows: 5 });
  screen.channel.write('show many\n');
  await screen.until(/line 4\r\n --More-- $/);
  screen.channel.write('q');
  await screen.until(/gw#$/);
  screen.channel.setWindow(9, 80, 0, 0);
  screen.text = '';
  screen.channel.write('show many\n');
  await screen.until(/line 8\r\n --More-- $/);
});

test('a long line is echoed whole on the width that terminal width gives', async () => {
  const { port } = await serve();
  const screen = await Screen.open(await login(port));
  const long = `show ${'x'.repeat(300)}`;
  screen.channel.write('terminal width 511\n');
  await screen.until(/511\r\ngw#$/);
  screen.text = '';
  screen.channel.write(`${long}\n`);
  await screen.until(/marker\.\r\n\r\ngw#$/);
  assert.ok(screen.text.startsWith(`${long}\r\n`));
});

test('without a terminal the lines of a pipe are typed, and its end ends the session', async () => {
  const { port } = await serve();
  const screen = await Screen.open(await login(port), false);
  screen.channel.end('show who\nask\nyes\n');
  await screen.closed;
  assert.equal(screen.text, 'gw#show who\nada is here\ngw#ask\nWell? yes\nanswered yes\ngw#\n');
});

test('one command runs without prompt and echo, and its status says whether it was carried out', async () => {
  const { port } = await serve();
  const table: readonly (readonly [string, string, number])[] = [
    ['show who', 'ada is here\n', 0],
    ['show nothing', "     ^\n% Invalid input detected at '^' marker.\n\n", 1],
    ['fail\nshow who', '% It failed\nada is here\n', 1],
    ['ask\nfine', 'Well? \nanswered fine\n', 0],
    ['show who\nexit\nshow who', 'ada is here\n', 0],
    ['show many | include 100', 'line 100\n', 0],
  ];
  for (const [text, out, status] of table) {
    assert.deepEqual(await exec(await login(port), text), { out, status }, text);
  }
});

test('a user starts with his own privilege', async () => {
  const { port } = await serve();
  const screen = await Screen.open(await login(port, { username: 'bob' }));
  await screen.until(/^gw>$/);
});

test('what is shown before and after the login', async () => {
  const { port } = await serve({ banner: 'Keep out\r\n' }, { greeting: ['', 'Welcome'] });
  const client = new ssh2.Client();
  const banner = once(client, 'banner');
  const ready = once(client, 'ready');
  opened.push({ close: async () => void client.end() });
  client.connect({ host: '127.0.0.1', port, username: 'ada', password: 'ada' });
  assert.deepEqual((await banner)[0], 'Keep out\r\n');
  await ready;
  const screen = await Screen.open(client);
  await screen.until(/^\r\nWelcome\r\ngw#$/);
});

test('a key lets its user in, and nobody else', async () => {
  const { port, during } = await serve();
  const keyOnly = { privateKey: userKey, authHandler: ['publickey' as const] };
  const { out } = await exec(await login(port, keyOnly), 'show who');
  assert.equal(out, 'ada is here\n');
  await assert.rejects(during(login(port, { ...keyOnly, username: 'bob' })), /authentication/);
  await assert.rejects(during(login(port, { ...keyOnly, privateKey: rsa() })), /authentication/);
});

test('a password is also asked for in a dialog', async () => {
  const { port } = await serve();
  const client = new ssh2.Client();
  client.on('keyboard-interactive', (_name, _text, _language, prompts, answer) => {
    assert.deepEqual(prompts, [{ prompt: 'Password: ', echo: false }]);
    answer([passwordOf('ada')]);
  });
  opened.push({ close: async () => void client.end() });
  const ready = once(client, 'ready');
  client.connect({
    host: '127.0.0.1',
    port,
    username: 'ada',
    authHandler: ['keyboard-interactive'],
    tryKeyboard: true,
  });
  await ready;
});

test('wrong passwords are logged, counted and answered ever later, and the last one ends the connection', async () => {
  const { server, port, entries, clock } = await serve();
  const client = new ssh2.Client();
  const answers: number[] = [];
  const closed = once(client, 'close');
  client.on('error', () => {});
  let tries = 0;
  client.connect({
    host: '127.0.0.1',
    port,
    username: 'ghost',
    authHandler: (_left, _partial, next) => {
      answers.push(clock.monotonic());
      tries++;
      next({ type: 'password', username: 'ghost', password: `guess ${tries}` });
    },
  });
  let over = false;
  closed.then(() => {
    over = true;
  });
  while (!over) {
    await sleep(5);
    pass(clock, 250);
  }
  assert.equal(server.report().refused.logins, 3);
  assert.equal(entries.filter(({ mnemonic }) => mnemonic === 'LOGIN_FAILED').length, 3);
  assert.match(entries.find(({ mnemonic }) => mnemonic === 'LOGIN_FAILED')?.text ?? '', /user: ghost.*127\.0\.0\.1/);
  const [first = 0, second = 0, third = 0] = answers;
  assert.ok(second - first >= 1000, `${second - first}`);
  assert.ok(third - second >= 2000, `${third - second}`);
  assert.ok(!entries.some(({ text }) => text.includes('guess')));
});

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

for (const [type, curve] of [
  ['ecdsa-sha2-nistp256', 'P-256'],
  ['ecdsa-sha2-nistp384', 'P-384'],
  ['ecdsa-sha2-nistp521', 'P-521'],
] as const) {
  test(`a host key on ${curve} proves the server by ${type}`, async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
    for (const form of ['pkcs8', 'sec1'] as const) {
      const { port } = await serve({ hostKey: String(privateKey.export({ type: form, format: 'pem' })) });
      let shown: Buffer | undefined;
      const client = await login(port, {
        algorithms: { serverHostKey: [type] },
        hostVerifier: (key: Buffer) => {
          shown = key;
          return true;
        },
      });
      assert.deepEqual(await exec(client, 'show who'), { out: 'ada is here\n', status: 0 });
      const spki = publicKey.export({ type: 'spki', format: 'der' });
      assert.ok(shown?.includes(spki.subarray(-64)));
    }
  });
}

test('what is no private key, or one of a kind that is not offered, opens no port and is in no message', async () => {
  const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  for (const wrong of ['-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n', String(ed25519)]) {
    const { server, entries } = await serve({ hostKey: wrong });
    assert.equal(server.report().port, undefined);
    assert.match(entries[0]?.text ?? '', /the host key cannot be used$/);
    assert.doesNotMatch(JSON.stringify(entries), /PRIVATE|nonsense/);
  }
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

test('it is switched off and on by its settings, says so, and leaves open sessions alone', async () => {
  const { server, settings, port, entries } = await serve();
  const screen = await Screen.open(await login(port));
  await screen.until(/gw#$/);
  await server.apply(undefined);
  await assert.rejects(login(port), /ECONNREFUSED/);
  screen.channel.write('show who\n');
  await screen.until(/here\r\ngw#$/);
  await server.apply(settings);
  await server.apply({ ...settings, attempts: 1 });
  assert.deepEqual(
    entries.filter(({ facility }) => facility === 'SSH').map(({ mnemonic }) => mnemonic),
    ['ENABLED', 'DISABLED', 'ENABLED'],
  );
});

test('a port that is taken is said in the log', async () => {
  const { port } = await serve();
  const { server, entries } = await serve({ port });
  assert.equal(server.report().port, undefined);
  assert.equal(entries[0]?.mnemonic, 'LISTEN_SOCKET');
});

test('an address that fails again and again waits longer, to a bound, until it succeeds', () => {
  const clock = new SimulatedClock(0);
  const attempts = new LoginAttempts(clock);
  const waits = (address: string, count: number) => Array.from({ length: count }, () => attempts.failed(address));
  assert.deepEqual(waits('a', 6), [1000, 2000, 4000, 8000, 8000, 8000]);
  assert.deepEqual(waits('b', 1), [1000]);
  attempts.forgive('a');
  assert.deepEqual(waits('a', 1), [1000]);
  waits('b', 1);
  pass(clock, 600_001);
  assert.deepEqual(waits('b', 1), [1000]);
});
