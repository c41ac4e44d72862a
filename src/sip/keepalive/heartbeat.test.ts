import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beat, firstHeartbeat, type Heartbeat, isAlive, untilNext } from './heartbeat.ts';

const timing = { upSeconds: 60, downSeconds: 30, retries: 3 };

test('a place is busied out by its third failure in a row, and not before', () => {
  const states = [firstHeartbeat];
  for (const isAnswered of [false, false, true, false, false, false, false])
    states.push(beat(states.at(-1) ?? firstHeartbeat, isAnswered, timing));
  assert.deepEqual(
    states.map(({ isBusy, failures }) => `${failures}${isBusy ? ' busy' : ''}`),
    ['0', '1', '2', '0', '1', '2', '3 busy', '4 busy'],
  );
});

test('one answer makes it active again', () => {
  assert.deepEqual(beat({ isBusy: true, failures: 9 }, true, timing), firstHeartbeat);
});

test('where more than one answer is wanted they must come in a row', () => {
  const states: Heartbeat[] = [{ isBusy: true, failures: 9 }];
  for (const isAnswered of [true, true, false, true, true, true])
    states.push(beat(states.at(-1) ?? firstHeartbeat, isAnswered, { ...timing, answers: 3 }));
  assert.deepEqual(
    states.map(({ isBusy, answers = 0 }) => `${answers}${isBusy ? ' busy' : ''}`),
    ['0 busy', '1 busy', '2 busy', '0 busy', '1 busy', '2 busy', '0'],
  );
});

test('it is asked at the one interval while it is active, at the other while it is busied out', () => {
  assert.equal(untilNext(firstHeartbeat, timing), 60_000);
  assert.equal(untilNext({ isBusy: false, failures: 2 }, timing), 60_000);
  assert.equal(untilNext({ isBusy: true, failures: 3 }, timing), 30_000);
});

for (const [status, expected] of [
  [200, true],
  [401, true],
  [404, true],
  [405, true],
  [500, true],
  [503, false],
  [505, false],
] as const) {
  test(`${status} to OPTIONS says that calls are ${expected ? '' : 'not '}taken`, () =>
    assert.equal(isAlive(status), expected));
}
