import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message, minutes, open, pair } from '../../../test/transport-pair.ts';
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
