import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage } from '../message/index.ts';
import { type ChallengedRequest, Challenger } from './challenger.ts';
import { DigestClient } from './digest-client.ts';

const secret = Buffer.alloc(32, 7);
const entries = [
  { username: 'trunk', password: { clear: 'opensesame' }, realm: 'gw', challenge: true },
  { username: 'sealed', password: { sealed: 'xyz' }, realm: 'gw', challenge: true },
];
const uri = 'sip:9001@10.0.0.1';

function received(authorizations: readonly string[], more: Partial<ChallengedRequest> = {}): ChallengedRequest {
  return { method: 'INVITE', uri, user: '9001', authorizations, source: '10.0.0.9', ...more };
}

/** A client that was given the challenge `index` of ours, and what it answers. */
function client(challenger: Challenger, index = 0, now = 0, password = 'opensesame', username = 'trunk') {
  const lines = challenger.challenge('gw', '10.0.0.9', now, false);
  const head = [
    'SIP/2.0 401 x',
    'Via: SIP/2.0/UDP h;branch=z9hG4bK1',
    'From: <sip:a@b>;tag=1',
    'To: <sip:a@b>',
    'Call-ID: c',
    'CSeq: 1 INVITE',
  ];
  const message = parseMessage([...head, lines[index], '', ''].join('\r\n'));
  assert.ok(message.kind === 'response');
  const one = new DigestClient(() => 'cnonce');
  one.challenged(message, () => ({ username, password }));
  return (asked: { readonly method?: string; readonly uri?: string } = {}) =>
    one.headers({ method: 'INVITE', uri, ...asked }).map((line) => line.replace('Authorization: ', ''));
}

test('two challenges are offered, the stronger first, and either can be answered', () => {
  const challenger = new Challenger(secret);
  const lines = challenger.challenge('gw', '10.0.0.9', 0, false);
  assert.deepEqual(
    lines.map((line) => /algorithm=([^,]+)/.exec(line)?.[1]),
    ['SHA-256', 'MD5'],
  );
  for (const index of [0, 1]) {
    const proof = challenger.judge(received(client(challenger, index)()), entries, 10);
    assert.deepEqual(proof, { kind: 'proved', username: 'trunk' });
  }
});

test('a request without an answer, or with one to somebody else, is to be challenged', () => {
  const challenger = new Challenger(secret);
  const other = new Challenger(Buffer.alloc(32, 8));
  const foreign = [[], ['Basic abc'], ['Digest realm="gw", nonce="1.0.x"'], ['rubbish="'], client(other)()];
  for (const lines of foreign) assert.equal(challenger.judge(received(lines), entries, 0).kind, 'missing');
  assert.equal(challenger.judge(received(client(challenger)(), { source: '10.0.0.8' }), entries, 0).kind, 'missing');
});

test('a wrong password, user, request or protection is refused', () => {
  const challenger = new Challenger(secret);
  const reason = (lines: readonly string[], more: Partial<ChallengedRequest> = {}) => {
    const proof = challenger.judge(received(lines, more), entries, 0);
    return proof.kind === 'refused' ? proof.reason : proof.kind;
  };
  assert.equal(reason(client(challenger, 0, 0, 'guess')()), 'wrong password');
  assert.equal(reason(client(challenger, 0, 0, 'opensesame', 'nobody')()), 'unknown user');
  assert.equal(reason(client(challenger, 0, 0, '', 'sealed')()), 'unknown user');
  assert.equal(reason(client(challenger)({ method: 'BYE' })), 'wrong password');
  assert.equal(reason(client(challenger)({ uri: 'sip:0900@10.0.0.1' })), 'an answer for another request');
  assert.equal(
    reason(client(challenger)().map((line) => line.replace('SHA-256', 'SHA-512-256'))),
    'an algorithm that was not offered',
  );
  assert.equal(
    reason(client(challenger)().map((line) => line.replace('nc=00000001', 'nc=0'))),
    'a malformed nonce count',
  );
  assert.equal(
    reason(client(challenger)().map((line) => line.replace('qop=auth', 'qop=auth-int'))),
    'a protection that was not offered',
  );
});

test('a proxy may have changed the host of the URI', () => {
  const challenger = new Challenger(secret);
  const lines = client(challenger)({ uri: 'sip:9001@gw.example.com' });
  assert.equal(challenger.judge(received(lines), entries, 0).kind, 'proved');
});

test('an answer is good once; its nonce serves on with another count', () => {
  const challenger = new Challenger(secret);
  const next = client(challenger);
  const first = next();
  const second = next();
  const third = next();
  const kind = (lines: readonly string[]) => challenger.judge(received(lines), entries, 0).kind;
  assert.deepEqual([first, first, third, second, second].map(kind), [
    'proved',
    'refused',
    'proved',
    'proved',
    'refused',
  ]);
});

test('an old nonce is stale, and only for one who knows the password', () => {
  const challenger = new Challenger(secret);
  assert.equal(challenger.judge(received(client(challenger)()), entries, 300_000).kind, 'stale');
  assert.equal(challenger.judge(received(client(challenger, 0, 0, 'guess')()), entries, 300_000).kind, 'refused');
  assert.match(challenger.challenge('gw', 'x', 0, true)[0] ?? '', /, stale=true$/);
});

test('what is remembered is bounded, and what was forgotten cannot be played again', () => {
  const challenger = new Challenger(secret, 3);
  const answers = Array.from({ length: 5 }, () => client(challenger)());
  for (const lines of answers) assert.equal(challenger.judge(received(lines), entries, 0).kind, 'proved');
  assert.equal(challenger.size, 3);
  const kinds = answers.map((lines) => challenger.judge(received(lines), entries, 0).kind);
  assert.deepEqual(kinds, ['stale', 'stale', 'refused', 'refused', 'refused']);
});

test('a user name that is hidden is found', () => {
  const challenger = new Challenger(secret);
  const lines = challenger.challenge('gw', '10.0.0.9', 0, false).map((line) => `${line}, userhash=true`);
  const head = [
    'SIP/2.0 401 x',
    'Via: SIP/2.0/UDP h;branch=z9hG4bK1',
    'From: <sip:a@b>;tag=1',
    'To: <sip:a@b>',
    'Call-ID: c',
    'CSeq: 1 INVITE',
  ];
  const message = parseMessage([...head, lines[0], '', ''].join('\r\n'));
  assert.ok(message.kind === 'response');
  const one = new DigestClient(() => 'cnonce');
  one.challenged(message, () => ({ username: 'trunk', password: 'opensesame' }));
  const answers = one.headers({ method: 'INVITE', uri }).map((line) => line.replace('Authorization: ', ''));
  assert.doesNotMatch(answers[0] ?? '', /trunk/);
  assert.equal(challenger.judge(received(answers), entries, 0).kind, 'proved');
});
