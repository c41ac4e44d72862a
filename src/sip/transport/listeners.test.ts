import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open, pair, settings, side, west } from '../../../test/transport-pair.ts';
import { SimulatedWorld } from '../../io/memory/index.ts';

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
  assert.equal(udp.open, false, 'the socket of this flow is gone');
  await p.west.transport.reconfigure({ ...next, listeners: [] });
  assert.deepEqual(p.west.transport.report('tcp').listeners, []);
  assert.equal(tcp.open, true);
});
