import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message, minutes, open, pair, raw } from '../../../test/transport-pair.ts';
import type { TransportName } from '../settings.ts';

const agings: readonly [TransportName, number, number][] = [
  ['udp', 5 * minutes, 1],
  ['tcp', 5 * minutes, 1],
  ['tls', 60 * minutes, 1],
];

for (const [transport, limit] of agings) {
  test(`an idle ${transport} connection is closed after ${limit / minutes} minutes and counted as aged out`, async () => {
    const p = await pair();
    p.east.known.add('10.0.0.1');
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

test('whoever shows a certificate and is known by nothing goes after a minute of silence, and once it spoke as over TCP', async () => {
  for (const [says, isKnown, stays, goes] of [
    [false, false, 40_000, 30_000],
    [true, false, 4 * minutes, 70_000],
    [false, true, 59 * minutes, 70_000],
  ] as const) {
    const p = await pair();
    if (isKnown) p.east.known.add('10.0.0.1');
    const flow = await open(p, 'tls');
    if (says) flow.send(message);
    await p.world.advance(stays);
    assert.equal(p.east.transport.report('tls').active, 1, `${says} ${isKnown}`);
    await p.world.advance(goes);
    assert.equal(p.east.transport.report('tls').active, 0, `${says} ${isKnown}`);
  }
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

for (const [transport, limit] of agings) {
  test(`a ${transport} connection with a call on it does not age, at either end; it does when the call is over`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    flow.send(message);
    await p.world.advance(10);
    const back = p.east.received[0]?.[1] ?? assert.fail('nothing received');
    for (const one of [flow, back]) one.carry(1);
    await p.world.advance(3 * limit);
    assert.deepEqual([flow.open, back.open], [true, true]);
    for (const one of [flow, back]) one.carry(-1);
    await p.world.advance(limit + 10_000);
    assert.deepEqual([flow.open, back.open], [false, false]);
  });
}

test('keepalives keep the connection of a peer that has spoken, for a day after its last message', async () => {
  const p = await pair();
  const { stream, isClosed } = await raw(p);
  stream.write(message);
  const ping = async (): Promise<void> => {
    stream.write('\r\n\r\n');
    await p.world.advance(4 * minutes);
  };
  for (let i = 0; i < 15; i++) await ping();
  assert.equal(isClosed(), false);
  stream.write(message);
  for (let i = 0; i < (23 * 60) / 4; i++) await ping();
  assert.equal(isClosed(), false);
  for (let i = 0; i < (2 * 60) / 4; i++) await ping();
  assert.equal(isClosed(), true);
  assert.equal(p.east.transport.report('tcp').ageouts, 1);
});

test('whoever sends line ends and never a message is let go in a minute', async () => {
  const p = await pair();
  const { stream, isClosed } = await raw(p);
  for (let i = 0; i < 7; i++) {
    stream.write('\r\n\r\n');
    await p.world.advance(10_000);
  }
  assert.equal(isClosed(), true);
});
