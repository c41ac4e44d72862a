import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headersSent, nothingIsLeft, pair, sent } from './fake/pair.ts';

const count = (lines: readonly string[], start: string): number =>
  lines.filter((line) => line.startsWith(start)).length;

/** A call that has arrived at east. */
function arrived(t: ReturnType<typeof pair>) {
  const caller = t.call();
  t.clock.advance(5);
  return { caller, called: t.east.calls[0]!.leg };
}

test('who is asked reliably answers reliably, as both are configured', () => {
  const cases = [
    [
      'supported',
      'supported',
      'PRACK',
      'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, REFER, NOTIFY, PRACK, INFO',
      '100rel, timer, replaces, norefersub',
    ],
    [
      'require',
      'supported',
      'PRACK',
      'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, REFER, NOTIFY, PRACK, INFO',
      '100rel, timer, replaces, norefersub',
    ],
    [
      'disable',
      'supported',
      '',
      'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, REFER, NOTIFY, INFO',
      'timer, replaces, norefersub',
    ],
    [
      'supported',
      'disable',
      '',
      'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, REFER, NOTIFY, PRACK, INFO',
      '100rel, timer, replaces, norefersub',
    ],
    [
      'require',
      'disable',
      '420',
      'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, REFER, NOTIFY, PRACK, INFO',
      '100rel, timer, replaces, norefersub',
    ],
    [
      'disable',
      'require',
      '421',
      'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, REFER, NOTIFY, INFO',
      'timer, replaces, norefersub',
    ],
  ] as const;
  for (const [west, east, expected, allow, supported] of cases) {
    const title = `${west} calls ${east}`;
    const t = pair('tcp', [{ rel1xx: west }, { rel1xx: east }]);
    const caller = t.call();
    t.clock.advance(5);
    assert.deepEqual(headersSent(t.west, 'INVITE', 'Allow'), [allow], title);
    assert.deepEqual(headersSent(t.west, 'INVITE', 'Supported'), [supported], title);
    assert.deepEqual(headersSent(t.west, 'INVITE', 'Require'), west === 'require' ? ['100rel'] : [], title);
    t.east.calls[0]?.leg.session.progress(180);
    t.clock.advance(5);
    if (expected.startsWith('4')) assert.ok(caller.heard.at(-1)?.startsWith(`failed ${expected}`), title);
    else assert.equal(sent(t.west).at(-1)?.split(' ')[0], expected === '' ? 'INVITE' : expected, title);
    caller.session.release();
    nothingIsLeft(t);
  }
});

test('a reliable response is repeated at doubled intervals until its PRACK, over every transport', () => {
  for (const transport of ['udp', 'tcp'] as const) {
    const t = pair(transport);
    const { caller, called } = arrived(t);
    t.east.wire.drops = (text) => text.startsWith('SIP/2.0 180');
    called.session.progress(180);
    for (const [at, times] of [
      [400, 1],
      [510, 2],
      [1510, 3],
      [3510, 4],
    ] as const) {
      t.clock.advance(at - t.clock.now() + 5);
      assert.equal(count(sent(t.east), 'SIP/2.0 180'), times, `after ${at} ms`);
    }
    t.east.wire.drops = () => false;
    t.clock.advance(4000);
    assert.deepEqual(caller.heard, ['progressed 180 -']);
    const after = count(sent(t.east), 'SIP/2.0 180');
    t.clock.advance(30_000);
    assert.equal(count(sent(t.east), 'SIP/2.0 180'), after);
    assert.equal(t.east.agent.statistics().retries['rel1xx'], 4);
    caller.session.release();
    nothingIsLeft(t);
  }
});

test('a reliable response without PRACK ends the call with 504 after 64*T1, or as often as configured', () => {
  for (const [retry, after] of [
    [undefined, 32_100],
    [2, 3600],
  ] as const) {
    const t = pair('tcp', [{}, retry === undefined ? {} : { retry: { rel1xx: retry } }]);
    const { caller, called } = arrived(t);
    t.west.wire.drops = (text) => text.startsWith('PRACK');
    called.session.progress(180);
    t.clock.advance(after);
    assert.deepEqual(called.heard, ['ended no-ack']);
    assert.equal(sent(t.east).at(-1), 'SIP/2.0 504 Server Time-out');
    assert.equal(caller.heard.at(-1), 'failed 504 Server Time-out');
    nothingIsLeft(t);
  }
});

test('no 200 goes while a description waits for its PRACK, and it needs none of its own afterwards', () => {
  const t = pair('udp');
  const { caller, called } = arrived(t);
  t.west.wire.drops = (text) => text.startsWith('PRACK');
  called.session.progress(183, 'early');
  called.session.answer('early');
  t.clock.advance(300);
  assert.equal(count(sent(t.east), 'SIP/2.0 200'), 0);
  t.west.wire.drops = () => false;
  t.clock.advance(2000);
  assert.deepEqual(caller.heard, ['progressed 183 early', 'answered -']);
  assert.equal(called.session.state, 'confirmed');
  caller.session.release();
  nothingIsLeft(t);
});

test('a 180 without description does not hold the answer up', () => {
  const t = pair('udp');
  const { caller, called } = arrived(t);
  t.west.wire.drops = (text) => text.startsWith('PRACK');
  called.session.progress(180);
  called.session.answer('answer');
  t.clock.advance(10);
  assert.deepEqual(caller.heard, ['progressed 180 -', 'answered answer']);
  t.west.wire.drops = () => false;
  t.clock.advance(1000);
  assert.equal(called.session.state, 'confirmed');
  caller.session.release();
  nothingIsLeft(t);
});

test('one at a time, in order: what comes again or too early is not told', () => {
  const t = pair('udp');
  const { caller, called } = arrived(t);
  t.west.wire.drops = (text) => text.startsWith('PRACK');
  called.session.progress(180);
  called.session.progress(183, 'early');
  called.session.progress(180);
  t.clock.advance(3000);
  assert.equal(count(sent(t.east), 'SIP/2.0 183'), 0);
  assert.deepEqual(caller.heard, ['progressed 180 -']);
  t.west.wire.drops = () => false;
  t.clock.advance(4000);
  assert.deepEqual(caller.heard, ['progressed 180 -', 'progressed 183 early', 'progressed 180 -']);
  const numbers = headersSent(t.east, 'SIP/2.0 18', 'RSeq').map(Number);
  const [first = 0] = numbers;
  assert.deepEqual([...new Set(numbers)], [first, first + 1, first + 2]);
  const racks = headersSent(t.west, 'PRACK', 'RAck');
  assert.deepEqual(
    [...new Set(racks)],
    [first, first + 1, first + 2].map((rseq) => `${rseq} 101 INVITE`),
  );
  caller.session.release();
  nothingIsLeft(t);
});

test('a caller who gives up in the middle of it leaves nothing', () => {
  const t = pair('udp');
  const { caller, called } = arrived(t);
  t.west.wire.drops = (text) => text.startsWith('PRACK');
  called.session.progress(183, 'early');
  t.clock.advance(100);
  caller.session.release();
  t.clock.advance(100);
  assert.equal(called.heard.at(-1), 'ended cancelled');
  nothingIsLeft(t);
});

test('retry rel1xx beyond six lengthens the wait for a PRACK', () => {
  for (const [times, ends] of [
    [6, 32_000],
    [8, 96_000],
  ] as const) {
    const t = pair('tcp', [{}, { retry: { rel1xx: times } }]);
    const { called } = arrived(t);
    t.east.wire.drops = (text) => text.startsWith('SIP/2.0 180');
    called.session.progress(180);
    t.clock.advance(ends - 10);
    assert.equal(count(sent(t.east), 'SIP/2.0 180'), 1 + times);
    assert.equal(count(sent(t.east), 'SIP/2.0 504'), 0);
    t.clock.advance(20);
    assert.equal(count(sent(t.east), 'SIP/2.0 504'), 1, `retry rel1xx ${times}`);
    nothingIsLeft(t);
  }
});
