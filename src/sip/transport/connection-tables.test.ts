import assert from 'node:assert/strict';
import { test } from 'node:test';
import { east, message, open, pair, port, side } from '../../../test/transport-pair.ts';
import type { Flow } from './flow.ts';

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  const target = { host: '10.0.0.2', port: port(transport) };

  test(`clear by id purges the ${transport} socket only: the entry is marked ** and heals on its next use`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    assert.deepEqual(p.west.transport.clear(transport, { id: flow.id }), { socket: true, entry: false });
    const report = p.west.transport.report(transport);
    assert.equal(report.active, 0);
    assert.equal(report.agents[0]?.connections[0]?.mark, '**');
    assert.equal(flow.open, false);
    const healed = await open(p, transport);
    assert.equal(healed.open, true);
    assert.deepEqual(
      p.west.transport.report(transport).agents.map((a) => a.connections.map((c) => c.mark)),
      [['']],
    );
  });

  test(`clear by target purges the ${transport} entry only: the flow lives, the agent stays listed`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    assert.deepEqual(p.west.transport.clear(transport, { target }), { socket: false, entry: true });
    assert.deepEqual(p.west.transport.report(transport).agents, [{ host: '10.0.0.2', connections: [] }]);
    assert.equal(p.west.transport.report(transport).active, 1);
    assert.equal(flow.send(message), true);
    assert.notEqual(await open(p, transport), flow);
  });

  test(`clear by both purges the whole ${transport} connection`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    assert.deepEqual(p.west.transport.clear(transport, { id: flow.id, target }), { socket: true, entry: true });
    const report = p.west.transport.report(transport);
    assert.equal(report.active, 0);
    assert.deepEqual(report.agents, [{ host: '10.0.0.2', connections: [] }]);
    assert.deepEqual(p.west.transport.clear(transport, { id: flow.id, target }), { socket: false, entry: false });
  });
}

for (const transport of ['tcp', 'tls'] as const) {
  test(`a ${transport} connection that is drained carries on, takes nothing new, and closes behind its last dialog`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    p.west.used.add(flow);
    assert.equal(p.west.transport.drain(transport, { id: flow.id }), 1);
    assert.equal(p.west.transport.report(transport).agents[0]?.connections[0]?.state, 'Closing');
    await p.world.advance(20_000);
    assert.equal(flow.send(message), true, 'what is on it goes on');
    const other = await open(p, transport);
    assert.notEqual(other, flow, 'what is new goes elsewhere');
    p.west.used.delete(flow);
    await p.world.advance(10_000);
    assert.deepEqual([flow.open, other.open], [false, true]);
    assert.equal(p.west.transport.drain(transport, { target: { host: '10.0.0.2', port: port(transport) } }), 1);
    assert.equal(other.open, false, 'one that nobody is on closes at once');
    assert.equal(p.west.transport.drain(transport, {}), 0);
  });
}

test('an entry whose id went to a connection with somebody else is marked ++', async () => {
  const p = await pair();
  const third = side(p.world, '10.0.0.3', east);
  await third.transport.start();
  const flow = await open(p, 'tcp');
  p.west.transport.clear('tcp', { id: flow.id });
  let other: Flow | undefined;
  p.west.transport.open(
    { transport: 'tcp', remote: { host: '10.0.0.3', port: 5060 } },
    { opened: (f) => (other = f), failed: () => undefined },
  );
  await p.world.advance(10);
  assert.equal(other?.id, flow.id);
  const marks = p.west.transport.report('tcp').agents.map((a) => [a.host, a.connections[0]?.mark]);
  assert.deepEqual(marks, [
    ['10.0.0.2', '++'],
    ['10.0.0.3', ''],
  ]);
});

test('TCP and TLS share the ids of one process, UDP has its own', async () => {
  const p = await pair();
  assert.equal((await open(p, 'tcp')).id, 1);
  assert.equal((await open(p, 'tls')).id, 2);
  assert.equal((await open(p, 'udp')).id, 1);
  assert.deepEqual(p.west.transport.clear('tls', { id: 1 }), { socket: false, entry: false });
});
