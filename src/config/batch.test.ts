import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batch, hasLine, withEntry, withLine, withoutEntry } from './index.ts';

test('without a batch every edit leaves the map it started from as it was', () => {
  const first = new Map([['a', 1]]);
  const second = withEntry(undefined, first, 'b', 2);
  const third = withoutEntry(undefined, second, 'a');
  assert.deepEqual(
    [[...first], [...second], [...third]],
    [
      [['a', 1]],
      [
        ['a', 1],
        ['b', 2],
      ],
      [['b', 2]],
    ],
  );
});

test('a batch copies a map it was given once, then edits its own copy', () => {
  const batch = new Batch();
  const first = new Map([['a', 1]]);
  const second = withEntry(batch, first, 'b', 2);
  const third = withEntry(batch, second, 'c', 3);
  assert.equal(third, second);
  assert.equal(withoutEntry(batch, third, 'a'), second);
  assert.deepEqual([...first], [['a', 1]]);
  assert.deepEqual([...third.keys()], ['b', 'c']);
});

test('another batch does not own the first one its maps', () => {
  const map = withEntry(new Batch(), new Map<string, number>(), 'a', 1);
  assert.notEqual(withEntry(new Batch(), map, 'b', 2), map);
  assert.equal(map.size, 1);
});

test('an edit that changes nothing gives the same map', () => {
  const map = new Map([['a', 1]]);
  assert.equal(withEntry(undefined, map, 'a', 1), map);
  assert.equal(withoutEntry(undefined, map, 'b'), map);
});

test('an entry that is set again keeps its place', () => {
  const map = withEntry(
    undefined,
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
    'a',
    3,
  );
  assert.deepEqual([...map.keys()], ['a', 'b']);
});

test('a list grows in place inside a batch, and only there', () => {
  const batch = new Batch();
  const first = ['a'];
  const second = withLine(batch, first, 'b');
  assert.equal(withLine(batch, second, 'c'), second);
  assert.notEqual(withLine(undefined, second, 'd'), second);
  assert.deepEqual([first, second], [['a'], ['a', 'b', 'c']]);
  assert.deepEqual(
    ['a', 'c', 'd'].map((line) => hasLine(batch, second, line)),
    [true, true, false],
  );
});
