import assert from 'node:assert/strict';
import { test } from 'node:test';
import { credentials, message, open, pair, port, west } from '../../../test/transport-pair.ts';
import type { Flow } from './flow.ts';

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  test(`a message goes over ${transport} and its answer comes back on the same flow`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    assert.deepEqual(flow.remote, { host: '10.0.0.2', port: port(transport) });
    assert.equal(flow.local.host, '10.0.0.1');
    assert.equal(flow.reliable, transport !== 'udp');
    assert.equal(flow.send(message), true);
    await p.world.advance(10);
    const [text, back] = p.east.received[0] ?? assert.fail('nothing received');
    assert.equal(text, message);
    assert.equal(back.local.host, '10.0.0.2');
    back.send(message);
    await p.world.advance(10);
    assert.equal(p.west.received[0]?.[0], message);
    assert.equal(p.west.received[0]?.[1], flow);
  });

  test(`a second request to the same place reuses the ${transport} flow at once`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    let again: Flow | undefined;
    const remote = { host: '10.0.0.2', port: port(transport) };
    p.west.transport.open({ transport, remote }, { opened: (f) => (again = f), failed: () => undefined });
    assert.equal(again, flow);
    assert.equal(p.west.transport.report(transport).active, 1);
  });
}

test('over TLS a connection is reused only for the same name and under the same policy', async () => {
  const p = await pair();
  const first = await open(p, 'tls', 'a.example');
  assert.equal(first.provedName, 'a.example');
  assert.equal(await open(p, 'tls', 'A.example'), first);
  assert.notEqual(await open(p, 'tls', 'b.example'), first);
  assert.notEqual(await open(p, 'tls'), first);
  p.west.policy.answer = { credentials: credentials(west), policy: 'other trustpoint' };
  assert.notEqual(await open(p, 'tls', 'a.example'), first);
});

test('everybody who waits for one connection is told when it fails', async () => {
  const p = await pair();
  const told: string[] = [];
  for (let i = 0; i < 3; i++) {
    p.west.transport.open(
      { transport: 'tcp', remote: { host: '10.0.0.2', port: 9 } },
      { opened: () => told.push('opened'), failed: (failure) => told.push(failure.code) },
    );
  }
  assert.equal(p.west.transport.report('tcp').agents[0]?.connections[0]?.state, 'Connecting');
  assert.equal(p.west.transport.report('tcp').agents[0]?.connections[0]?.queue, 3);
  await p.world.advance(100);
  assert.deepEqual(told, ['connection-refused', 'connection-refused', 'connection-refused']);
  assert.equal(p.west.transport.report('tcp').connectionFailures, 1);
  assert.deepEqual(p.west.transport.report('tcp').maxQueue, { size: 3, remote: { host: '10.0.0.2', port: 9 } });
});

test('after close nothing is told and nothing is left', async () => {
  const p = await pair();
  await open(p, 'tls');
  await open(p, 'udp');
  p.west.transport.open(
    { transport: 'tcp', remote: { host: '10.0.0.2', port: 5060 } },
    { opened: () => undefined, failed: () => assert.fail('failed') },
  );
  p.west.transport.close();
  p.west.transport.close();
  await p.world.advance(1000);
  assert.deepEqual(p.west.closed, []);
  assert.deepEqual(p.west.transport.load, { handshakes: 0, sockets: 0 });
  p.east.transport.close();
  await p.world.runUntilIdle(60_000);
  assert.equal(p.world.internet.openStreams, 0);
  assert.equal(p.world.clock.pending, 0);
});
