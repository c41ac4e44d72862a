import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headersSent, nothingIsLeft, pair, sent } from './fake/pair.ts';

/** A response to west's INVITE as another branch of a fork gives it. */
function fromBranch(t: ReturnType<typeof pair>, status: number, tag: string, more: readonly string[] = []): void {
  const invite = t.west.wire.sent.find((text) => text.startsWith('INVITE')) ?? '';
  const lines = invite.split('\r\n').filter((line) => /^(Via|From|Call-ID|CSeq):/.test(line));
  const to = `To: <sip:9001@10.0.0.2>;tag=${tag}`;
  const contact = `Contact: <sip:${tag}@10.0.0.2>`;
  const response = [`SIP/2.0 ${status} Forked`, ...lines, to, contact, ...more, 'Content-Length: 0', '', ''];
  t.west.agent.received(response.join('\r\n'), t.west.wire);
  t.clock.advance(1);
}

const reliable = (rseq: number): readonly string[] => ['Require: 100rel', `RSeq: ${rseq}`];

/** West has called, and nobody but the test answers. */
function calling(): ReturnType<typeof pair> & { readonly caller: ReturnType<ReturnType<typeof pair>['call']> } {
  const t = pair('tcp');
  t.west.wire.drops = () => true;
  return { ...t, caller: t.call() };
}

test('each branch of a fork is acknowledged for itself, one is answered, and a late one is ended', () => {
  const t = calling();
  fromBranch(t, 180, 'a', reliable(1));
  fromBranch(t, 180, 'b', reliable(700));
  fromBranch(t, 183, 'a', reliable(2));
  fromBranch(t, 183, 'a', reliable(4));
  fromBranch(t, 180, 'b', reliable(700));
  assert.deepEqual(headersSent(t.west, 'PRACK', 'RAck'), ['1 101 INVITE', '700 101 INVITE', '2 101 INVITE']);
  assert.deepEqual(headersSent(t.west, 'PRACK', 'CSeq'), ['102 PRACK', '102 PRACK', '103 PRACK']);
  assert.deepEqual(
    sent(t.west).filter((line) => line.startsWith('PRACK')),
    ['PRACK sip:a@10.0.0.2 SIP/2.0', 'PRACK sip:b@10.0.0.2 SIP/2.0', 'PRACK sip:a@10.0.0.2 SIP/2.0'],
  );
  fromBranch(t, 200, 'b');
  assert.equal(t.caller.session.state, 'confirmed');
  fromBranch(t, 200, 'a');
  assert.deepEqual(headersSent(t.west, 'ACK', 'CSeq'), ['101 ACK', '101 ACK']);
  // Behind every request in its early dialog.
  assert.deepEqual(headersSent(t.west, 'BYE', 'CSeq'), ['104 BYE']);
  assert.deepEqual(sent(t.west).at(-1), 'BYE sip:a@10.0.0.2 SIP/2.0');
  t.caller.session.release();
  assert.deepEqual(headersSent(t.west, 'BYE', 'CSeq'), ['104 BYE', '103 BYE']);
  nothingIsLeft(t);
});

test('more branches than can be meant are not all remembered', () => {
  const t = calling();
  for (let branch = 0; branch < 40; branch++) fromBranch(t, 180, `t${branch}`, reliable(1));
  assert.equal(headersSent(t.west, 'PRACK', 'RAck').length, 16);
  t.caller.session.release();
  nothingIsLeft(t);
});

test('a BYE to an early branch changes nothing of the others, an answer ends it all', () => {
  const t = calling();
  fromBranch(t, 180, 'a', reliable(1));
  fromBranch(t, 486, 'a');
  assert.deepEqual(t.caller.heard, ['progressed 180 -', 'failed 486 Forked']);
  nothingIsLeft(t);
});

test('a 100 is no ringing, though it may have a tag', () => {
  const t = calling();
  fromBranch(t, 100, 'a');
  assert.deepEqual([t.caller.heard, t.caller.session.state], [[], 'setup']);
  t.caller.session.release();
  assert.deepEqual(headersSent(t.west, 'CANCEL', 'CSeq'), ['101 CANCEL']);
});

test('a request of ours that comes straight back, our own Via on top, is a loop: 482', () => {
  const t = calling();
  t.west.agent.received(t.west.wire.sent[0] ?? '', t.west.wire);
  assert.equal(t.west.calls.length, 0);
  assert.equal(sent(t.west).at(-1), 'SIP/2.0 482 Loop Detected');
  t.caller.session.release();
});

test('a BYE of ours that comes home in a dialog is no loop', () => {
  const t = calling();
  fromBranch(t, 200, 'a');
  t.caller.session.release();
  const bye = t.west.wire.sent.at(-1) ?? '';
  assert.match(bye, /^BYE /);
  t.west.agent.received(bye, t.west.wire);
  assert.match(sent(t.west).at(-1) ?? '', /^SIP\/2\.0 481 /);
});

test('a request of ours that comes back as it left is a loop: 482; to another number it is a call that came home', () => {
  for (const [uri, calls] of [
    ['sip:9001@10.0.0.2:5060', 0],
    ['sip:9002@10.0.0.1', 1],
  ] as const) {
    const t = calling();
    const invite = t.west.wire.sent[0] ?? '';
    const back = invite
      .replace(/^INVITE \S+/, `INVITE ${uri}`)
      .replace('\r\nVia:', '\r\nVia: SIP/2.0/TCP 10.0.0.9;branch=z9hG4bKproxy\r\nVia:');
    t.west.agent.received(back, t.west.wire);
    assert.equal(t.west.calls.length, calls);
    if (calls === 0) assert.equal(sent(t.west).at(-1), 'SIP/2.0 482 Loop Detected');
    t.west.calls[0]?.leg.session.release(486);
    t.caller.session.release();
  }
});
