import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rtpPortDefaults } from '../media/index.ts';
import type { VoicePortDevice } from '../port/index.ts';
import { sipDefaults } from '../sip/settings.ts';
import { type CallAdmissionSettings, noCallAdmission } from './admission-settings.ts';
import { FakeClock } from './fake/fake-clock.ts';
import { FakeNetwork, settle } from './fake/fake-network.ts';
import { FakeUserAgent, peerSdp } from './fake/fake-user-agent.ts';
import { CallService } from './service.ts';
import { type CallSettings, callDefaults } from './service-settings.ts';
import {
  type DialPeer,
  noVoiceClasses,
  type PotsPeer,
  potsDefaults,
  type VoiceClasses,
  type VoipPeer,
  voipDefaults,
} from './settings.ts';

const pcmu = peerSdp('0 101', 'a=rtpmap:101 telephone-event/8000\r\n');

function pots(tag: number, extra: Partial<PotsPeer>): DialPeer {
  return { ...potsDefaults, tag, ...extra };
}
function voip(tag: number, extra: Partial<VoipPeer>): DialPeer {
  const sip = { sessionProtocol: 'sipv2', sessionTarget: { kind: 'ipv4', host: '192.0.2.9' } } as const;
  return { ...voipDefaults, ...sip, codec: 'g711ulaw', tag, ...extra };
}

interface House {
  readonly peers: readonly DialPeer[];
  readonly device?: VoicePortDevice;
  readonly sipToSip?: boolean;
  readonly mostCalls?: number;
  readonly ports?: number;
  readonly classes?: VoiceClasses;
  readonly callAdmission?: CallAdmissionSettings;
}

const noMemory = { resident: 0, heapUsed: 0, heapTotal: 0, heapLimit: 1, external: 0 };

function settings({
  peers,
  device = 'answer',
  sipToSip = true,
  classes = noVoiceClasses,
  callAdmission = noCallAdmission,
}: House): CallSettings {
  return {
    dialPlan: { peers: new Map(peers.map((peer) => [peer.tag, peer])), hunt: 0 },
    voiceClasses: classes,
    voicePorts: new Map([['0/3/1', { name: '0/3/1', shutdown: false, device, translation: {} }]]),
    sip: { ...sipDefaults, allowSipToSip: sipToSip },
    interfaces: new Map(),
    callAdmission,
  };
}

async function house(plan: House) {
  const clock = new FakeClock();
  const network = new FakeNetwork();
  const agent = new FakeUserAgent();
  const random = { bytes: (count: number) => Buffer.alloc(count, 7) };
  const usage = { load: { fiveSeconds: 0, oneMinute: 0, fiveMinutes: 0 }, memory: noMemory };
  const meter = { usage: () => ({ pid: 1, cpuMs: 0, switches: 0, ...usage }) };
  const needs = { clock, network, userAgent: agent, random, process: meter };
  const now = settings(plan);
  const rtp = { ...rtpPortDefaults, idle: 4, most: plan.ports ?? 100 };
  const calls = new CallService(needs, now, { ...callDefaults, rtp, mostCalls: plan.mostCalls ?? 100 });
  calls.start();
  await settle();
  return {
    clock,
    network,
    agent,
    calls,
    settings: now,
    async invite(called: string, sdp: string | undefined = pcmu, calling = '5551000') {
      const session = agent.call(calls, { called, calling }, sdp);
      await settle();
      return session;
    },
    /** What must be true after every story. */
    async quiet(): Promise<void> {
      await settle();
      assert.equal(calls.activeCalls().legs.length, 0, 'legs left');
      assert.equal(calls.counters().active, 0, 'calls left');
      assert.equal(calls.counters().rtp.inUse, 0, 'RTP ports left');
      assert.equal(clock.pending, 0, 'timers left');
      assert.equal(agent.sessionCount, 0, 'sessions left');
      assert.ok(
        calls.ports().every(({ state }) => state === 'on-hook' || state === 'shut'),
        'a port is off-hook',
      );
    },
  };
}

const telephone = pots(1, { destinationPattern: '777', port: '0/3/1' });
const far = voip(5, { destinationPattern: '9001' });

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

test('a SIP to SIP call offers the codec of the outgoing peer and joins the RTP of both legs', async () => {
  const h = await house({ peers: [{ ...far, dtmfRelay: ['rtp-nte'] } as DialPeer] });
  const caller = await h.invite('9001');
  const called = h.agent.last;
  assert.match(called.sdp, /m=audio \d+ RTP\/AVP 0 101\r\n/);
  called.ring();
  called.pickUp(peerSdp('0', '', '192.0.2.8', 40_000));
  assert.deepEqual(caller.done, ['180', '200']);
  const [near, other] = h.calls.activeCalls().legs;
  assert.equal(near?.otherId, other?.id);
  h.network.deliver(near!.sip!.localMedia!, { host: '192.0.2.9', port: 30_000 }, 172);
  h.network.deliver(near!.sip!.localMedia!, { host: '192.0.2.66', port: 30_000 }, 172);
  assert.deepEqual(h.network.sent, [{ to: { host: '192.0.2.8', port: 40_000 }, bytes: 172 }]);
  const [counted, relayed] = h.calls.activeCalls().legs;
  assert.deepEqual(counted?.received, { packets: 1, bytes: 160 });
  assert.deepEqual(relayed?.sent, { packets: 1, bytes: 160 });
  called.end('bye');
  assert.equal(caller.done.at(-1), 'BYE');
  await h.quiet();
});

test('early media passes: a 183 with a description becomes one', async () => {
  const h = await house({ peers: [far] });
  const caller = await h.invite('9001');
  h.agent.last.ring(183, peerSdp('0'));
  assert.deepEqual(caller.done, ['183']);
  assert.match(caller.sdp, /PCMU/);
  h.agent.last.pickUp(undefined);
  assert.deepEqual(caller.done, ['183', '200']);
  caller.end('bye');
  await h.quiet();
});

test('a caller without an offer gets ours in the 200', async () => {
  const h = await house({ peers: [far, voip(2, { incomingCalledNumber: '9001' })] });
  const session = h.agent.call(h.calls, { called: '9001' }, undefined);
  await settle();
  h.agent.last.pickUp(pcmu);
  assert.deepEqual(session.done, ['200']);
  assert.match(session.sdp, /RTP\/AVP 0\r\n/);
  session.handler?.offerAnswered(200, peerSdp('0'));
  assert.equal(h.calls.activeCalls().legs[0]?.sip?.remoteMedia?.port, 30_000);
  session.end('bye');
  await h.quiet();
});

test('a 200 that answers with another codec is hung up, and the caller gets 488', async () => {
  const h = await house({ peers: [far] });
  const caller = await h.invite('9001');
  h.agent.last.pickUp(peerSdp('8'));
  assert.deepEqual(h.agent.last.done, ['BYE']);
  assert.deepEqual(caller.done, ['488']);
  await h.quiet();
});

const endings: readonly [string, 'lost' | 'bye'][] = [
  ['is lost', 'lost'],
  ['hangs up', 'bye'],
];
for (const side of ['caller', 'called'] as const) {
  for (const [what, cause] of endings) {
    test(`when the ${side} ${what} in mid-call the other side gets a BYE`, async () => {
      const h = await house({ peers: [far] });
      const caller = await h.invite('9001');
      const called = h.agent.last;
      called.pickUp(pcmu);
      const [ends, other] = side === 'caller' ? [caller, called] : [called, caller];
      ends.end(cause);
      assert.equal(other.done.at(-1), 'BYE');
      await h.quiet();
    });
  }
}

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

test('hold and resume are answered here, with the direction turned round', async () => {
  const h = await house({ peers: [telephone] });
  const caller = await h.invite('777');
  h.clock.advance(1000);
  caller.reinvite(`${pcmu}a=sendonly\r\n`);
  assert.match(caller.sdp, /a=recvonly/);
  assert.equal(h.calls.activeCalls().legs[0]?.state, 'held');
  caller.reinvite(pcmu);
  assert.doesNotMatch(caller.sdp, /a=recvonly/);
  caller.reinvite(peerSdp('8'));
  assert.equal(caller.done.at(-1), 're-INVITE 488');
  assert.equal(h.calls.activeCalls().legs[0]?.state, 'active');
  caller.end('bye');
  await h.quiet();
});

test('an UPDATE while the called side rings goes on where that takes one, and is answered here where it does not', async () => {
  const h = await house({ peers: [far] });
  const caller = await h.invite('9001');
  h.agent.last.ring(183, pcmu);
  caller.reinvite(`${pcmu}a=sendonly\r\n`, 'UPDATE');
  assert.deepEqual(h.agent.last.done, []);
  assert.equal(caller.done.at(-1), 're-INVITE 200');
  h.agent.last.updates = true;
  caller.reinvite(pcmu, 'UPDATE');
  assert.deepEqual(h.agent.last.done, ['UPDATE']);
  h.agent.last.handler?.offerAnswered(200, pcmu);
  assert.equal(caller.done.at(-1), 're-INVITE 200');
  caller.end('cancelled');
  await h.quiet();
});

test('a called leg that fails while it is asked leaves the caller an answer, and the hunt goes on', async () => {
  const h = await house({ peers: [far, { ...far, tag: 6, preference: 1 }] });
  const caller = await h.invite('9001');
  h.agent.last.ring(183, pcmu);
  h.agent.last.updates = true;
  caller.reinvite(`${pcmu}a=sendonly\r\n`, 'UPDATE');
  h.agent.last.fail(503);
  assert.equal(caller.done.at(-1), 're-INVITE 500');
  assert.equal(h.agent.requests.length, 2);
  h.agent.last.ring(183, pcmu);
  caller.reinvite(`${pcmu}a=inactive\r\n`, 'UPDATE');
  assert.equal(caller.done.at(-1), 're-INVITE 200', 'nothing is left of the first attempt');
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

test('stop releases every call and closes every socket', async () => {
  const h = await house({ peers: [telephone, far] });
  const answered = await h.invite('777');
  h.clock.advance(1000);
  const ringing = await h.invite('9001');
  h.calls.stop();
  assert.equal(answered.done.at(-1), 'BYE');
  assert.deepEqual(ringing.done, ['503']);
  assert.deepEqual(h.agent.sessions.find(({ direction }) => direction === 'out')?.done, ['CANCEL']);
  await settle();
  assert.equal(h.network.sockets.size, 0);
  assert.equal(h.clock.pending, 0);
  assert.deepEqual((await h.invite('777')).done, ['503']);
});

test('a pattern nobody can read is refused before it is committed', async () => {
  const h = await house({ peers: [telephone] });
  const bad = settings({ peers: [pots(1, { destinationPattern: '12x' })] });
  assert.match(h.calls.check(bad) ?? '', /^Incorrect format for E.164 Number/);
  assert.equal(h.calls.check(settings({ peers: [far] })), undefined);
});

test('the hundred calls that ended last are recorded, the oldest first', async () => {
  const h = await house({ peers: [] });
  for (let call = 1; call <= 103; call++) await h.invite('9001');
  const kept = h.calls.records().map(({ call }) => call);
  assert.deepEqual(
    kept,
    Array.from({ length: 100 }, (_, at) => at + 4),
  );
});

const answerOf = peerSdp('18', 'a=rtpmap:18 G729/8000\r\n');
const rules = (...all: readonly (readonly [string, string | undefined])[]): VoiceClasses => ({
  ...noVoiceClasses,
  rules: new Map([
    [
      1,
      {
        tag: 1,
        rules: new Map(
          all.map(([match, replace], i) => [i + 1, { match, ...(replace === undefined ? {} : { replace }) }]),
        ),
      },
    ],
  ]),
  profiles: new Map([['p', { name: 'p', rules: { called: 1, calling: 1 } }]]),
});

test('a peer of a codec class offers what it has in common with the caller, and the caller gets what is taken', async () => {
  const codecs = new Map([
    [1, { name: 'g711ulaw' as const }],
    [2, { name: 'g729r8' as const }],
    [3, { name: 'g711alaw' as const }],
  ]);
  const classes = { ...noVoiceClasses, codecs: new Map([[4, { tag: 4, codecs }]]) };
  const h = await house({
    peers: [voip(5, { destinationPattern: '9001', codecClass: { tag: 4, offerAll: false } })],
    classes,
  });
  const caller = await h.invite('9001', peerSdp('0 18'));
  const callee = h.agent.last;
  assert.match(callee.sdp, /m=audio \d+ RTP\/AVP 0 18\r\n/);
  assert.match(callee.sdp, /a=rtpmap:0 PCMU\/8000\r\na=rtpmap:18 G729\/8000\r\na=fmtp:18 annexb=no\r\n/);
  callee.pickUp(answerOf);
  assert.match(caller.sdp, /m=audio \d+ RTP\/AVP 18\r\n/);
  caller.end('bye');
  await h.quiet();
});

test('session target sip-server leads to the sip-server of the moment, and nowhere without one', async () => {
  const h = await house({ peers: [voip(5, { destinationPattern: '9001', sessionTarget: { kind: 'sip-server' } })] });
  const refused = await h.invite('9001');
  assert.deepEqual(refused.done, ['404']);
  const next = {
    ...h.settings,
    sip: { ...h.settings.sip, sipServer: { kind: 'dns', host: 'proxy.example' } as const },
  };
  h.calls.reconfigure(h.settings, next);
  const caller = await h.invite('9001');
  assert.deepEqual(h.agent.requests.at(-1)?.target, { kind: 'dns', host: 'proxy.example' });
  caller.end('cancelled');
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

test('an incoming profile rewrites both numbers before the call is routed', async () => {
  const classes = rules(['^9', ''], ['^5551', '888']);
  const h = await house({
    peers: [telephone, voip(9, { incomingCalledNumber: '9777', translation: { incoming: 'p' } })],
    classes,
  });
  const caller = await h.invite('9777', pcmu, '5551000');
  assert.deepEqual(
    h.calls.activeCalls().legs.map(({ calling, called }) => [calling, called]),
    [
      ['888000', '777'],
      ['888000', '777'],
    ],
  );
  caller.end('cancelled');
  await h.quiet();
});

test('an outgoing profile rewrites the numbers of that attempt only', async () => {
  const h = await house({
    peers: [voip(5, { destinationPattern: '9001', translation: { outgoing: 'p' } })],
    classes: rules(['^9', '4']),
  });
  const caller = await h.invite('9001', pcmu, '111');
  const request = h.agent.requests.at(-1);
  assert.deepEqual([request?.calling, request?.called], ['111', '4001']);
  assert.equal(h.calls.activeCalls().legs[0]?.called, '9001');
  caller.end('cancelled');
  await h.quiet();
});

test('a rule that rejects refuses the call with 403, on the way in and on the way out', async () => {
  const classes = rules(['^1900', undefined]);
  const inward = await house({
    peers: [voip(9, { incomingCalledNumber: '1', translation: { incoming: 'p' } })],
    classes,
  });
  assert.deepEqual((await inward.invite('1900123')).done, ['403']);
  await inward.quiet();
  const outward = await house({
    peers: [voip(9, { destinationPattern: '1', translation: { outgoing: 'p' } })],
    classes,
  });
  assert.deepEqual((await outward.invite('1900123')).done, ['403']);
  await outward.quiet();
});

test('a telephone is sent the digits of the translated number', async () => {
  const peer = pots(1, { destinationPattern: '55', port: '0/3/1', translation: { outgoing: 'p' } });
  const h = await house({ peers: [peer], classes: rules(['^55', '5599']) });
  const caller = await h.invite('5512');
  assert.equal(h.calls.activeCalls().legs[1]?.digits, '9912');
  caller.end('cancelled');
  await h.quiet();
});

test('a service that is shut takes and makes no call; calls in being go on unless it is forced', async () => {
  const h = await house({ peers: [telephone, far] });
  const caller = await h.invite('777');
  const gentle = { ...h.settings, sip: { ...h.settings.sip, stopped: { sip: 'graceful' } as const } };
  h.calls.reconfigure(h.settings, gentle);
  assert.deepEqual((await h.invite('777')).done, ['503']);
  assert.equal((await h.calls.simulate('9001')).cause, 63);
  assert.equal(h.calls.activeCalls().legs.length, 2);
  const forced = { ...gentle, sip: { ...gentle.sip, stopped: { service: 'forced', sip: 'graceful' } as const } };
  h.calls.reconfigure(gentle, forced);
  assert.deepEqual(caller.done, ['180', '503']);
  await h.quiet();
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

test('a codec that is not spoken fails the call, and transparent lets both sides agree on any', async () => {
  const other = await house({ peers: [voip(5, { destinationPattern: '9001', otherCodec: 'g723ar53' })] });
  assert.deepEqual((await other.invite('9001')).done, ['488']);
  await other.quiet();
  const any = await house({ peers: [voip(5, { destinationPattern: '9001', otherCodec: 'transparent' })] });
  const caller = await any.invite('9001', peerSdp('8 18'));
  assert.match(any.agent.last.sdp, /RTP\/AVP 8 18\r\n/);
  caller.end('cancelled');
  await any.quiet();
});

test('a call to a sips URI goes on as sips, whatever the dial peer says of scheme and transport; to a telephone it is a call', async () => {
  const plain = { destinationPattern: '9...', sessionTransport: 'udp', url: 'tel' } as const;
  const h = await house({ peers: [voip(10, plain), pots(1, { destinationPattern: '777', port: '0/3/1' })] });
  h.agent.call(h.calls, { called: '9001', scheme: 'sips' }, pcmu);
  h.agent.call(h.calls, { called: '9002' }, pcmu);
  const phoned = h.agent.call(h.calls, { called: '777', scheme: 'sips' }, pcmu);
  await settle();
  assert.deepEqual(
    h.agent.requests.map(({ scheme }) => scheme),
    ['sips', 'tel'],
  );
  assert.ok(phoned.done.includes('180'));
});
