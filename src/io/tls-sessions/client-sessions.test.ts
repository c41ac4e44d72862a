import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientSessions, type KeptSession } from './client-sessions.ts';
import { PeerChains } from './peer-chains.ts';

function ticket(name: string, since = 0): KeptSession {
  return { data: Buffer.from(name), chain: [], isForOneUse: true, since };
}

function taken(sessions: ClientSessions, target = 'target'): string | undefined {
  return sessions.take(target)?.data.toString();
}

test('two tickets of a target are kept, and the newest is taken first', () => {
  const sessions = new ClientSessions(() => 0);
  for (const name of ['a', 'b', 'c']) sessions.put('target', ticket(name));
  assert.equal(taken(sessions, 'elsewhere'), undefined);
  assert.deepEqual([taken(sessions), taken(sessions), taken(sessions)], ['c', 'b', undefined]);
});

test('a session that may be used again takes the place of all before it', () => {
  const sessions = new ClientSessions(() => 0);
  sessions.put('target', ticket('a'));
  sessions.put('target', { ...ticket('b'), isForOneUse: false });
  assert.deepEqual([taken(sessions), taken(sessions)], ['b', undefined]);
});

test('what is older than an hour is no longer there', () => {
  let now = 0;
  const sessions = new ClientSessions(() => now);
  sessions.put('target', ticket('a'));
  now = 1000;
  sessions.put('target', ticket('b', now));
  now = 3_600_000;
  assert.deepEqual([taken(sessions), taken(sessions)], ['b', undefined]);
});

test('of more than 1024 targets those used last are kept', () => {
  const sessions = new ClientSessions(() => 0);
  for (let i = 0; i <= 1024; i++) sessions.put(`target ${i}`, ticket('a'));
  assert.equal(sessions.size, 1024);
  assert.equal(taken(sessions, 'target 0'), undefined);
  assert.equal(taken(sessions, 'target 1'), 'a');
});

test('a chain is found by its leaf; a leaf that was shown alone stays alone', () => {
  const chains = new PeerChains();
  const [leaf, issuer, alone] = [Buffer.from('leaf'), Buffer.from('issuer'), Buffer.from('alone')];
  assert.equal(chains.remember([leaf, issuer]), true);
  assert.equal(chains.remember([alone]), true);
  assert.deepEqual(chains.of(Buffer.from('leaf')), [leaf, issuer]);
  assert.deepEqual(chains.of(alone), [alone]);
});

test('chains beyond four megabytes are too many, the same one again is not', () => {
  const chains = new PeerChains();
  const chain = (name: string): Buffer[] => [Buffer.from(name), Buffer.alloc(1024 * 1024)];
  for (let i = 0; i < 100; i++) assert.equal(chains.remember(chain('the same')), true);
  const answers = ['a', 'b', 'c'].map((name) => chains.remember(chain(name)));
  assert.deepEqual(answers, [true, true, false]);
});
