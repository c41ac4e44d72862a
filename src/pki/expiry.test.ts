import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countdown, isUrgent, nextWarning, renewalTime, retryDelay } from './expiry.ts';

const day = 86_400_000;

test('a certificate is renewed when that percentage of its lifetime has passed, without a percentage at ninety', () => {
  const validity = { notBefore: 1000, notAfter: 1000 + 100 * day };
  assert.equal(renewalTime(validity, 70), 1000 + 70 * day);
  assert.equal(renewalTime(validity), 1000 + 90 * day);
  assert.equal(renewalTime(validity, 100), validity.notAfter);
});

test('an operator is warned sixty days before, weekly, daily in the last week, at the end, and then no more', () => {
  const end = 100 * day;
  const left: number[] = [];
  for (let at = nextWarning(end, undefined); at !== undefined; at = nextWarning(end, at)) left.push((end - at) / day);
  assert.deepEqual(left, [60, 53, 46, 39, 32, 25, 18, 11, 7, 6, 5, 4, 3, 2, 1, 0]);
  assert.equal(nextWarning(end, end - 0.5 * day), end);
  assert.deepEqual([isUrgent(8 * day), isUrgent(7 * day)], [false, true]);
});

test('what is left is counted down as IOS does', () => {
  assert.equal(countdown(3 * day + 2 * 3_600_000 + 61_500), '3 Days 2 hours 1 mins 1 secs');
  assert.equal(countdown(-1), '0 Days 0 hours 0 mins 0 secs');
});

test('a renewal that fails again and again is tried less and less often, once a day at least', () => {
  assert.deepEqual([1, 2, 3].map(retryDelay), [600_000, 1_200_000, 2_400_000]);
  assert.equal(retryDelay(1000), day);
});
