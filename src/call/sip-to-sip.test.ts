import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fake/fake-network.ts';
import { peerSdp } from './fake/fake-user-agent.ts';
import { far, house, pcmu, telephone, voip } from './fake/house.ts';
import { type DialPeer, noVoiceClasses } from './settings.ts';

test('a SIP to SIP call offers the codec of the outgoing peer and joins the RTP of both legs', async () => {
  const h = await house({ peers: [{ ...far, dtmfRelay: ['rtp-nte'] } as DialPeer] });
  const caller = await h.invite('9001');
  const called = h.agent.last;
  // The default peer of the caller relays no telephone events, so that none are asked for.
  assert.match(called.sdp, /m=audio \d+ RTP\/AVP 0\r\n/);
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

const answerOf = peerSdp('18', 'a=rtpmap:18 G729/8000\r\n');

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
