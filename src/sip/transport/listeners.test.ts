import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message, minutes, open, pair, settings, side, tryOpen, west } from '../../../test/transport-pair.ts';
import type { Address } from '../../io/index.ts';
import { SimulatedWorld } from '../../io/memory/index.ts';
import type { TransportSettings } from './transport-settings.ts';

test('a busy port is logged and the other listeners run', async () => {
  const world = new SimulatedWorld({ epoch: Date.now() });
  const one = side(world, '10.0.0.1', west);
  await one.host.network.listenTcp(
    { host: '10.0.0.1', port: 5060 },
    { accepted: () => undefined, failed: () => undefined },
  );
  await one.transport.start();
  assert.deepEqual(one.lines(), [
    '%SIP-2-LISTEN_SOCKET: Failed to open listen socket for ip_addr=0.0.0.0, port=5060, transport=TCP: bind EADDRINUSE 0.0.0.0:5060',
  ]);
  assert.deepEqual(
    (['udp', 'tcp', 'tls'] as const).map((t) => one.transport.listenPort(t)),
    [5060, undefined, 5061],
  );
});

test('reconfiguring restarts the listeners that changed and leaves connections alone', async () => {
  const p = await pair();
  const tcp = await open(p, 'tcp');
  const udp = await open(p, 'udp');
  const next = settings('0.0.0.0');
  await p.west.transport.reconfigure({
    ...next,
    listeners: next.listeners.map((l) => (l.transport === 'udp' ? { ...l, local: { ...l.local, port: 5070 } } : l)),
  });
  assert.equal(p.west.transport.listenPort('udp'), 5070);
  assert.equal(tcp.open, true);
  await p.world.advance(40_000);
  assert.equal(udp.open, false, 'the socket of this flow is gone');
  await p.west.transport.reconfigure({ ...next, listeners: [] });
  assert.deepEqual(p.west.transport.report('tcp').listeners, []);
  assert.equal(tcp.open, true);
});

/** West's UDP elsewhere. */
function movedTo(local: Address): TransportSettings {
  const next = settings('0.0.0.0');
  return { ...next, listeners: next.listeners.map((l) => (l.transport === 'udp' ? { ...l, local } : l)) };
}

test('a UDP socket with a call on it serves that peer until the call is over, and nothing else', async () => {
  const p = await pair();
  const flow = await open(p, 'udp');
  flow.carry(1);
  p.west.used.add(flow);
  await p.west.transport.reconfigure(movedTo({ host: '0.0.0.0', port: 5070 }));
  assert.deepEqual([flow.open, flow.draining, flow.local.port], [true, true, 5060]);
  const next = await open(p, 'udp');
  assert.equal(next.local.port, 5070, 'what is new leaves from the new port');
  p.world.internet.sendUdp(Buffer.from(message), { host: '10.0.0.2', port: 5060 }, { host: '10.0.0.1', port: 5060 });
  p.world.internet.sendUdp(Buffer.from(message), { host: '10.0.0.9', port: 5060 }, { host: '10.0.0.1', port: 5060 });
  await p.world.advance(minutes);
  assert.deepEqual(
    p.west.received.map(([, on]) => on),
    [flow],
  );
  assert.equal(p.west.transport.report('udp').listeners.length, 1);
  p.west.used.delete(flow);
  flow.carry(-1);
  await p.world.advance(minutes);
  assert.deepEqual([flow.open, next.open], [false, true]);
  await p.west.host.network.bindUdp({ host: '10.0.0.1', port: 5060 }, { received: () => {}, failed: () => {} });
});

test('a registration from a UDP port that is gone is told that its way broke, a call that it goes on elsewhere', async () => {
  const p = await pair();
  const registered = await open(p, 'udp');
  registered.carry(1);
  await p.west.transport.reconfigure(movedTo({ host: '0.0.0.0', port: 5070 }));
  await p.world.advance(6000);
  assert.deepEqual(p.west.broken, [registered]);
  const calling = await open(p, 'udp');
  calling.carry(1);
  p.west.used.add(calling);
  await p.west.transport.reconfigure(movedTo({ host: '10.0.0.1', port: 5070 }));
  assert.equal(calling.open, false, 'the new socket needs the place of the old one');
  assert.deepEqual(p.west.broken, [registered]);
  assert.deepEqual(p.west.transport.listenPort('udp'), 5070);
  assert.deepEqual(p.west.lines(), []);
});

for (const transport of ['tcp', 'tls'] as const) {
  test(`bound to an interface without address, nothing leaves over ${transport}, and no other address is taken`, async () => {
    const p = await pair();
    await p.west.transport.reconfigure({ ...settings('0.0.0.0'), listeners: [], source: {} });
    const told = await tryOpen(p, transport);
    assert.deepEqual(told, {
      code: 'address-not-available',
      reason: 'the interface of bind control has no address to connect from',
    });
    await p.world.advance(1000);
    assert.equal(p.east.transport.load.sockets, 0);
  });

  test(`when the address to leave from is another, ${transport} connections of ours carry on to the end of their calls`, async () => {
    const p = await pair();
    const [idle, used] = [await open(p, transport, 'a.example'), await open(p, transport, 'b.example')];
    p.west.used.add(transport === 'tcp' ? idle : used);
    await p.west.transport.reconfigure({ ...settings('0.0.0.0'), source: { ipv4: '10.0.0.9' } });
    assert.equal(used.open, true);
    assert.equal(idle.open, transport === 'tcp');
    p.west.used.clear();
    await p.world.advance(10_000);
    assert.deepEqual([idle.open, used.open], [false, false]);
    assert.equal(p.west.transport.history()[0]?.cause, 'moved');
  });
}
