import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeOfStatus, causeText, releaseOfStatus, statusOf } from './cause.ts';

const toStatus: readonly [number, number][] = [
  [1, 404],
  [17, 486],
  [18, 480],
  [19, 480],
  [21, 403],
  [28, 484],
  [34, 503],
  [42, 503],
  [47, 503],
  [65, 488],
  [102, 504],
  [127, 500],
  [99, 500],
];
for (const [cause, status] of toStatus)
  test(`cause ${cause} becomes ${status}`, () => assert.equal(statusOf({ cause }), status));

const toCause: readonly [number, number][] = [
  [404, 1],
  [408, 102],
  [480, 18],
  [486, 17],
  [503, 63],
  [600, 17],
  [499, 127],
  [599, 41],
  [699, 21],
];
for (const [status, cause] of toCause)
  test(`status ${status} becomes cause ${cause}`, () => assert.equal(causeOfStatus(status), cause));

test('a status passes from one SIP leg to the other, but a challenge, a redirection and a time-out do not', () => {
  assert.deepEqual(
    [404, 486, 503, 603].map((status) => statusOf(releaseOfStatus(status))),
    [404, 486, 503, 603],
  );
  assert.deepEqual(
    [302, 401, 407, 408, 487].map((status) => statusOf(releaseOfStatus(status))),
    [500, 403, 403, 504, 500],
  );
});

test('a cause without words is named by its number', () => {
  assert.equal(causeText(17), 'user busy');
  assert.equal(causeText(99), 'cause 99');
});
