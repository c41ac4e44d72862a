import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeOfStatus, causeTables, causeText, releaseOfStatus, statusOf } from './cause.ts';

const none = { statusOfCause: new Map<number, number>(), causeOfStatus: new Map<number, number>() };

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
  test(`cause ${cause} becomes ${status}`, () => assert.equal(statusOf({ cause }, none), status));

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
  test(`status ${status} becomes cause ${cause}`, () => assert.equal(causeOfStatus(status, none), cause));

test('a status passes from one SIP leg to the other, but a challenge, a redirection and a time-out do not', () => {
  assert.deepEqual(
    [404, 486, 503, 603].map((status) => statusOf(releaseOfStatus(status, none), none)),
    [404, 486, 503, 603],
  );
  assert.deepEqual(
    [302, 401, 407, 408, 487].map((status) => statusOf(releaseOfStatus(status, none), none)),
    [500, 403, 403, 504, 500],
  );
});

test('a cause without words is named by its number', () => {
  assert.equal(causeText(17), 'user busy');
  assert.equal(causeText(99), 'cause 99');
});

test('what is configured comes first in both directions, between two SIP legs too, and the tables show it', () => {
  const map = { statusOfCause: new Map([[34, 600]]), causeOfStatus: new Map([[486, 34]]) };
  assert.equal(causeOfStatus(486, map), 34);
  assert.deepEqual(releaseOfStatus(486, map), { cause: 34 });
  assert.equal(statusOf(releaseOfStatus(486, map), map), 600);
  assert.equal(statusOf({ cause: 34, status: 488 }, map), 600);
  assert.equal(statusOf(releaseOfStatus(404, map), map), 404);
  const { statusOfCause, causeOfStatus: ofStatus } = causeTables(map);
  assert.deepEqual(
    statusOfCause.find(([cause]) => cause === 34),
    [34, 600, 503],
  );
  assert.deepEqual(
    ofStatus.find(([status]) => status === 486),
    [486, 34, 17],
  );
});

test('a cause that only the configuration knows stands in the table, at its place', () => {
  const { statusOfCause } = causeTables({ ...none, statusOfCause: new Map([[50, 488]]) });
  const at = statusOfCause.findIndex(([cause]) => cause === 50);
  assert.deepEqual(statusOfCause[at], [50, 488, 500]);
  assert.deepEqual([statusOfCause[at - 1]?.[0], statusOfCause[at + 1]?.[0]], [47, 55]);
});
