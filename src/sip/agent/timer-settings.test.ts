import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RetryName, sipDefaults, type TimerName } from '../settings.ts';
import { timerSettings } from './timer-settings.ts';

/** What each message is sent again by: its `timers`, its `retry`, and how many times more than the first. */
const governed: readonly (readonly [string, TimerName, RetryName])[] = [
  ['INVITE', 'trying', 'invite'],
  ['BYE', 'disconnect', 'bye'],
  ['CANCEL', 'disconnect', 'cancel'],
  ['PRACK', 'prack', 'prack'],
  ['UPDATE', 'update', 'update'],
  ['REGISTER', 'register', 'register'],
  ['OPTIONS', 'options', 'options'],
  ['INFO', 'info', 'info'],
  ['NOTIFY', 'notify', 'notify'],
  ['SUBSCRIBE', 'notify', 'subscribe'],
  ['REFER', 'refer', 'refer'],
  ['COMET', 'comet', 'comet'],
];

test('each `timers` and `retry` governs its request, and no other', () => {
  for (const [method, timer, retry] of governed) {
    const settings = timerSettings({ ...sipDefaults, timers: { [timer]: 250 }, retry: { [retry]: 3 } });
    const { t1, resends } = settings.ofRequest(method);
    // `retry register` counts the first one too.
    assert.deepEqual([t1, resends], [250, method === 'REGISTER' ? 2 : 3], method);
    for (const [other, otherTimer, otherRetry] of governed) {
      const values = settings.ofRequest(other);
      assert.equal(values.t1, otherTimer === timer ? 250 : 500, `${method} and ${other}`);
      if (otherRetry !== retry) assert.notEqual(values.resends, 3, `${method} and ${other}`);
    }
  }
});

test('answers to an INVITE follow `connect` and `response`, reliable provisional ones `rel1xx`', () => {
  const { answer, rel1xx, server } = timerSettings({
    ...sipDefaults,
    timers: { connect: 200, rel1xx: 300 },
    retry: { response: 4, rel1xx: 5 },
  });
  assert.deepEqual([answer.t1, answer.resends, rel1xx.t1, rel1xx.resends], [200, 4, 300, 5]);
  assert.equal(server.t1, 500);
});
