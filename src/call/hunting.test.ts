import assert from 'node:assert/strict';
import { test } from 'node:test';
import { far, house, pcmu, pots, telephone, voip } from './fake/house.ts';
import type { DialPeer } from './settings.ts';

test('hunting goes on to the next peer after a failure, in the order of preference', async () => {
  const second = voip(6, { destinationPattern: '9001', preference: 1 });
  const h = await house({ peers: [second, far] });
  const caller = await h.invite('9001');
  h.agent.last.fail(503);
  assert.equal(h.agent.requests.length, 2);
  h.agent.last.pickUp(pcmu);
  assert.deepEqual(caller.done, ['200']);
  caller.end('bye');
  await h.quiet();
  assert.deepEqual(h.calls.records()[0]?.attempts, [{ peer: 5, cause: 63 }]);
  assert.equal(h.calls.records()[0]?.outPeer, 6);
});

const stops: readonly [string, DialPeer, number][] = [
  ['user busy', far, 486],
  ['huntstop', { ...far, huntstop: true }, 503],
];
for (const [what, first, status] of stops) {
  test(`${what} ends the hunt, and the status passes to the caller`, async () => {
    const h = await house({ peers: [first, voip(6, { destinationPattern: '9001', preference: 1 })] });
    const caller = await h.invite('9001');
    h.agent.last.fail(status);
    assert.equal(h.agent.requests.length, 1);
    assert.deepEqual(caller.done, [String(status)]);
    await h.quiet();
  });
}

test('an outgoing peer that is full is passed over', async () => {
  const first = { ...far, maxConnections: 1 };
  const h = await house({ peers: [first, voip(6, { destinationPattern: '9001', preference: 1 })] });
  const one = await h.invite('9001');
  const two = await h.invite('9001');
  assert.deepEqual(
    h.calls.activeCalls().legs.map(({ peer }) => peer),
    [0, 5, 0, 6],
  );
  one.end('cancelled');
  two.end('cancelled');
  await h.quiet();
  const three = await h.invite('9001');
  assert.equal(h.calls.activeCalls().legs[1]?.peer, 5);
  three.end('cancelled');
  await h.quiet();
});

test('permission says which way a peer is used: what may not take a call refuses it, what may not make one is passed over', async () => {
  const table: readonly (readonly [DialPeer['permission'], string, boolean])[] = [
    ['both', '', true],
    ['term', '403', true],
    ['orig', '', false],
    ['none', '403', false],
  ];
  for (const [permission, incoming, outgoing] of table) {
    const taking = await house({ peers: [telephone, voip(9, { incomingCalledNumber: '777', permission })] });
    const caller = await taking.invite('777');
    assert.equal(caller.done[0], incoming === '' ? '180' : incoming, permission);
    if (incoming === '') caller.end('cancelled');
    await taking.quiet();
    const making = await house({ peers: [pots(1, { destinationPattern: '777', port: '0/3/1', permission })] });
    assert.equal(making.calls.dialPlan('777').length === 1, outgoing, permission);
  }
});

test('voice hunt user-busy goes on hunting where the called user is busy', async () => {
  const peers = [voip(5, { destinationPattern: '9001' }), voip(6, { destinationPattern: '9001', preference: 1 })];
  const h = await house({ peers });
  const hunting = { ...h.settings, dialPlan: { ...h.settings.dialPlan, huntUserBusy: true as const } };
  h.calls.reconfigure(h.settings, hunting);
  const caller = await h.invite('9001');
  h.agent.last.fail(486);
  assert.equal(h.agent.requests.length, 2);
  caller.end('cancelled');
  await h.quiet();
});
