import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterFailure, isActive, serverOrder } from './server-group.ts';
import type { GroupServer, ServerGroup } from './settings.ts';

function server(host: string, preference = 0): GroupServer {
  return { kind: 'ipv4', host, preference };
}
const empty: ServerGroup = { tag: 1, servers: [], roundRobin: false, huntStops: new Map(), shutdown: false };
const [a, b, c] = [server('a'), server('b'), server('c')];
const usual = { random: 1, last: undefined, isShunned: () => false, isBusy: () => false };
const names = (servers: readonly GroupServer[]): string => servers.map(({ host }) => host).join(' ');

test('servers are asked by preference, 0 first', () => {
  const group = { ...empty, servers: [server('third', 3), server('first'), server('second', 1)] };
  assert.equal(names(serverOrder(group, usual)), 'first second third');
});

test('of equals another one comes first from call to call, and each about as often as the others', () => {
  const group = { ...empty, servers: [a, b, c] };
  const firsts = new Map<string, number>();
  for (let random = 0; random < 3000; random++) {
    const [first] = serverOrder(group, { ...usual, random });
    firsts.set(first?.host ?? '', (firsts.get(first?.host ?? '') ?? 0) + 1);
  }
  assert.deepEqual([...firsts.keys()].sort(), ['a', 'b', 'c']);
  for (const count of firsts.values()) assert.ok(count > 800, `${count} of 3000`);
});

test('in turn the one behind the last begins, and the others follow in their order', () => {
  const group = { ...empty, servers: [a, b, c], roundRobin: true };
  assert.equal(names(serverOrder(group, usual)), 'a b c');
  assert.equal(names(serverOrder(group, { ...usual, last: a })), 'b c a');
  assert.equal(names(serverOrder(group, { ...usual, last: c })), 'a b c');
  assert.equal(names(serverOrder(group, { ...usual, last: server('gone') })), 'a b c');
});

test('one that failed lately is asked last, one that is busy not at all', () => {
  const group = { ...empty, servers: [a, b, c], roundRobin: true };
  assert.equal(names(serverOrder(group, { ...usual, isShunned: ({ host }) => host === 'a' })), 'b c a');
  assert.equal(names(serverOrder(group, { ...usual, isBusy: ({ host }) => host === 'a' })), 'b c');
});

test('a group takes calls when it has a server and is not shut', () => {
  assert.equal(isActive(undefined), false);
  assert.equal(isActive(empty), false);
  assert.equal(isActive({ ...empty, servers: [a] }), true);
  assert.equal(isActive({ ...empty, servers: [a], shutdown: true }), false);
});

const stopping = {
  ...empty,
  huntStops: new Map([
    [1, { from: 404, to: 404 }],
    [2, { from: 410, to: 599 }],
  ]),
};
const failures: readonly [ServerGroup, number | undefined, string][] = [
  [empty, 404, 'server'],
  [empty, 500, 'server'],
  [empty, 503, 'server'],
  [empty, 408, 'server'],
  [empty, 480, 'peer'],
  [empty, 486, 'peer'],
  [empty, 600, 'peer'],
  [empty, undefined, 'peer'],
  [stopping, 404, 'nowhere'],
  [stopping, 403, 'server'],
  [stopping, 503, 'nowhere'],
  [stopping, 486, 'peer'],
  [stopping, 488, 'server'],
];
for (const [group, status, expected] of failures) {
  const rules = group.huntStops.size === 0 ? 'without huntstop' : 'with huntstop 404 and 410 to 599';
  test(`after ${status ?? 'a failure before any server was asked'} ${rules} the call goes on to ${expected}`, () =>
    assert.equal(afterFailure(group, status), expected));
}
