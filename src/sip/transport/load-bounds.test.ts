import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message, minutes, open, type Pair, pair, settings, tryOpen } from '../../../test/transport-pair.ts';
import type { Stream } from '../../io/index.ts';
import { type LimitSettings, limitsOf } from '../limits.ts';
import { Admission } from '../screen/index.ts';

test('a thousandth and first request waiting for one connection fails at once', async () => {
  const p = await pair();
  let failed = 0;
  for (let i = 0; i < 1001; i++) {
    p.west.transport.open(
      { transport: 'tcp', remote: { host: '10.0.0.9', port: 5060 } },
      { opened: () => undefined, failed: () => failed++ },
    );
  }
  assert.equal(failed, 1);
  await p.world.advance(20_000);
  assert.equal(failed, 1001);
});

test('connections are bounded in all and for each source', () => {
  const admission = new Admission('connections', { inAll: 3, ofSource: 2 });
  assert.deepEqual(
    ['a', 'a', 'a', 'b', 'c'].map((source) => admission.begin(source)),
    [undefined, undefined, '2 connections of this source', undefined, '3 connections'],
  );
  admission.end('a');
  admission.end('nobody');
  assert.equal(admission.begin('c'), undefined);
  for (const source of ['a', 'b', 'c']) admission.end(source);
  assert.equal(admission.count, 0);
});

test('handshakes of one source are bounded; the rest is shed before any crypto', async () => {
  const p = await pair();
  const stranger = p.world.host(['10.0.0.7']);
  for (let i = 0; i < 100; i++) {
    void stranger.network.connectTcp({ host: '10.0.0.2', port: 5061 }, { timeoutMs: 1000 }).catch(() => undefined);
  }
  await p.world.advance(100);
  assert.equal(p.east.transport.load.handshakes, 64);
  assert.equal(p.east.transport.failures().filter((f) => f.stage === 'limit').length, 36);
  await p.world.advance(20_000);
  assert.deepEqual(p.east.transport.load, { handshakes: 0, sockets: 0 });
});

test('one source that floods UDP from all its ports makes room for others itself, and no call loses its flow', async () => {
  const p = await pair();
  const send = (host: string, port: number): void =>
    p.world.internet.sendUdp(Buffer.from(message), { host, port }, { host: '10.0.0.2', port: 5060 });
  const heard = async (host: string): Promise<boolean> => {
    const before = p.east.received.length;
    send(host, 5060);
    await p.world.advance(10);
    return p.east.received.length === before + 1;
  };
  const flood = async (from: number, to: number): Promise<void> => {
    for (let at = from; at < to; at++) {
      send('10.0.0.66', at);
      if (at % 50 === 0) await p.world.advance(2);
    }
    await p.world.advance(10);
  };
  // Eight old peers that go on talking, and one with a call.
  for (let i = 0; i < 8; i++) assert.ok(await heard(`10.2.0.${i}`));
  assert.ok(await heard('10.3.0.1'));
  const inCall = p.east.received.at(-1)?.[1] ?? assert.fail('no flow');
  inCall.carry(1);
  await flood(20_000, 28_300);
  const [row] = p.east.transport.overload().held;
  assert.deepEqual(
    [row?.what, row?.now, row?.bound, row?.ended, row?.refused],
    ['UDP remotes', 8192, 8192, 8300 + 9 - 8192, 0],
  );
  for (let i = 0; i < 20; i++) assert.ok(await heard(`10.4.0.${i}`), 'somebody new is heard');
  await flood(20_000, 20_500);
  assert.equal(p.east.closed.filter(([flow]) => flow.remote.host !== '10.0.0.66').length, 0);
  assert.ok(inCall.open);
});

test('a flood from invented UDP sources stays within its bound and does not push out a flow in use', async () => {
  const p = await pair();
  const flow = await open(p, 'udp');
  flow.send(message);
  await p.world.advance(10);
  for (let i = 0; i < 9000; i++) {
    const from = { host: `10.1.${i >> 8}.${i & 255}`, port: 5060 };
    p.world.internet.sendUdp(Buffer.from(message), from, { host: '10.0.0.2', port: 5060 });
    if (i % 50 === 0) await p.world.advance(2);
  }
  await p.world.advance(10);
  assert.equal(p.east.transport.report('udp').active, 8192);
  const before = p.east.received.length;
  flow.send(message);
  await p.world.advance(10);
  assert.equal(p.east.received.length, before + 1);
  await p.world.advance(6 * minutes);
  assert.equal(p.east.transport.report('udp').active, 0);
});

/** A pair whose east has these bounds. */
async function bounded(limits: LimitSettings): Promise<Pair> {
  const p = await pair();
  await p.east.transport.reconfigure(settings('0.0.0.0', { limits: limitsOf(limits) }));
  return p;
}

interface Caller {
  readonly stream: Stream;
  closed: boolean;
}

/** So many connections of an address to a port of east, on which nothing is said. */
async function silent(p: Pair, host: string, port: number, count = 1): Promise<readonly Caller[]> {
  const { network } = p.world.host([host]);
  const connecting = Array.from({ length: count }, () =>
    network.connectTcp({ host: '10.0.0.2', port }, { timeoutMs: 1000 }),
  );
  await p.world.advance(10);
  const callers = (await Promise.all(connecting)).map((stream) => ({ stream, closed: false }));
  for (const caller of callers) {
    const closed = (): void => {
      caller.closed = true;
    };
    caller.stream.start({ received: () => undefined, closed });
  }
  await p.world.advance(10);
  return callers;
}

function row(p: Pair, what: string) {
  return p.east.transport.overload().held.find((one) => one.what === what) ?? assert.fail(`no row ${what}`);
}

test('when all handshakes that may be in flight are idle ones of a few addresses, one of theirs ends for each that is new', async () => {
  const p = await bounded({ handshakes: 16, 'handshakes per-source': 4 });
  const first = await silent(p, '10.5.0.1', 5061, 4);
  for (const host of ['10.5.0.2', '10.5.0.3', '10.5.0.4']) await silent(p, host, 5061, 4);
  assert.equal(p.east.transport.load.handshakes, 16);
  const flow = await open(p, 'tls');
  assert.ok(flow.open);
  assert.deepEqual(
    first.map(({ closed }) => closed),
    [true, false, false, false],
  );
  const { bound, perSource, ended, refused } = row(p, 'TLS handshakes in flight');
  assert.deepEqual([bound, perSource, ended, refused], [16, 4, 1, 0]);
  assert.match(p.east.lines().join('\n'), /16 TLS handshakes in flight, of which its source held most/);
  await silent(p, '10.5.0.1', 5061, 2);
  assert.equal(row(p, 'TLS handshakes in flight').refused, 1, 'whoever holds most pushes nobody out');
  await p.world.advance(20_000);
  assert.equal(p.east.transport.load.handshakes, 0);
});

test('when all connections that may be accepted are there, the idle ones of the source with most go first, and no call loses its own', async () => {
  const p = await bounded({ connections: 8, 'connections per-source': 4 });
  const [calling, ...idle] = await silent(p, '10.5.0.1', 5060, 4);
  calling?.stream.write(message);
  await p.world.advance(10);
  p.east.received.at(-1)?.[1].carry(1);
  const other = await silent(p, '10.5.0.2', 5060, 4);
  for (const host of ['10.5.0.3', '10.5.0.4', '10.5.0.5']) {
    const [caller] = await silent(p, host, 5060);
    assert.equal(caller?.closed, false);
  }
  const closed = (callers: readonly Caller[]): number => callers.filter((one) => one.closed).length;
  assert.deepEqual([calling?.closed, closed(idle), closed(other)], [false, 1, 2]);
  assert.deepEqual([row(p, 'connections accepted').now, row(p, 'connections accepted').ended], [8, 3]);
  assert.equal(p.east.transport.history().filter(({ cause }) => cause === 'shed').length, 3);
});

test('whom the screen knows is let in while any stranger is there to go, and goes for no stranger', async () => {
  const p = await bounded({ connections: 3 });
  p.east.known.add('10.6.0.1');
  const strangers = [await silent(p, '10.5.0.1', 5060), await silent(p, '10.5.0.2', 5060)].flat();
  const known = await silent(p, '10.6.0.1', 5060, 3);
  assert.deepEqual(
    [...strangers, ...known].map(({ closed }) => closed),
    [true, true, false, false, false],
  );
  await silent(p, '10.5.0.3', 5060);
  assert.deepEqual([known.some(({ closed }) => closed), row(p, 'connections accepted').refused], [false, 1]);
});

test('new connections of addresses that come fast leave room for those that come seldom, and for those the screen knows', async () => {
  const p = await bounded({
    'connection-rate': 10,
    'connection-rate burst': 100,
    'connection-rate per-source': 10,
    'connection-rate per-source burst': 20,
  });
  for (let i = 0; i < 30; i++) await silent(p, `10.5.0.${i}`, 5060, 2);
  for (let i = 0; i < 20; i++) await silent(p, '10.5.1.1', 5060, 4);
  const { refused } = p.east.transport.overload().arrivals;
  assert.ok(refused >= 60, String(refused));
  assert.equal((await silent(p, '10.7.0.1', 5060))[0]?.closed, false);
  for (let i = 0; i < 60; i++) await silent(p, `10.5.2.${i}`, 5060, 2);
  assert.equal((await silent(p, '10.7.0.2', 5060))[0]?.closed, true);
  p.east.known.add('10.0.0.1');
  assert.ok('open' in (await tryOpen(p, 'tcp')));
});
