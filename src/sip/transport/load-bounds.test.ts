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
