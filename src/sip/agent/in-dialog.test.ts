import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, headersSent, nothingIsLeft, pair, sent } from './fake/pair.ts';

const info = (body: string) => ({ method: 'INFO', contentType: 'application/dtmf-relay', body });
const infos = (side: Parameters<typeof sent>[0]): number => sent(side).filter((line) => line.startsWith('INFO')).length;

test('messages in a call arrive in their order, one after the other, and have the answer of their owner', () => {
  const t = pair();
  const { caller, called } = answered(t);
  const heard: string[] = [];
  Object.assign(called, { messaged: ({ body }: { body: string }) => heard.push(body) && 200 });
  for (const body of ['one', 'two', 'three']) assert.equal(caller.session.tell(info(body)), true);
  assert.equal(infos(t.west), 1);
  t.clock.advance(10);
  assert.deepEqual(heard, ['one', 'two', 'three']);
  const numbers = headersSent(t.west, 'INFO', 'CSeq').map((value) => Number.parseInt(value, 10));
  assert.deepEqual(
    numbers.map((number) => number - (numbers[0] ?? 0)),
    [0, 1, 2],
  );
  assert.deepEqual(headersSent(t.west, 'INFO', 'Content-Type')[0], 'application/dtmf-relay');
  caller.session.release();
  nothingIsLeft(t);
});

test('an INFO that is lost is sent again as timers info and retry info say, and is heard once', () => {
  const t = pair('udp', [{ timers: { info: 300 }, retry: { info: 4 } }]);
  const { caller, called } = answered(t);
  let heard = 0;
  Object.assign(called, { messaged: () => ++heard && 200 });
  t.west.wire.drops = (text) => text.startsWith('INFO') && infos(t.west) < 3;
  caller.session.tell(info('one'));
  t.clock.advance(299);
  assert.equal(infos(t.west), 1);
  t.clock.advance(2);
  assert.equal(infos(t.west), 2);
  t.clock.advance(5000);
  assert.deepEqual([infos(t.west), heard, caller.session.state], [3, 1, 'confirmed']);
  caller.session.release();
  nothingIsLeft(t);
});

test('an INFO that nobody ever answers goes out once and retry info times more, and then the call ends', () => {
  const t = pair('udp', [{ retry: { info: 2 } }]);
  const { caller } = answered(t);
  t.west.wire.drops = (text) => text.startsWith('INFO');
  caller.session.tell(info('one'));
  caller.session.tell(info('never sent'));
  t.clock.advance(60_000);
  assert.deepEqual([infos(t.west), caller.heard.at(-1)], [3, 'ended lost']);
  nothingIsLeft(t);
});

for (const [status, state] of [
  [481, 'ended'],
  [408, 'ended'],
  [415, 'confirmed'],
  [503, 'confirmed'],
] as const) {
  test(`a ${status} to an INFO leaves the call ${state}`, () => {
    const t = pair();
    const { caller } = answered(t);
    t.west.wire.answers = (text) => (text.startsWith('INFO') ? status : undefined);
    caller.session.tell(info('one'));
    caller.session.tell(info('two'));
    t.clock.advance(10);
    assert.deepEqual([caller.session.state, infos(t.west)], [state, state === 'ended' ? 1 : 2]);
    caller.session.release();
    nothingIsLeft(t);
  });
}

test('no more than thirty-two messages wait behind one that has no answer, and none before the call stands', () => {
  const t = pair();
  const early = t.call();
  assert.equal(early.session.tell(info('early')), false);
  t.clock.advance(5);
  const called = t.east.calls[0]!.leg;
  called.session.answer('answer');
  t.clock.advance(5);
  const taken = Array.from({ length: 40 }, () => early.session.tell(info('one'))).filter((one) => one);
  assert.equal(taken.length, 33);
  early.session.release();
  nothingIsLeft(t);
});

test('a body of more than a kilobyte is 413, and one in a coding 415, whoever owns the call', () => {
  const t = pair();
  const { caller, called } = answered(t);
  Object.assign(called, { messaged: () => 200 });
  caller.session.tell(info('x'.repeat(1025)));
  t.clock.advance(10);
  assert.equal(sent(t.east).at(-1), 'SIP/2.0 413 Request Entity Too Large');
  t.west.wire.alters = (text) => text.replace('Content-Type:', 'Content-Encoding: gzip\r\nContent-Type:');
  caller.session.tell(info('one'));
  t.clock.advance(10);
  assert.equal(sent(t.east).at(-1), 'SIP/2.0 415 Unsupported Media Type');
  t.west.wire.alters = (text) => text;
  caller.session.release();
  nothingIsLeft(t);
});
