import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpConnections } from './http-connections.ts';

test('one address has its share of the connections, others have theirs, and all together no more than all', () => {
  const connections = new HttpConnections({ all: 5, eachSource: 2 });
  const asked = ['a', 'a', 'a', 'b', 'b', 'b', 'c', 'd'].map((source) => connections.admit(source));
  const ofSource = 'its address has 2 connections already';
  assert.deepEqual(asked, [
    undefined,
    undefined,
    ofSource,
    undefined,
    undefined,
    ofSource,
    undefined,
    'there are 5 connections already',
  ]);
  assert.deepEqual(connections.counters, { current: 5, accepted: 5, refusedOfSource: 2, refusedOfAll: 1 });
  connections.ended('a');
  assert.equal(connections.admit('a'), undefined);
  for (const source of ['a', 'a', 'b', 'b', 'c']) connections.ended(source);
  assert.deepEqual(connections.counters, { current: 0, accepted: 6, refusedOfSource: 2, refusedOfAll: 1 });
});

test('refusals are told once a minute, with how many there were', () => {
  const connections = new HttpConnections({ all: 0, eachSource: 1 });
  const told = [0, 1, 59_999, 60_000, 60_001].map((now) => connections.tell('a', 'full', now)?.count);
  assert.deepEqual(told, [1, undefined, undefined, 3, undefined]);
});
