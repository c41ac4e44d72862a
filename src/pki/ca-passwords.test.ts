import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../io/memory/random.ts';
import { ChallengePasswords } from './ca-passwords.ts';

const minuteMs = 60_000;
const [one, other] = [Buffer.from('one request'), Buffer.from('another')];

function generated(): { readonly passwords: ChallengePasswords; readonly right: string } {
  const passwords = new ChallengePasswords();
  return { passwords, right: passwords.generate(new SeededRandom(1), 0, 60) };
}

test('the right password is taken once: by the first request that shows it, again by that one, and by no other', () => {
  const { passwords, right } = generated();
  const ask = (der: Buffer): string => passwords.judge({ challengePassword: right, der }, 'a', 1).verdict;
  assert.deepEqual([ask(one), ask(one), ask(other), ask(one)], ['right', 'right', 'wrong', 'right']);
  assert.equal(passwords.refused, 1);
});

test('it ends with its time, and with the next one generated', () => {
  const { passwords, right } = generated();
  const ask = (challengePassword: string, now: number): string =>
    passwords.judge({ challengePassword, der: one }, 'a', now).verdict;
  assert.equal(ask(right, 60 * minuteMs), 'none');
  const next = passwords.generate(new SeededRandom(2), 0, 60);
  assert.notEqual(next, right);
  assert.deepEqual([ask(right, 1), ask(next, 1)], ['wrong', 'right']);
});

test('a request without a challenge, or while no password is out, is for the granting mode to decide', () => {
  const { passwords } = generated();
  assert.equal(passwords.judge({ challengePassword: undefined, der: one }, 'a', 1).verdict, 'none');
  assert.equal(new ChallengePasswords().judge({ challengePassword: 'x', der: one }, 'a', 1).verdict, 'none');
});

test('once it is used, another challenge is no guess any more', () => {
  const { passwords, right } = generated();
  assert.equal(passwords.judge({ challengePassword: right, der: one }, 'a', 1).verdict, 'right');
  assert.equal(passwords.judge({ challengePassword: 'mine', der: other }, 'b', 1).verdict, 'none');
});

test('after five wrong ones a source is not listened to for a quarter of an hour, be it right; others are', () => {
  const { passwords, right } = generated();
  const ask = (challengePassword: string, source: string, now: number): unknown =>
    passwords.judge({ challengePassword, der: one }, source, now);
  for (let guess = 0; guess < 5; guess++) {
    assert.deepEqual(ask(`guess ${guess}`, 'a', 0), { verdict: 'wrong', reason: 'wrong one-time password, from a' });
  }
  assert.deepEqual(ask(right, 'a', 15 * minuteMs - 1), { verdict: 'wrong', reason: 'too many wrong passwords from a' });
  assert.equal(passwords.lockedOut(1), 1);
  assert.deepEqual(ask(right, 'a', 15 * minuteMs), { verdict: 'right' });
  const second = generated();
  for (let guess = 0; guess < 5; guess++) second.passwords.judge({ challengePassword: 'x', der: one }, 'a', 0);
  assert.equal(second.passwords.judge({ challengePassword: second.right, der: one }, 'b', 0).verdict, 'right');
});

test('fifty wrong ones from wherever use the password up', () => {
  const { passwords, right } = generated();
  for (let guess = 0; guess < 50; guess++) {
    passwords.judge({ challengePassword: 'guess', der: one }, `source ${guess}`, 0);
  }
  assert.equal(passwords.judge({ challengePassword: right, der: one }, 'another', 0).verdict, 'none');
});

test('a thousand sources are remembered; the one that was wrong longest ago is forgotten first', () => {
  const passwords = new ChallengePasswords();
  const random = new SeededRandom(3);
  const guess = (source: string): unknown => passwords.judge({ challengePassword: 'x', der: one }, source, 0);
  passwords.generate(random, 0, 60);
  for (let again = 0; again < 5; again++) guess('first');
  for (let source = 0; source < 999; source++) {
    if (source % 40 === 0) passwords.generate(random, 0, 60);
    guess(`source ${source}`);
  }
  assert.equal(passwords.lockedOut(0), 1);
  guess('one more');
  assert.equal(passwords.lockedOut(0), 0);
});
