import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EchoBudget } from './echo-budget.ts';

const host = '192.0.2.1';

test('an address that has echoed nothing is sent no more than came from it, however often we try', () => {
  const budget = new EchoBudget();
  budget.received(host, 500);
  assert.deepEqual(
    [300, 300, 200, 1].map((bytes) => budget.take(host, bytes, false, 0)),
    [true, false, true, false],
  );
  assert.equal(budget.withheld, 2);
  budget.received(host, 100);
  assert.ok(budget.take(host, 100, false, 0));
  assert.ok(!budget.take('192.0.2.2', 1, false, 0), 'another address has nothing of it');
});

test('a provisional answer leaves what the final one and its repetition need', () => {
  const budget = new EchoBudget();
  budget.received(host, 2200);
  assert.ok(!budget.take(host, 300, true, 0));
  budget.received(host, 100);
  assert.ok(budget.take(host, 300, true, 0));
  assert.ok(budget.take(host, 1000, false, 0));
  assert.ok(budget.take(host, 1000, false, 0));
});

test('an address that has echoed something may be sent anything for an hour', () => {
  const budget = new EchoBudget();
  budget.echoed(host, 1000);
  assert.ok(budget.take(host, 1_000_000, true, 3_600_999));
  assert.ok(!budget.take(host, 1, false, 3_601_000));
});

test('of ten thousand addresses the one longest unheard is forgotten, and is allowed nothing then', () => {
  const budget = new EchoBudget();
  budget.received(host, 500);
  for (let i = 0; i < 9999; i++) budget.received(`10.0.${i >> 8}.${i & 255}`, 1);
  budget.received(host, 1);
  budget.received('10.9.0.1', 1);
  assert.ok(budget.take(host, 501, false, 0));
  for (let i = 0; i < 10_000; i++) budget.received(`10.1.${i >> 8}.${i & 255}`, 1);
  assert.ok(!budget.take(host, 0 + 1, false, 0));
});
