import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message, minutes, open, pair } from '../../../test/transport-pair.ts';
import type { TransportName } from '../settings.ts';

const agings: readonly [TransportName, number, number][] = [
  ['udp', 5 * minutes, 1],
  ['tcp', 5 * minutes, 1],
  ['tls', 60 * minutes, 1],
];

for (const [transport, limit] of agings) {
  test(`an idle ${transport} connection is closed after ${limit / minutes} minutes and counted as aged out`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    flow.send(message);
    await p.world.advance(limit - 10_000);
    assert.equal(p.west.transport.report(transport).active, 1);
    await p.world.advance(20_000);
    assert.equal(p.west.transport.report(transport).active, 0);
    assert.equal(p.west.transport.report(transport).ageouts, 1);
    assert.equal(p.west.closed.length, 1);
    assert.equal(p.west.closed[0]?.[1], undefined);
  });
}

test('a tcp connection that says nothing for a minute is let go', async () => {
  const p = await pair();
  await open(p, 'tcp');
  await p.world.advance(70_000);
  assert.equal(p.east.transport.report('tcp').active, 0);
  assert.equal(p.east.transport.report('tcp').ageouts, 1);
});

test('traffic keeps a connection from ageing', async () => {
  const p = await pair();
  const flow = await open(p, 'tcp');
  flow.send(message);
  for (let i = 0; i < 10; i++) {
    await p.world.advance(4 * minutes);
    assert.equal(flow.send(message), true);
  }
  assert.equal(p.west.transport.report('tcp').ageouts, 0);
});
