import assert from 'node:assert/strict';
import { test } from 'node:test';
import { peerSdp } from './fake/fake-user-agent.ts';
import { far, type House, house, pcmu, telephone, voip } from './fake/house.ts';
import type { CallSettings } from './service-settings.ts';

test('a SIP call to a telephone rings, is answered after a second and ends with the BYE of the caller', async () => {
  const h = await house({ peers: [telephone] });
  const caller = await h.invite('777');
  assert.deepEqual(caller.done, ['180']);
  assert.equal(h.calls.ports()[0]?.state, 'ringing');
  h.clock.advance(1000);
  assert.deepEqual(caller.done, ['180', '200']);
  assert.match(caller.sdp, /m=audio \d+ RTP\/AVP 0\r\n/);
  assert.deepEqual(
    h.calls.activeCalls().legs.map(({ protocol, peer, state, codec }) => [protocol, peer, state, codec]),
    [
      ['sip', 0, 'active', 'g711ulaw'],
      ['telephony', 1, 'active', 'g711ulaw'],
    ],
  );
  h.clock.advance(5000);
  caller.end('bye');
  await h.quiet();
  const [record] = h.calls.records();
  assert.equal(record?.durationMs, 5000);
  assert.equal(record?.cause, 16);
  assert.equal(record?.endedBy, 'caller');
  h.calls.stop();
  assert.equal(h.network.sockets.size, 0);
});

const refusals: readonly [string, House, string, string | undefined, string][] = [
  ['an unknown number', { peers: [telephone] }, '888', pcmu, '404'],
  ['a busy telephone', { peers: [telephone], device: 'busy' }, '777', pcmu, '486'],
  ['an offer without a codec we know', { peers: [telephone] }, '777', peerSdp('9'), '488'],
  ['a description that is none', { peers: [telephone] }, '777', 'v=1\r\n', '400'],
  ['SIP to SIP when it is not allowed', { peers: [far], sipToSip: false }, '9001', pcmu, '503'],
  ['two codecs that cannot be joined', { peers: [far] }, '9001', peerSdp('8'), '488'],
  ['a gateway that is full', { peers: [telephone], mostCalls: 0 }, '777', pcmu, '503'],
  ['no RTP port left', { peers: [telephone], ports: 0 }, '777', pcmu, '503'],
  [
    'an incoming peer with all its connections in use',
    { peers: [telephone, voip(9, { incomingCalledNumber: '.', maxConnections: 0 })] },
    '777',
    pcmu,
    '503',
  ],
];
for (const [what, plan, called, sdp, status] of refusals) {
  test(`${what} is refused with ${status}, and nothing stays`, async () => {
    const h = await house(plan);
    const caller = await h.invite(called, sdp);
    assert.deepEqual(caller.done, [status]);
    await h.quiet();
  });
}

test('a telephone nobody answers rings for 180 seconds, then the caller gets 480', async () => {
  const h = await house({ peers: [telephone], device: 'no-answer' });
  const caller = await h.invite('777');
  h.clock.advance(179_999);
  assert.deepEqual(caller.done, ['180']);
  h.clock.advance(1);
  assert.deepEqual(caller.done, ['180', '480']);
  await h.quiet();
  assert.equal(h.calls.records()[0]?.cause, 19);
});

test('a caller who cancels stops the ringing', async () => {
  const h = await house({ peers: [telephone], device: 'none' });
  const caller = await h.invite('777');
  caller.end('cancelled');
  await h.quiet();
});

test('csim from a port calls with the number of its POTS peer, holds an answered call a second and releases it', async () => {
  const h = await house({ peers: [telephone, far] });
  const result = h.calls.simulate('9001', '0/3/1');
  assert.equal(h.agent.requests[0]?.calling, '777');
  assert.equal(h.calls.ports()[0]?.state, 'dialling');
  h.agent.last.ring();
  h.agent.last.pickUp(pcmu);
  assert.equal(h.calls.ports()[0]?.state, 'off-hook');
  h.clock.advance(1000);
  assert.deepEqual(await result, {
    called: '9001',
    calling: '777',
    answered: true,
    cause: 16,
    reason: 'normal call clearing',
  });
  assert.deepEqual(h.agent.last.done, ['BYE']);
  await h.quiet();
});

test('csim says why a call failed', async () => {
  const h = await house({ peers: [telephone, far] });
  const busy = h.calls.simulate('9001', '0/3/1');
  h.agent.last.fail(486);
  assert.equal((await busy).cause, 17);
  assert.equal((await h.calls.simulate('4444')).reason, 'unassigned number');
  assert.equal((await h.calls.simulate('9001', '0/9/9')).reason, 'voice port 0/9/9 does not exist');
  const ringing = h.calls.simulate('9001', '0/3/1');
  assert.match((await h.calls.simulate('9001', '0/3/1')).reason, /is dialling/);
  h.clock.advance(30_000);
  assert.equal((await ringing).reason, 'no answer from user');
  await h.quiet();
});

test('a port that is shut in mid-call drops the call, and one that is removed goes', async () => {
  const h = await house({ peers: [telephone] });
  const caller = await h.invite('777');
  h.clock.advance(1000);
  const shut: CallSettings = {
    ...h.settings,
    voicePorts: new Map([['0/3/1', { name: '0/3/1', shutdown: true, device: 'answer', translation: {} }]]),
  };
  h.calls.reconfigure(h.settings, shut);
  assert.equal(caller.done.at(-1), 'BYE');
  await h.quiet();
  assert.deepEqual((await h.invite('777')).done, ['502']);
  h.calls.reconfigure(shut, { ...shut, voicePorts: new Map() });
  assert.deepEqual(h.calls.ports(), []);
});
