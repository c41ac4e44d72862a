import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineName } from './line-name.ts';

test('who sits at a line is named as the log of IOS names him', () => {
  assert.equal(lineName(undefined), 'console');
  assert.equal(lineName({ kind: 'con', number: 0 }), 'console');
  assert.equal(lineName({ kind: 'con', number: 0, user: 'ada' }), 'ada on console');
  assert.equal(lineName({ kind: 'vty', number: 1 }), 'vty1');
  assert.equal(lineName({ kind: 'vty', number: 0, user: 'ada', address: '10.0.0.2' }), 'ada on vty0 (10.0.0.2)');
});
