import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Deadlines, Timed } from './deadlines.ts';

class Alarm extends Timed {
  deadline: number;
  constructor(deadline: number) {
    super();
    this.deadline = deadline;
  }
}

test('alarms fall due in order, never early, moved and cancelled ones as they stand last', () => {
  const time = fc.integer({ min: 0, max: 50 });
  fc.assert(
    fc.property(fc.array(fc.tuple(time, fc.option(fc.option(time)))), (plan) => {
      const queue = new Deadlines<Alarm>();
      const alarms = plan.map(([at]) => new Alarm(at + 0.5));
      for (const alarm of alarms) queue.set(alarm);
      plan.forEach(([, change], index) => {
        // null: leave it; [null]: cancel; a number: move.
        if (index % 3 === 0) return;
        alarms[index]!.deadline = change ?? Number.POSITIVE_INFINITY;
        queue.set(alarms[index]!);
      });
      const wanted = alarms.filter((alarm) => alarm.deadline < Number.POSITIVE_INFINITY);
      assert.equal(queue.size, wanted.length);
      const fired: Alarm[] = [];
      for (let now = queue.next; now < Number.POSITIVE_INFINITY; now = queue.next) {
        assert.equal(queue.due(now - 1), undefined);
        const alarm = queue.due(now)!;
        assert.ok(alarm.deadline <= now && now < alarm.deadline + 1);
        fired.push(alarm);
      }
      assert.deepEqual(new Set(fired), new Set(wanted));
      assert.equal(queue.size, 0);
    }),
  );
});

test('setting the same deadline again, and cancelling twice, change nothing', () => {
  const queue = new Deadlines<Alarm>();
  const alarm = new Alarm(5);
  queue.set(alarm);
  queue.set(alarm);
  assert.deepEqual([queue.size, queue.next], [1, 5]);
  queue.cancel(alarm);
  queue.cancel(alarm);
  assert.deepEqual([queue.size, queue.next, queue.due(9)], [0, Number.POSITIVE_INFINITY, undefined]);
});
