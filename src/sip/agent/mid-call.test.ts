import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, headersSent, nothingIsLeft, pair, type Side, sent } from './fake/pair.ts';

const short = { minSe: 90, sessionExpires: 90 };

/** What one side sends from now on that begins so, without its URI. */
function methods(side: Side): string[] {
  return sent(side).map((line) =>
    line
      .split(' ')
      .slice(0, line.startsWith('SIP/2.0') ? 2 : 1)
      .join(' '),
  );
}

/** The peer, made to forget that it can do something. */
function withoutWord(word: string) {
  return (text: string): string => text.replaceAll(`, ${word}`, '');
}

test('a session is refreshed at half its interval by whoever is to do so, with UPDATE, and lasts as long as it is', () => {
  const t = pair('tcp', [short, short]);
  const { caller, called } = answered(t);
  assert.deepEqual(headersSent(t.west, 'INVITE', 'Session-Expires'), ['90']);
  assert.deepEqual(headersSent(t.west, 'INVITE', 'Min-SE'), ['90']);
  assert.deepEqual(headersSent(t.east, 'SIP/2.0 200 OK', 'Session-Expires'), ['90;refresher=uac']);
  assert.deepEqual(headersSent(t.east, 'SIP/2.0 200 OK', 'Require'), ['timer']);
  t.clock.advance(40_000);
  assert.equal(methods(t.west).filter((method) => method === 'UPDATE').length, 0);
  t.clock.advance(600_000);
  const updates = methods(t.west).filter((method) => method === 'UPDATE').length;
  assert.ok(updates >= 13 && updates <= 16, String(updates));
  assert.equal(methods(t.east).includes('UPDATE'), false, 'one side refreshes');
  assert.deepEqual([caller.session.state, called.session.state], ['confirmed', 'confirmed']);
  caller.session.release();
  nothingIsLeft(t);
});

test('sessions that began together are refreshed one by one', () => {
  const t = pair('tcp', [short, short]);
  const sessions = Array.from({ length: 100 }, () => t.call().session);
  t.clock.advance(5);
  for (const { leg } of t.east.calls) leg.session.answer('answer');
  t.clock.advance(5);
  const bySecond = new Map<number, number>();
  t.west.wire.alters = (text) => {
    const second = Math.floor(t.clock.now() / 1000);
    if (text.startsWith('UPDATE')) bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
    return text;
  };
  t.clock.advance(46_000);
  const counts = [...bySecond.values()];
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    100,
  );
  assert.deepEqual([Math.min(...bySecond.keys()) >= 40, Math.max(...bySecond.keys()) <= 45], [true, true]);
  assert.ok(Math.max(...counts) < 50, counts.join());
  for (const session of sessions) session.release();
  nothingIsLeft(t);
});

test('a peer without UPDATE is refreshed by a re-INVITE that offers what stands', () => {
  const t = pair('tcp', [short, short]);
  t.east.wire.alters = withoutWord('UPDATE');
  const { caller, called } = answered(t);
  t.clock.advance(46_000);
  assert.equal(called.heard.at(-1), 'offered offer');
  called.session.answerOffer('answer');
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'offer answered 200 answer');
  assert.deepEqual(headersSent(t.west, 'INVITE', 'Session-Expires'), ['90', '90;refresher=uac']);
  caller.session.release();
  nothingIsLeft(t);
});

test('a session that nobody refreshes is ended on both sides before it expires, with a reason', () => {
  const t = pair('udp', [short, short]);
  const { caller, called } = answered(t);
  t.west.wire.drops = () => true;
  t.east.wire.drops = () => true;
  t.clock.advance(89_000);
  assert.equal(called.heard.at(-1), 'ended expired');
  assert.ok(['ended lost', 'ended expired'].includes(caller.heard.at(-1) ?? ''), caller.heard.at(-1));
  assert.ok(headersSent(t.east, 'BYE', 'Reason')[0]?.startsWith('SIP;cause=408'));
  nothingIsLeft(t);
});

test('a refresh that is answered 481 ends the call', () => {
  const t = pair('tcp', [short, short]);
  const { caller } = answered(t);
  t.east.agent.close();
  t.west.wire.answers = (text) => (text.startsWith('UPDATE') ? 481 : undefined);
  t.clock.advance(46_000);
  assert.equal(caller.heard.at(-1), 'ended lost');
  assert.ok(headersSent(t.west, 'BYE', 'Reason')[0]?.startsWith('SIP;cause=481'));
});

test('a peer that knows no session timer is asked whether it is still there, and what else it says ends nothing', () => {
  const t = pair('tcp', [short, short]);
  t.east.wire.alters = (text) =>
    text.replaceAll(', timer', '').replace(/^(Session-Expires|Require: timer).*\r\n/gim, '');
  const { caller } = answered(t);
  t.east.agent.close();
  t.west.wire.answers = (text) => (text.startsWith('UPDATE') ? 488 : undefined);
  t.clock.advance(400_000);
  assert.equal(methods(t.west).filter((method) => method === 'UPDATE').length, 1);
  assert.equal(caller.session.state, 'confirmed');
  caller.session.release();
});

test('an interval that is too small is refused with 422, and asked for again as long as wanted', () => {
  const t = pair('tcp', [short, { minSe: 300 }]);
  const { caller } = answered(t);
  assert.deepEqual(headersSent(t.east, 'SIP/2.0 422', 'Min-SE'), ['300']);
  assert.deepEqual(headersSent(t.west, 'INVITE', 'Session-Expires'), ['90', '300']);
  assert.deepEqual(headersSent(t.west, 'INVITE', 'Min-SE'), ['90', '300']);
  assert.deepEqual(headersSent(t.west, 'INVITE', 'CSeq'), ['101 INVITE', '102 INVITE']);
  assert.equal(caller.session.state, 'confirmed');
  caller.session.release();
  nothingIsLeft(t);
});

test('a 422 that asks for nothing more fails the call', () => {
  const t = pair('tcp', [short, short]);
  t.west.wire.answers = (text) => (text.startsWith('INVITE') ? 422 : undefined);
  const caller = t.call();
  t.clock.advance(5);
  assert.deepEqual(caller.heard, ['failed 422 Scripted']);
});

test('offers that cross are both refused with 491, and each side tries again in its own time', () => {
  const t = pair('tcp');
  const { caller, called } = answered(t);
  caller.session.offer('mine');
  called.session.offer('yours');
  t.clock.advance(5);
  assert.equal(methods(t.west).at(-2), 'SIP/2.0 491');
  assert.equal(methods(t.east).at(-2), 'SIP/2.0 491');
  // The one that did not make the Call-ID: within two seconds.
  t.clock.advance(2010);
  assert.equal(caller.heard.at(-1), 'offered yours');
  caller.session.answerOffer('my answer');
  t.clock.advance(10);
  assert.equal(called.heard.at(-1), 'offer answered 200 my answer');
  t.clock.advance(2000);
  assert.equal(called.heard.at(-1), 'offered mine');
  called.session.answerOffer('your answer');
  t.clock.advance(10);
  assert.equal(caller.heard.at(-1), 'offer answered 200 your answer');
  caller.session.release();
  nothingIsLeft(t);
});

test('an offer before the last one is answered is 500 with a time to wait, and is made again then', () => {
  const t = pair('tcp');
  const { caller, called } = answered(t);
  caller.session.offer('first');
  t.clock.advance(5);
  // Not answered yet; the same side may not offer again.
  caller.session.offer('second');
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'offer answered 491 -');
  called.session.answerOffer('one');
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'offer answered 200 one');
  caller.session.release();
  nothingIsLeft(t);
});

test('while a call rings reliably either side may change it by UPDATE, but not before its first offer is answered', () => {
  const t = pair('tcp');
  const caller = t.call();
  t.clock.advance(5);
  const called = t.east.calls[0]!.leg;
  called.session.progress(180);
  t.clock.advance(5);
  caller.session.offer('too early');
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'offer answered 491 -');
  called.session.progress(183, 'early answer');
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'progressed 183 early answer');
  caller.session.offer('other music');
  t.clock.advance(5);
  assert.equal(called.heard.at(-1), 'offered other music');
  called.session.answerOffer('very well');
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'offer answered 200 very well');
  called.session.offer('yet another');
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'offered yet another');
  caller.session.answerOffer('yes');
  t.clock.advance(5);
  called.session.answer('answer');
  t.clock.advance(5);
  assert.deepEqual([caller.session.state, called.session.state], ['confirmed', 'confirmed']);
  caller.session.release();
  nothingIsLeft(t);
});

test('an offer that is asked for is answered in the ACK, which goes again with every 2xx', () => {
  const t = pair('udp');
  const { caller, called } = answered(t);
  caller.session.askForOffer();
  t.clock.advance(5);
  assert.equal(called.heard.at(-1), 'offered ');
  called.session.answerOffer('yours');
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'offered yours');
  const acks = (): readonly string[] => t.west.wire.sent.filter((text) => text.startsWith('ACK'));
  t.clock.advance(1000);
  assert.equal(acks().length, 1, 'the ACK waits for the answer');
  t.west.wire.drops = (text) => text.startsWith('ACK');
  caller.session.answerOffer('mine');
  t.clock.advance(2000);
  t.west.wire.drops = () => false;
  t.clock.advance(4000);
  assert.ok(acks().length > 2);
  for (const ack of acks().slice(1)) assert.ok(ack.endsWith('\r\n\r\nmine'));
  assert.equal(called.heard.at(-1), 'offer answered 200 mine');
  caller.session.release();
  nothingIsLeft(t);
});

test('a call that ends before the offer it asked for is answered acknowledges it first', () => {
  const t = pair('tcp');
  const { caller, called } = answered(t);
  caller.session.askForOffer();
  t.clock.advance(5);
  called.session.answerOffer('yours');
  t.clock.advance(5);
  caller.session.release();
  t.clock.advance(5);
  assert.deepEqual(methods(t.west).slice(-2), ['ACK', 'BYE']);
  nothingIsLeft(t);
});

test('a re-INVITE that is taken back is cancelled once it is worked on, and 487', () => {
  const t = pair('tcp');
  const { caller, called } = answered(t);
  caller.session.offer('mine');
  caller.session.withdrawOffer();
  assert.equal(methods(t.west).includes('CANCEL'), false);
  t.clock.advance(5);
  assert.equal(called.heard.at(-1), 'offer withdrawn');
  assert.equal(caller.heard.at(-1), 'offer answered 487 -');
  assert.equal(methods(t.west).filter((method) => method === 'CANCEL').length, 1);
  caller.session.offer('again');
  t.clock.advance(5);
  called.session.answerOffer('yes');
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'offer answered 200 yes');
  caller.session.release();
  nothingIsLeft(t);
});

test('a peer that works on a re-INVITE and answers neither it nor its CANCEL is gone', () => {
  const t = pair('tcp', [{ timers: { expires: 60_000 } }]);
  const { caller } = answered(t);
  caller.session.offer('mine');
  t.clock.advance(5);
  t.east.wire.drops = () => true;
  t.clock.advance(62_000);
  assert.equal(caller.session.state, 'confirmed');
  t.clock.advance(35_000);
  assert.equal(caller.heard.at(-1), 'ended lost');
  assert.equal(t.west.agent.transactionCount <= 2, true);
});

test('why a call ends is told in BYE and CANCEL, and heard', () => {
  const t = pair('tcp');
  const { caller, called } = answered(t);
  caller.session.release(undefined, undefined, 27);
  t.clock.advance(5);
  assert.deepEqual(headersSent(t.west, 'BYE', 'Reason'), ['Q.850;cause=27']);
  assert.deepEqual(called.reasons, [' q850 27']);
  const u = pair('tcp');
  const ringing = u.call();
  u.clock.advance(5);
  ringing.session.release(undefined, undefined, 19);
  u.clock.advance(5);
  assert.deepEqual(headersSent(u.west, 'CANCEL', 'Reason'), ['Q.850;cause=19']);
  assert.deepEqual(u.east.calls[0]?.leg.reasons, [' q850 19']);
  nothingIsLeft(t);
  nothingIsLeft(u);
});

test('an INVITE that nobody answers in its validity is cancelled and fails with 408', () => {
  const t = pair('tcp', [{ timers: { expires: 60_000 } }]);
  const caller = t.call();
  t.clock.advance(5);
  t.east.calls[0]!.leg.session.progress(180);
  assert.deepEqual(headersSent(t.west, 'INVITE', 'Expires'), ['60']);
  t.clock.advance(59_000);
  assert.equal(caller.session.state, 'early');
  t.clock.advance(2000);
  assert.equal(caller.heard.at(-1), 'failed 408 Nobody answered in time');
  assert.equal(t.east.calls[0]!.leg.heard.at(-1), 'ended cancelled');
  assert.deepEqual(headersSent(t.west, 'CANCEL', 'Reason'), ['Q.850;cause=102']);
  nothingIsLeft(t);
});

test('the validity of an INVITE that came holds here too: 487', () => {
  const t = pair('tcp', [{ timers: { expires: 60_000 } }]);
  t.call();
  t.clock.advance(5);
  const called = t.east.calls[0]!.leg;
  t.west.wire.drops = () => true;
  t.clock.advance(61_000);
  assert.equal(called.heard.at(-1), 'ended cancelled');
  assert.equal(sent(t.east).at(-1), 'SIP/2.0 487 Request Terminated');
});

test('a request older than one before it is 500, with a phrase that is no name of a header, for some look for one there', () => {
  const t = pair('tcp');
  const { called } = answered(t);
  const ack = t.west.wire.sent.findLast((text) => text.startsWith('ACK')) ?? '';
  for (const cseq of [300, 299]) {
    const update = ack.replaceAll('ACK', 'UPDATE').replace(/CSeq: \d+/, `CSeq: ${cseq}`);
    t.east.agent.received(update.replace('z9hG4bK', `z9hG4bK${cseq}`), t.east.wire);
  }
  assert.deepEqual(sent(t.east).slice(-2), ['SIP/2.0 200 OK', 'SIP/2.0 500 Request Out Of Order']);
  called.session.release();
  nothingIsLeft(t);
});
