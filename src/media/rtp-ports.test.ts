import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Address, type DatagramHandler, type DatagramSocket, GatewayError } from '../io/index.ts';
import type { RtpPort } from './rtp-port.ts';
import { RtpPorts, rtpPortDefaults, rtpPortsWithin } from './rtp-ports.ts';

const host = '192.0.2.1';
const peer = { host: '192.0.2.9', port: 4000 };

/** Sockets by port; ports in `taken` are another program's. */
function network(taken: readonly number[] = []) {
  const sockets = new Map<number, DatagramHandler>();
  let binds = 0;
  return {
    sockets,
    binds: () => binds,
    bindUdp(local: Address, handler: DatagramHandler): Promise<DatagramSocket> {
      binds++;
      if (local.host !== host) return Promise.reject(new GatewayError('address-not-available', local.host));
      if (taken.includes(local.port)) return Promise.reject(new GatewayError('address-in-use', `${local.port}`));
      sockets.set(local.port, handler);
      return Promise.resolve({ local, send() {}, close: () => sockets.delete(local.port) });
    },
  };
}
async function settle(): Promise<void> {
  for (let i = 0; i < 200; i++) await Promise.resolve();
}
const options = { first: 16_384, last: 16_394, idle: 2, most: 6 };

test('a port is handed out at once when one is idle, else as soon as it is bound', async () => {
  const net = network();
  const ports = new RtpPorts(net, 0, options);
  const given: (RtpPort | undefined)[] = [];
  ports.allocate(host, (port) => given.push(port));
  assert.equal(given.length, 0);
  await settle();
  assert.equal(given[0]?.local.port, 16_384);
  ports.allocate(host, (port) => given.push(port));
  assert.equal(given[1]?.local.port, 16_386);
  assert.deepEqual([...net.sockets.keys()].slice(0, 2), [16_384, 16_386]);
});

test('ports are even, in the range, and rest as long as possible before they are used again', async () => {
  const ports = new RtpPorts(network(), 0, { ...options, idle: 3 });
  ports.warm(host);
  await settle();
  const used: number[] = [];
  for (let i = 0; i < 8; i++) {
    const port = ports.take(host);
    assert.ok(port);
    used.push(port.local.port);
    port.free();
    await settle();
  }
  assert.ok(used.every((port) => port % 2 === 0 && port >= 16_384 && port <= 16_394));
  assert.equal(new Set(used.slice(0, 3)).size, 3);
  assert.equal(ports.counters().inUse, 0);
});

test('a port of another program is passed over', async () => {
  const ports = new RtpPorts(network([16_384, 16_386]), 0, options);
  let got: RtpPort | undefined;
  ports.allocate(host, (port) => {
    got = port;
  });
  await settle();
  assert.ok(got !== undefined && got.local.port >= 16_388);
});

test('an exhausted range is said at once, and a freed port serves again', async () => {
  const ports = new RtpPorts(network(), 0, options);
  const held: RtpPort[] = [];
  for (let i = 0; i < 6; i++) ports.allocate(host, (port) => port && held.push(port));
  await settle();
  assert.equal(held.length, 6);
  let refused = false;
  ports.allocate(host, (port) => {
    refused = port === undefined;
  });
  assert.equal(refused, true);
  assert.equal(ports.counters().exhausted, 1);
  held[0]?.free();
  assert.equal(ports.take(host)?.local.port, held[0]?.local.port);
});

test('an address that is not ours costs one try a socket, and who waits is told', async () => {
  const net = network();
  const ports = new RtpPorts(net, 0, options);
  let told = false;
  ports.allocate('203.0.113.1', (port) => {
    told = port === undefined;
  });
  await settle();
  assert.equal(told, true);
  assert.equal(net.binds(), 3);
  assert.equal(ports.counters().bound, 0);
});

test('a port promised before it was bound tells its user when that fails', async () => {
  const ports = new RtpPorts(network([16_384]), 0, options);
  const port = ports.take(host);
  let failed = false;
  port?.onFailure(() => {
    failed = true;
  });
  await settle();
  assert.equal(failed, true);
  assert.equal(ports.counters().inUse, 0);
});

test('only the pinned peer is counted, payload without header; an idle port drops everything', async () => {
  const net = network();
  const ports = new RtpPorts(net, 0, options);
  ports.warm(host);
  await settle();
  const port = ports.take(host);
  assert.ok(port);
  const socket = net.sockets.get(port.local.port);
  const packet = Buffer.alloc(172);
  socket?.received(packet, peer);
  assert.deepEqual([port.receivedPackets, port.strayPackets], [0, 1]);
  port.pin(peer);
  socket?.received(packet, peer);
  socket?.received(packet, { ...peer, port: 4001 });
  socket?.received(Buffer.alloc(3), peer);
  assert.deepEqual([port.receivedPackets, port.receivedBytes, port.strayPackets], [2, 160, 2]);
  port.free();
  socket?.received(packet, peer);
  assert.equal(port.receivedPackets, 2);
});

test('an idle socket that failed is thrown away when its turn comes', async () => {
  const net = network();
  const ports = new RtpPorts(net, 0, options);
  ports.warm(host);
  await settle();
  net.sockets.get(16_384)?.failed(new Error('gone'));
  assert.equal(ports.take(host)?.local.port, 16_386);
  assert.equal(net.sockets.has(16_384), false);
});

test('stop closes every socket, also one that is being bound', async () => {
  const net = network();
  const ports = new RtpPorts(net, 0, options);
  ports.warm(host);
  await settle();
  const held = ports.take(host);
  ports.stop();
  await settle();
  assert.equal(net.sockets.size, 0);
  held?.free();
  assert.equal(ports.take(host), undefined);
});

test('after a crowd has gone, its sockets are closed but for a few', async () => {
  const net = network();
  const ports = new RtpPorts(net, 0, { first: 16_384, last: 17_382, idle: 2, most: 500 });
  const crowd: RtpPort[] = [];
  for (let i = 0; i < 400; i++) ports.allocate(host, (port) => port && crowd.push(port));
  for (let i = 0; i < 20; i++) await settle();
  assert.equal(crowd.length, 400);
  for (const port of crowd) port.free();
  assert.equal(ports.counters().inUse, 0);
  assert.ok(net.sockets.size <= 16, `${net.sockets.size} sockets`);
  assert.equal(ports.counters().bound, net.sockets.size);
});

test('of few descriptors RTP takes its share, and a quarter of that ahead of need', () => {
  const { most, idle } = rtpPortsWithin(rtpPortDefaults, 32);
  assert.deepEqual([most, idle], [32, 8]);
  assert.deepEqual(rtpPortsWithin(rtpPortDefaults, Number.POSITIVE_INFINITY), rtpPortDefaults);
});
