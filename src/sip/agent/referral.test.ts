import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceivedRefer, ReferProgress, ReferVerdict } from '../session.ts';
import { answered, headersSent, nothingIsLeft, pair, sent } from './fake/pair.ts';

type Pair = ReturnType<typeof pair>;

/** West has called; east takes its REFERs, unless `verdict` says otherwise. */
function referring(verdict?: ReferVerdict) {
  const t = pair();
  const { caller, called } = answered(t);
  const refers: ReceivedRefer[] = [];
  const progress: ReferProgress[] = [];
  const referred = (refer: ReceivedRefer): ReferVerdict => {
    refers.push(refer);
    return verdict ?? ((one) => void progress.push(one));
  };
  called.referred = referred;
  const values = (side: Pair['east'], start: string, name: string): string => headersSent(side, start, name)[0] ?? '';
  let sequence = 900;
  /** What east answers a request of west's with. */
  const ask = (method: string, ...headers: readonly string[]): string => {
    const before = t.east.wire.sent.length;
    const number = ++sequence;
    t.east.agent.received(
      [
        `${method} sip:9001@10.0.0.2:5060 SIP/2.0`,
        `Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKrefer${number}`,
        'Max-Forwards: 69',
        `From: ${values(t.west, 'INVITE', 'From')}`,
        `To: ${values(t.east, 'SIP/2.0 200', 'To')}`,
        `Call-ID: ${values(t.west, 'INVITE', 'Call-ID')}`,
        `CSeq: ${number} ${method}`,
        'Contact: <sip:777@10.0.0.1:5060>',
        ...headers,
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
      t.east.wire,
    );
    return t.east.wire.sent[before]?.slice(8, 11) ?? '';
  };
  const refer = (...headers: readonly string[]): string => ask('REFER', ...headers);
  const notified = (): string[] => t.east.wire.sent.filter((text) => text.startsWith('NOTIFY'));
  return { ...t, caller, called, ask, refer, refers, progress, notified };
}

const to = 'Refer-To: <sip:9002@10.0.0.9>';
const status = (notify: string): string => /\r\n\r\nSIP\/2\.0 (\d+)/.exec(notify)?.[1] ?? '';

/** West answers the NOTIFYs it is sent: the agent of this test has never subscribed. */
function listens(t: Pair, answer: number | undefined): void {
  t.east.wire.answers = (text) => (text.startsWith('NOTIFY') ? answer : undefined);
}

test('a REFER in a call is taken, and its sender is told how the other call goes until it ends', () => {
  const t = referring();
  listens(t, 200);
  assert.equal(t.refer(to, 'Referred-By: <sip:777@10.0.0.1>'), '202');
  t.clock.advance(5);
  t.progress[0]?.tell(180);
  t.clock.advance(5);
  t.progress[0]?.tell(200);
  t.progress[0]?.tell(486);
  t.clock.advance(5);
  assert.deepEqual(t.notified().map(status), ['100', '180', '200']);
  const name = (header: string): string[] => headersSent(t.east, 'NOTIFY', header);
  assert.deepEqual(name('Event'), ['refer', 'refer', 'refer']);
  assert.deepEqual(name('Subscription-State'), [
    'active;expires=600',
    'active;expires=600',
    'terminated;reason=noresource',
  ]);
  assert.deepEqual(name('Content-Type'), Array(3).fill('message/sipfrag;version=2.0'));
  assert.deepEqual(
    [t.refers[0]?.called, t.refers[0]?.referredBy, t.refers[0]?.maxForwards],
    ['9002', '<sip:777@10.0.0.1>', 69],
  );
  t.called.session.release();
  nothingIsLeft(t);
});

test('one NOTIFY waits for the other, and what happened in between is told once', () => {
  const t = referring();
  listens(t, undefined);
  t.east.wire.drops = (text) => text.startsWith('NOTIFY');
  t.refer(to);
  for (const one of [180, 183, 180, 486]) t.progress[0]?.tell(one, { cause: 17, text: 'user busy' });
  assert.deepEqual(t.notified().map(status), ['100']);
  t.east.wire.drops = () => false;
  listens(t, 200);
  t.clock.advance(600);
  const last = t.notified().at(-1) ?? '';
  assert.deepEqual([status(last), /Reason: (.*)\r/.exec(last)?.[1]], ['486', 'Q.850;cause=17;text="user busy"']);
  t.called.session.release();
  nothingIsLeft(t);
});

test('a second REFER is put off while the first is under way, and told apart from it afterwards', () => {
  const t = referring();
  listens(t, 200);
  t.refer(to);
  assert.equal(t.refer(to), '491');
  t.progress[0]?.tell(404);
  t.clock.advance(5);
  assert.equal(t.refer(to), '202');
  t.clock.advance(5);
  assert.deepEqual(headersSent(t.east, 'NOTIFY', 'Event'), ['refer', 'refer', 'refer;id=903']);
  t.called.session.release();
  nothingIsLeft(t);
});

test('who does not know of a subscription, or does not answer, is told nothing more', () => {
  for (const answer of [481, undefined]) {
    const t = referring();
    t.east.wire.drops = (text) => text.startsWith('NOTIFY');
    listens(t, answer);
    t.refer(to);
    t.clock.advance(60_000);
    const before = t.notified().length;
    t.progress[0]?.tell(200);
    t.clock.advance(60_000);
    assert.equal(t.notified().length, before);
    assert.equal(t.called.session.state, 'confirmed', 'the call goes on');
    assert.equal(t.refer(to), '202', 'and another one is taken');
    t.called.session.release();
    nothingIsLeft(t);
  }
});

test('whoever wants to hear nothing hears nothing, and is told so', () => {
  const t = referring();
  assert.equal(t.refer(to, 'Refer-Sub: false', 'Require: norefersub'), '202');
  assert.deepEqual(headersSent(t.east, 'SIP/2.0 202', 'Refer-Sub'), ['false']);
  t.progress[0]?.tell(200);
  assert.deepEqual(t.notified(), []);
  t.called.session.release();
  nothingIsLeft(t);
});

test('the second REFER is told apart from a first one that wanted to hear nothing', () => {
  const t = referring();
  listens(t, 200);
  t.refer(to, 'Refer-Sub: false');
  assert.equal(t.refer(to), '202');
  assert.deepEqual(headersSent(t.east, 'NOTIFY', 'Event'), ['refer;id=902']);
  t.called.session.release();
  nothingIsLeft(t);
});

test('a transferor that hung up is told the end all the same', () => {
  const t = referring();
  listens(t, 200);
  t.refer(to);
  t.clock.advance(5);
  assert.equal(t.ask('BYE'), '200');
  assert.equal(t.called.heard.at(-1), 'ended bye');
  t.progress[0]?.tell(200);
  t.clock.advance(5);
  assert.deepEqual(t.notified().map(status), ['100', '200']);
  t.caller.session.release();
  nothingIsLeft(t);
});

test('a REFER that cannot be used, or that nobody takes, is refused and changes nothing', () => {
  const t = referring({ status: 403, reason: 'No' });
  assert.deepEqual([t.refer(), t.refer(to, to), t.refer(to)], ['400', '400', '403']);
  assert.equal(t.refer(to, 'Content-Type: text/plain'), '403');
  assert.deepEqual(t.notified(), []);
  assert.ok(sent(t.east).every((line) => !line.startsWith('BYE')));
  t.called.session.release();
  nothingIsLeft(t);
});

test('a REFER outside a call is refused', () => {
  const t = pair();
  t.east.agent.received(
    [
      'REFER sip:9001@10.0.0.2:5060 SIP/2.0',
      'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKood',
      'From: <sip:777@10.0.0.1>;tag=a',
      'To: <sip:9001@10.0.0.2>',
      'Call-ID: ood',
      'CSeq: 1 REFER',
      'Contact: <sip:777@10.0.0.1:5060>',
      to,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
    t.east.wire,
  );
  assert.deepEqual(sent(t.east), ['SIP/2.0 403 No REFER Outside a Call']);
  nothingIsLeft(t);
});
