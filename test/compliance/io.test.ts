import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Address, Clock, Files, Network, Stream } from '../../src/io/index.ts';
import { SimulatedWorld } from '../../src/io/memory/index.ts';
import { nodeIo } from '../../src/io/node/index.ts';

/** One side of io, and how its time passes. */
interface Outside {
  readonly clock: Clock;
  readonly network: Network;
  readonly files: Files;
  /** Resolves with the value, letting time pass as it must. */
  run<T>(work: Promise<T>): Promise<T>;
}

const folder = await mkdtemp(join(tmpdir(), 'dialpeer-'));

function real(): Outside {
  return { ...nodeIo({ root: folder }), run: (work) => work };
}

function simulated(): Outside {
  const world = new SimulatedWorld();
  return {
    ...world.host(['127.0.0.1', '127.0.0.2']),
    run: async (work) => {
      let isDone = false;
      const watched = work.finally(() => {
        isDone = true;
      });
      watched.catch(() => undefined);
      for (let i = 0; i < 1000 && !isDone; i++) await world.advance(10);
      return watched;
    },
  };
}

const loopback = '127.0.0.1';
const here: Address = { host: loopback, port: 0 };

interface Joined {
  readonly near: Stream;
  readonly far: Stream;
  close(): void;
}

async function joined({ network, run }: Outside): Promise<Joined> {
  const accepted = Promise.withResolvers<Stream>();
  const listener = await run(network.listenTcp(here, { accepted: accepted.resolve, failed: accepted.reject }));
  const near = await run(network.connectTcp(listener.local, { timeoutMs: 2000 }));
  const far = await run(accepted.promise);
  return { near, far, close: () => listener.close() };
}

/** Everything a stream brings until it closes. */
function all(stream: Stream): Promise<{ readonly text: string; readonly error: Error | undefined }> {
  let text = '';
  return new Promise((resolve) => {
    stream.start({
      received: (data) => {
        text += data.toString('latin1');
      },
      closed: (error) => resolve({ text, error }),
    });
  });
}

for (const [name, make] of [
  ['a real host', real],
  ['a simulated host', simulated],
] as const) {
  describe(`on ${name}`, () => {
    test('what is read before a stream starts is taken off it, and the rest comes first', async () => {
      const io = make();
      const { near, far, close } = await joined(io);
      const seen: number[] = [];
      const read = far.preface((arrived) => {
        seen.push(arrived.length);
        return arrived.includes('\n') ? arrived.indexOf('\n') + 1 : undefined;
      });
      near.write('head');
      await io.run(new Promise<void>((resolve) => void io.clock.after(50, resolve)));
      near.write('er\nbo');
      assert.equal(await io.run(read), true);
      assert.equal(seen.at(-1), 9);
      const rest = all(far);
      near.write('dy');
      near.end();
      assert.equal((await io.run(rest)).text, 'body');
      close();
    });

    test('a stream that closes before it was read enough says so', async () => {
      const io = make();
      const { near, far, close } = await joined(io);
      const read = far.preface(() => undefined);
      near.write('half');
      near.end();
      assert.equal(await io.run(read), false);
      far.destroy();
      close();
    });

    test('a datagram arrives whole, byte for byte, with its sender, and can be answered', async () => {
      const io = make();
      const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
      const answered = Promise.withResolvers<string>();
      const server = await io.run(
        io.network.bindUdp(here, { received: (data, from) => server.send(data, from), failed: answered.reject }),
      );
      const client = await io.run(
        io.network.bindUdp(here, {
          received: (data, from) => answered.resolve(`${from.port} ${data.toString('latin1')}`),
          failed: answered.reject,
        }),
      );
      client.send(bytes, server.local);
      assert.equal(await io.run(answered.promise), `${server.local.port} ${bytes}`);
      client.close();
      server.close();
    });

    test('a stream keeps the order of its writes, text and bytes mixed, and closes after the last', async () => {
      const io = make();
      const { near, far, close } = await joined(io);
      const received = all(far);
      const parts = Array.from({ length: 200 }, (_, i) => `part ${i}\n`);
      for (const [i, part] of parts.entries()) near.write(i % 7 === 0 ? Buffer.from(part) : part);
      near.end();
      near.write('after the end');
      assert.deepEqual(await io.run(received), { text: parts.join(''), error: undefined });
      close();
    });

    test('both ends name the same two addresses', async () => {
      const io = make();
      const { near, far, close } = await joined(io);
      assert.deepEqual([near.local, near.remote], [far.remote, far.local]);
      near.destroy();
      far.destroy();
      close();
    });

    test('what arrived before start is kept, and so is the end', async () => {
      const io = make();
      const { near, far, close } = await joined(io);
      near.write('early');
      near.end();
      const finished = all(near);
      assert.equal((await io.run(all(far))).text, 'early');
      await io.run(finished);
      close();
    });

    test('closed is told once to each side, also to the one that destroyed', async () => {
      const io = make();
      const { near, far, close } = await joined(io);
      const both = Promise.all([all(near), all(far)]);
      near.destroy();
      near.destroy();
      await io.run(both);
      close();
    });

    test('nobody listening is connection-refused', async () => {
      const io = make();
      const listener = await io.run(io.network.listenTcp(here, { accepted: () => undefined, failed: () => undefined }));
      const { local } = listener;
      listener.close();
      await assert.rejects(io.run(io.network.connectTcp(local, { timeoutMs: 2000 })), { code: 'connection-refused' });
    });

    test('a port taken is address-in-use, for UDP and TCP, each by itself', async () => {
      const io = make();
      const silent = { received: () => undefined, accepted: () => undefined, failed: () => undefined };
      const tcp = await io.run(io.network.listenTcp(here, silent));
      await assert.rejects(io.run(io.network.listenTcp(tcp.local, silent)), { code: 'address-in-use' });
      const udp = await io.run(io.network.bindUdp(tcp.local, silent));
      await assert.rejects(io.run(io.network.bindUdp(tcp.local, silent)), { code: 'address-in-use' });
      udp.close();
      tcp.close();
      (await io.run(io.network.listenTcp(tcp.local, silent))).close();
    });

    test('a UDP port that is shared is that of one address where there is a socket of it, else that of every address', async () => {
      const io = make();
      const heard: string[] = [];
      const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const hearing = (name: string, done: () => void) => ({
        received: () => {
          heard.push(name);
          done();
        },
        failed: first.reject,
      });
      const shared = { shared: true };
      const any = await io.run(io.network.bindUdp({ host: '0.0.0.0', port: 0 }, hearing('any', first.resolve), shared));
      const { port } = any.local;
      const two = { host: '127.0.0.2', port };
      await assert.rejects(io.run(io.network.bindUdp(two, hearing('other', first.resolve))), {
        code: 'address-in-use',
      });
      const one = await io.run(io.network.bindUdp(two, hearing('one', second.resolve), shared));
      const client = await io.run(io.network.bindUdp(here, hearing('client', first.resolve)));
      client.send('x', { host: loopback, port });
      await io.run(first.promise);
      client.send('x', two);
      await io.run(second.promise);
      assert.deepEqual(heard, ['any', 'one']);
      for (const socket of [any, one, client]) socket.close();
    });

    test('an address of another host is address-not-available', async () => {
      const io = make();
      const silent = { received: () => undefined, failed: () => undefined };
      await assert.rejects(io.run(io.network.bindUdp({ host: '192.0.2.1', port: 0 }, silent)), {
        code: 'address-not-available',
      });
    });

    test('the way to ourselves begins at ourselves', async () => {
      const io = make();
      assert.equal(await io.run(io.network.sourceAddress(loopback)), loopback);
    });

    test('timers fire in the order of their times, cancelled ones never, and none before after returned', async () => {
      const { clock, run } = make();
      const fired: string[] = [];
      const done = Promise.withResolvers<void>();
      clock.after(60, () => {
        fired.push('late');
        done.resolve();
      });
      clock.after(20, () => fired.push('middle'));
      clock.after(40, () => fired.push('never')).cancel();
      clock.after(0, () => fired.push('now'));
      assert.deepEqual(fired, []);
      const begin = clock.monotonic();
      await run(done.promise);
      assert.deepEqual(fired, ['now', 'middle', 'late']);
      assert.ok(clock.monotonic() > begin);
    });

    test('a file is written whole with its mode, read back, listed and removed', async () => {
      const { files, run } = make();
      assert.equal(await run(files.read('keys/none')), undefined);
      assert.deepEqual(await run(files.list('nowhere')), []);
      await run(files.write('keys/a.pem', 'first'));
      await run(files.write('keys/a.pem', 'second', 0o640));
      await run(files.write('keys/sub/b', Buffer.from([0, 255])));
      assert.equal((await run(files.read('keys/a.pem')))?.toString(), 'second');
      assert.deepEqual(await run(files.read('keys/sub/b')), Buffer.from([0, 255]));
      assert.equal(await run(files.mode('keys/a.pem')), 0o640);
      assert.equal(await run(files.mode('keys/sub/b')), 0o600);
      assert.deepEqual(await run(files.list('keys')), ['a.pem', 'sub/']);
      await assert.rejects(run(files.list('keys/a.pem')), { code: 'file-unreadable' });
      await run(files.remove('keys'));
      await run(files.remove('keys'));
      assert.deepEqual(await run(files.list('keys')), []);
    });

    test('of many writes to one file at once the last one asked for stays', async () => {
      const { files, run } = make();
      await run(Promise.all(Array.from({ length: 20 }, (_, i) => files.write('once', `version ${i}`))));
      assert.equal((await run(files.read('once')))?.toString(), 'version 19');
      await run(files.remove('once'));
    });

    for (const bad of ['../out', 'a/../../out', '/etc/passwd', 'a\0b', '..']) {
      test(`the name ${JSON.stringify(bad)} reaches nothing`, async () => {
        const { files, run } = make();
        await assert.rejects(run(files.read(bad)), { code: 'file-unreadable' });
        await assert.rejects(run(files.write(bad, 'x')), { code: 'file-unwritable' });
        await assert.rejects(run(files.remove(bad)), { code: 'file-unwritable' });
        await assert.rejects(run(files.list(bad)), { code: 'file-unreadable' });
      });
    }
  });
}

test('a link does not lead out of the folder', async (t) => {
  const outside = await mkdtemp(join(tmpdir(), 'dialpeer-outside-'));
  t.after(() => rm(outside, { recursive: true }));
  await writeFile(join(outside, 'secret'), 'secret');
  await symlink(outside, join(folder, 'link'));
  await symlink(join(outside, 'secret'), join(folder, 'file-link'));
  const { files } = real();
  await assert.rejects(files.read('link/secret'), { code: 'file-unreadable' });
  await assert.rejects(files.read('file-link'), { code: 'file-unreadable' });
  await assert.rejects(files.write('link/new', 'x'), { code: 'file-unwritable' });
  await rm(folder, { recursive: true });
});
