import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthenticationEntry } from '../sip/settings.ts';
import { settle } from './fake/fake-network.ts';
import type { FakeSession } from './fake/fake-user-agent.ts';
import { peerSdp } from './fake/fake-user-agent.ts';
import { far, type House, house, pcmu, telephone, voip } from './fake/house.ts';
import { type DialPeer, noVoiceClasses } from './settings.ts';

const target = voip(6, { destinationPattern: '6...' });
const plan = [far, target, telephone];

type Room = Awaited<ReturnType<typeof house>>;

/** 5551000 speaks with 9001. */
async function speaking(
  more: Partial<House> = {},
  sdp = pcmu,
): Promise<Room & Record<'caller' | 'called', FakeSession>> {
  const room = await house({ peers: plan, ...more });
  const caller = await room.invite('9001', sdp);
  const called = room.agent.last;
  called.pickUp(pcmu);
  return { ...room, caller, called };
}

/** Of the peer `host`, which does this with its stream. */
const held = (direction: string): string => peerSdp('0 101', `a=rtpmap:101 telephone-event/8000\r\na=${direction}\r\n`);
/** It hangs up. */
const done = ({ done: all }: FakeSession): string | undefined => all.at(-1);

test('who was called transfers the caller: it speaks with the target, and the transferor is let go', async () => {
  const t = await speaking();
  const told = t.called.refers('6002', { referredBy: '<sip:9001@h>' });
  const other = t.agent.last;
  const sent = t.agent.requests.at(-1);
  assert.deepEqual([sent?.calling, sent?.called, sent?.referredBy], ['5551000', '6002', '<sip:9001@h>']);
  other.ring();
  assert.equal(done(t.called), undefined, 'nothing happens to the old call');
  assert.equal(t.calls.activeCalls().legs.length, 3);
  other.pickUp(pcmu);
  assert.deepEqual(told, ['180', '200']);
  assert.equal(done(t.called), 'BYE');
  assert.equal(done(t.caller), '200', 'the transferee hears of nothing: it speaks what it spoke');
  const legs = t.calls.activeCalls().legs;
  assert.deepEqual(
    legs.map(({ called, otherId, call }) => [called, otherId, call]),
    [
      ['9001', 3, 2],
      ['6002', 1, 2],
    ],
  );
  t.caller.end('bye');
  assert.equal(done(other), 'BYE');
  assert.deepEqual(
    t.calls.records().map(({ call, calling, called, cause, endedBy }) => [call, calling, called, cause, endedBy]),
    [
      [1, '5551000', '9001', 16, 'gateway'],
      [2, '5551000', '6002', 16, 'caller'],
    ],
  );
  await t.quiet();
});

test('who called transfers whom it called', async () => {
  const t = await speaking();
  const told = t.caller.refers('6002');
  assert.equal(t.agent.requests.at(-1)?.calling, '9001');
  const other = t.agent.last;
  other.pickUp(pcmu);
  assert.deepEqual([told, done(t.caller), done(t.called)], [['200'], 'BYE', undefined]);
  other.end('bye');
  assert.equal(done(t.called), 'BYE');
  await t.quiet();
});

test('a transferee on hold is brought back with the codec it speaks, once the target is there', async () => {
  const t = await speaking();
  t.called.reinvite(held('sendonly'));
  assert.equal(done(t.caller), 're-INVITE');
  t.caller.handler?.offerAnswered(200, held('recvonly'));
  assert.equal(t.calls.activeCalls().legs[0]?.state, 'held');
  t.called.refers('6002');
  assert.doesNotMatch(t.agent.last.sdp, /a=(recvonly|inactive|sendonly)/, 'the target is not offered the hold');
  assert.match(t.agent.last.sdp, /RTP\/AVP 0\r/);
  t.agent.last.pickUp(pcmu);
  assert.deepEqual([done(t.called), done(t.caller)], ['BYE', 're-INVITE']);
  assert.doesNotMatch(t.caller.sdp, /a=sendonly/);
  t.caller.handler?.offerAnswered(200, held('sendrecv'));
  assert.equal(t.calls.activeCalls().legs[0]?.state, 'active');
  t.calls.clear(() => true, 16);
  await t.quiet();
});

test('a re-INVITE that meets one of the transferee is tried again, and not for ever', async () => {
  const t = await speaking();
  t.called.reinvite(held('sendonly'));
  t.caller.handler?.offerAnswered(200, held('recvonly'));
  t.called.refers('6002');
  t.agent.last.pickUp(pcmu);
  for (let i = 0; i < 10; i++) {
    t.caller.handler?.offerAnswered(491, undefined);
    t.clock.advance(1000);
  }
  assert.equal(t.caller.done.filter((what) => what === 're-INVITE').length, 6);
  t.caller.end('bye');
  await t.quiet();
});

test('a target that does not answer leaves the old call as it was, and the transferor hears why', async () => {
  const t = await speaking();
  const told = t.called.refers('6002');
  t.agent.last.fail(486);
  assert.deepEqual(told, ['486 user busy']);
  assert.deepEqual([done(t.called), done(t.caller)], [undefined, '200']);
  assert.equal(t.calls.activeCalls().legs.length, 2);
  const again = t.called.refers('6003');
  t.agent.last.pickUp(pcmu);
  assert.deepEqual(again, ['200'], 'and may try another one');
  t.caller.end('bye');
  await t.quiet();
  assert.equal(t.calls.records().length, 3);
});

test('a transferor that hangs up at once leaves the transferee waiting for the target', async () => {
  const t = await speaking();
  const told = t.called.refers('6002');
  t.called.end('bye');
  assert.equal(done(t.caller), '200', 'it is not let go');
  t.agent.last.ring();
  assert.deepEqual(
    t.calls.activeCalls().legs.map(({ called, state }) => [called, state]),
    [
      ['9001', 'active'],
      ['6002', 'alerting'],
    ],
  );
  t.agent.last.pickUp(pcmu);
  assert.deepEqual(told, ['180', '200']);
  t.agent.last.end('bye');
  assert.equal(done(t.caller), 'BYE');
  await t.quiet();
  assert.equal(t.calls.records().length, 2);
});

test('where nobody holds it any more, a transferee whose target fails is let go', async () => {
  const t = await speaking();
  const told = t.called.refers('6002');
  t.called.end('bye');
  t.agent.last.fail(404);
  assert.deepEqual([told, done(t.caller)], [['404 unassigned number'], 'BYE']);
  await t.quiet();
});

test('a transferee that hangs up while the target rings ends all of it', async () => {
  for (const isAlone of [false, true]) {
    const t = await speaking();
    const told = t.called.refers('6002');
    t.agent.last.ring();
    if (isAlone) t.called.end('bye');
    t.caller.end('bye');
    assert.deepEqual(
      [done(t.agent.last), told],
      ['CANCEL', isAlone ? ['180', '480 normal call clearing'] : ['180', '487 normal call clearing']],
    );
    await t.quiet();
    assert.equal(t.calls.records().length, 2);
  }
});

test('only one transfer of a call is under way', async () => {
  const t = await speaking();
  t.called.refers('6002');
  assert.equal(t.called.refers('6003'), 491);
  assert.equal(t.caller.refers('6003'), 491);
  t.agent.last.pickUp(pcmu);
  assert.equal(typeof t.caller.refers('6004'), 'object', 'until it is done');
  t.agent.last.pickUp(pcmu);
  t.agent.last.end('bye');
  await t.quiet();
});

test('a transferee may be sent on and on', async () => {
  const t = await speaking();
  for (let i = 0; i < 20; i++) {
    t.agent.last.refers(`60${10 + i}`);
    t.agent.last.pickUp(pcmu);
    assert.equal(t.calls.activeCalls().legs.length, 2);
  }
  t.caller.end('bye');
  await t.quiet();
  assert.equal(t.calls.records().length, 21);
});

test('what the dial plan has nobody for is refused, with the cause', async () => {
  const t = await speaking();
  assert.deepEqual(t.called.refers('8000'), ['404 unassigned number']);
  assert.equal(t.agent.requests.length, 1, 'nobody is called');
  t.caller.end('bye');
  await t.quiet();
});

const proof: AuthenticationEntry = { username: 'u', password: { clear: 'p' }, realm: 'r', challenge: true };

const bars: readonly (readonly [string, Partial<House>, string])[] = [
  ['whose dial peer may not call', { peers: [{ ...far, permission: 'term' }, target] }, '403 call rejected'],
  [
    'that would need a place which is taken',
    { peers: [far, { ...target, maxConnections: 0 }] },
    '503 no circuit/channel available',
  ],
  ['when the gateway is full', { peers: plan, mostCalls: 1 }, '503 switching equipment congestion'],
  [
    'whom a call would cost a proof that it never gave',
    {
      peers: [voip(5, { destinationPattern: '9001', authentication: [proof] }), target],
    },
    '403 call rejected',
  ],
];

for (const [who, more, expected] of bars) {
  test(`a transferor ${who} opens no way with a REFER`, async () => {
    const t = await speaking(more);
    assert.deepEqual(t.called.refers('6002'), [expected]);
    assert.equal(t.agent.requests.length, 1);
    assert.equal(t.calls.activeCalls().legs.length, 2);
    t.caller.end('bye');
    await t.quiet();
  });
}

const restricted: readonly (readonly [string, DialPeer])[] = [
  ['may not call', { ...far, permission: 'term' }],
  ['never proved who it is', voip(5, { destinationPattern: '9001', authentication: [proof] })],
];

for (const [what, peer] of restricted) {
  test(`who ${what} may not after having been transferred either`, async () => {
    const t = await speaking({ peers: [peer, target] });
    t.caller.refers('6001');
    t.agent.last.pickUp(pcmu);
    assert.deepEqual([done(t.caller), t.agent.requests.length], ['BYE', 2]);
    assert.deepEqual(
      t.called.refers('6002'),
      ['403 call rejected'],
      'it has its own rights, not those of the transferor',
    );
    assert.equal(t.agent.requests.length, 2);
    t.called.end('bye');
    await t.quiet();
  });
}

for (const [what, peer] of restricted) {
  test(`who ${what} does not join two calls that it was called in`, async () => {
    const t = await speaking({ peers: [peer, target] });
    await t.invite('9001', pcmu, '5552000');
    const second = t.agent.last;
    second.pickUp(pcmu);
    const replaces = { leg: second.handler?.leg ?? 0 };
    assert.deepEqual(t.called.refers('', { replaces }), ['403 call rejected']);
    assert.equal(t.calls.activeCalls().legs.length, 4);
    t.calls.clear(() => true, 16);
    await t.quiet();
  });
}

test('who proved itself in the call to the target joins it with one that it was called in', async () => {
  const peer = voip(5, { destinationPattern: '9001', authentication: [proof] });
  const t = await speaking({ peers: [peer, target] });
  const second = await t.invite('6002', pcmu, '9001');
  t.agent.last.pickUp(pcmu);
  assert.deepEqual(t.called.refers('', { replaces: { leg: second.handler?.leg ?? 0 } }), ['200']);
  t.caller.end('bye');
  await t.quiet();
});

const group = { tag: 1, shutdown: false, members: [{ peer: 6, preference: 0 }] };

const elsewhere: readonly (readonly [string, DialPeer, string, readonly string[]])[] = [
  ['nobody has', far, '8000', ['404 unassigned number']],
  [
    'its `destination dpg` that is not there leads to',
    { ...far, destinationGroup: 77 },
    '6002',
    ['404 no route to destination'],
  ],
];

for (const [what, peer, number, expected] of elsewhere) {
  test(`a REFER to a number that ${what} is not passed on`, async () => {
    const t = await speaking({ peers: [peer, target] });
    t.caller.takesRefer = true;
    assert.deepEqual(t.called.refers(number), expected);
    assert.equal(done(t.caller), '200');
    t.caller.end('bye');
    await t.quiet();
  });
}

test('the REFER of who is held to `destination dpg` is carried out by it, not by the rights of the transferee', async () => {
  const classes = { ...noVoiceClasses, peerGroups: new Map([[1, group]]) };
  const costly = voip(8, { destinationPattern: '900....' });
  const t = await speaking({ peers: [{ ...far, destinationGroup: 1 }, target, costly], classes });
  t.caller.takesRefer = true;
  t.called.refers('9001234');
  assert.deepEqual([done(t.caller), t.agent.requests.length], ['200', 2]);
  t.agent.last.pickUp(pcmu);
  t.caller.end('bye');
  await t.quiet();
  assert.equal(t.calls.records().find(({ call }) => call === 2)?.outPeer, 6);
});

/** 9001 wants 5551000 to call 6002, which says that it takes REFER. */
async function passing() {
  const t = await speaking();
  t.caller.takesRefer = true;
  const told = t.called.refers('6002');
  assert.equal(done(t.caller), 'REFER 6002');
  return { ...t, told };
}

test('a transferor that hangs up before the REFER it had passed on is answered leaves the call standing until it is', async () => {
  const t = await passing();
  t.called.end('bye');
  assert.deepEqual([done(t.caller), t.calls.activeCalls().legs.length], ['REFER 6002', 1]);
  assert.equal(t.caller.refers('6003'), 403, 'there is nobody to transfer');
  t.caller.outcome?.taken();
  assert.equal(done(t.caller), 'BYE');
  await t.quiet();
  assert.deepEqual(
    t.calls.records().map(({ cause, endedBy }) => [cause, endedBy]),
    [[16, 'called']],
  );
});

test('where the transferee cannot do it, it is transferred by the gateway though the transferor hung up', async () => {
  for (const isTaken of [true, false]) {
    const t = await passing();
    t.called.end('bye');
    t.caller.outcome?.refused(501);
    assert.deepEqual([done(t.caller), t.agent.requests.at(-1)?.called], ['REFER 6002', '6002']);
    if (isTaken) t.agent.last.pickUp(pcmu);
    else t.agent.last.fail(486);
    assert.deepEqual(t.told, [isTaken ? '200' : '486 user busy']);
    if (isTaken) t.agent.last.end('bye');
    assert.equal(done(t.caller), 'BYE');
    await t.quiet();
    assert.equal(t.calls.records().length, 2);
  }
});

test('a transferee that does not want to, hangs up, or is let go while it is asked ends what the transferor left', async () => {
  for (const play of [
    ({ caller }: Awaited<ReturnType<typeof passing>>) => caller.outcome?.refused(603),
    ({ caller }: Awaited<ReturnType<typeof passing>>) => caller.end('bye'),
    ({ calls }: Awaited<ReturnType<typeof passing>>) => calls.stop(),
  ]) {
    const t = await passing();
    t.called.end('bye');
    play(t);
    t.caller.outcome?.refused(481);
    assert.equal(t.agent.requests.length, 1, 'there is nobody to transfer any more');
    await t.quiet();
    assert.equal(t.calls.records().length, 1);
  }
});

test('while a REFER is passed on there is no other one, of either party', async () => {
  const t = await passing();
  assert.deepEqual([t.called.refers('6003'), t.caller.refers('6003')], [491, 491]);
  t.caller.outcome?.taken();
  t.caller.outcome?.tell(180);
  assert.deepEqual([t.called.refers('6003'), t.caller.refers('6003')], [491, 491]);
  t.caller.outcome?.tell(486);
  assert.deepEqual(t.told, ['180', '486']);
  assert.equal(typeof t.called.refers('6003'), 'object', 'until its end is known');
  t.caller.end('bye');
  await t.quiet();
});

test('who proved itself as a caller may still transfer after having been transferred', async () => {
  const caller = voip(4, { incomingCalledNumber: '9001', authentication: [proof] });
  const t = await speaking({ peers: [caller, far, target] });
  t.called.refers('6001');
  t.agent.last.pickUp(pcmu);
  assert.deepEqual(t.caller.refers('6002'), [], 'it is called');
  t.agent.last.pickUp(pcmu);
  t.agent.last.end('bye');
  await t.quiet();
});

test('a transfer has no more hops left than the call or the REFER', async () => {
  const t = await speaking();
  assert.deepEqual(t.called.refers('6002', { maxForwards: 0 }), ['483 exchange routing error']);
  t.called.refers('6002', { maxForwards: 9 });
  assert.equal(t.agent.requests.at(-1)?.maxForwards, 8);
  t.caller.end('bye');
  await t.quiet();
});

test('a telephone can be transferred, and be the target', async () => {
  const room = await house({ peers: plan });
  const caller = await room.invite('777');
  room.clock.advance(10_000);
  assert.equal(done(caller), '200');
  const told = caller.refers('6002');
  room.agent.last.pickUp(pcmu);
  assert.deepEqual([told, done(caller)], [['200'], 'BYE']);
  assert.deepEqual(
    room.calls.activeCalls().legs.map(({ protocol, called }) => [protocol, called]),
    [
      ['telephony', '777'],
      ['sip', '6002'],
    ],
  );
  room.agent.last.refers('777');
  room.agent.last.end('bye');
  await room.quiet();
});

test('the end of the gateway ends a transfer that is under way', async () => {
  const t = await speaking();
  t.called.refers('6002');
  t.calls.stop();
  assert.deepEqual([done(t.caller), done(t.called), done(t.agent.last)], ['BYE', 'BYE', 'CANCEL']);
  assert.equal(t.calls.records().length, 2);
});

/** 9001 holds 5551000 and has called 6002 itself. */
async function consulting(isAnswered = true, sdp = pcmu) {
  const t = await speaking({ peers: [...plan, voip(7, { destinationPattern: '7..', codec: 'g711alaw' })] });
  t.called.reinvite(held('sendonly'));
  t.caller.handler?.offerAnswered(200, held('recvonly'));
  const second = await t.invite('6002', sdp, '9001');
  const other = t.agent.last;
  if (isAnswered) other.pickUp(pcmu);
  else other.ring();
  return { ...t, second, other, leg: second.handler?.leg ?? 0 };
}

test('a transferor that has called the target itself joins both, and both its calls end', async () => {
  const t = await consulting();
  t.second.reinvite(held('sendonly'));
  t.other.handler?.offerAnswered(200, held('recvonly'));
  const told = t.called.refers('', { replaces: { leg: t.leg } });
  assert.deepEqual(told, ['200']);
  assert.deepEqual([done(t.called), done(t.second)], ['BYE', 'BYE']);
  assert.deepEqual([done(t.caller), done(t.other)], ['re-INVITE', 're-INVITE'], 'both are brought back');
  for (const one of [t.caller, t.other]) {
    assert.doesNotMatch(one.sdp, /a=sendonly/);
    one.handler?.offerAnswered(200, held('sendrecv'));
  }
  assert.deepEqual(
    t.calls.activeCalls().legs.map(({ called, state, call }) => [called, state, call]),
    [
      ['9001', 'active', 2],
      ['6002', 'active', 2],
    ],
  );
  t.other.end('bye');
  assert.equal(done(t.caller), 'BYE');
  await t.quiet();
  assert.equal(t.calls.records().length, 2);
});

test('a target that still rings is waited for by the transferee', async () => {
  const t = await consulting(false);
  const told = t.called.refers('', { replaces: { leg: t.leg } });
  assert.deepEqual([told, done(t.second)], [['180'], '480']);
  assert.equal(t.calls.activeCalls().legs.length, 3);
  t.other.pickUp(pcmu);
  assert.deepEqual([told, done(t.called), done(t.caller)], [['180', '200'], 'BYE', 're-INVITE']);
  t.caller.end('bye');
  assert.equal(done(t.other), 'BYE');
  await t.quiet();
});

test('what is no call of the transferor any more, or its very own, is not joined', async () => {
  const t = await consulting();
  const own = t.called.handler?.leg ?? 0;
  for (const leg of [own, 4711]) {
    assert.deepEqual(t.called.refers('', { replaces: { leg } }), ['481 normal, unspecified']);
  }
  assert.equal(t.calls.activeCalls().legs.length, 4);
  t.calls.clear(() => true, 16);
  await t.quiet();
});

test('legs that have no codec in common are not joined', async () => {
  const t = await speaking({ peers: [...plan, voip(7, { destinationPattern: '7..', codec: 'g711alaw' })] });
  const pcma = peerSdp('8');
  const second = await t.invite('700', pcma, '123');
  t.agent.last.pickUp(pcma);
  const replaces = { leg: second.handler?.leg ?? 0 };
  assert.deepEqual(t.caller.refers('', { replaces }), ['488 bearer capability not implemented']);
  assert.equal(t.calls.activeCalls().legs.length, 4);
  assert.deepEqual(t.called.refers('', { replaces }), ['200'], 'the caller may have any codec');
  assert.match(t.caller.sdp, /RTP\/AVP 8/);
  t.caller.handler?.offerAnswered(488, undefined);
  assert.deepEqual([done(t.caller), done(t.agent.last)], ['BYE', 'BYE'], 'but need not take it');
  await t.quiet();
});

test('a dialog between others is named to the target, which is called by the plan', async () => {
  const t = await speaking();
  const dialog = { callId: 'c', toTag: 't', fromTag: 'f', earlyOnly: false };
  t.called.refers('6002', { replaces: { dialog } });
  assert.deepEqual(t.agent.requests.at(-1)?.replaces, dialog);
  t.caller.end('bye');
  await t.quiet();
});

test('a new call of a party takes the place of its old one, in the codec of the call', async () => {
  const t = await speaking();
  t.called.reinvite(held('sendonly'));
  t.caller.handler?.offerAnswered(200, held('recvonly'));
  const replaces = { leg: t.called.handler?.leg ?? 0 };
  const next = t.agent.call(t.calls, { called: '1', calling: '9001', replaces }, peerSdp('8 0'));
  await settle();
  assert.deepEqual([done(next), done(t.called), done(t.caller)], ['200', 'BYE', 're-INVITE']);
  assert.match(next.sdp, /RTP\/AVP 0/);
  next.end('bye');
  assert.equal(done(t.caller), 'BYE');
  await t.quiet();
  assert.equal(t.calls.records().length, 1);
});

test('a call that cannot take the place of another is refused, and the other stands', async () => {
  const t = await speaking();
  const leg = t.called.handler?.leg ?? 0;
  for (const [replaces, sdp, status] of [
    [{ status: 403 }, pcmu, '403'],
    [{ leg: 4711 }, pcmu, '481'],
    [{ leg }, peerSdp('8'), '488'],
  ] as const) {
    const next = t.agent.call(t.calls, { called: '1', calling: '9001', replaces }, sdp);
    await settle();
    assert.equal(done(next), status);
  }
  assert.equal(t.calls.activeCalls().legs.length, 2);
  t.caller.end('bye');
  await t.quiet();
});
