import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseMessage, type SipResponse } from '../message/index.ts';
import { parseAuthValues } from './auth-value.ts';
import { challengesOf } from './challenge.ts';
import { credentialOf } from './credential.ts';
import { digestResponse } from './digest.ts';
import { DigestClient } from './digest-client.ts';

function response(status: number, ...lines: readonly string[]): SipResponse {
  const head = [
    `SIP/2.0 ${status} x`,
    'Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1',
    'From: <sip:a@b>;tag=1',
    'To: <sip:a@b>;tag=2',
    'Call-ID: c',
    'CSeq: 1 REGISTER',
    ...lines,
    'Content-Length: 0',
  ];
  const message = parseMessage(`${head.join('\r\n')}\r\n\r\n`);
  assert.ok(message.kind === 'response', lines.join());
  return message;
}

const digest = (parameters: string) => `WWW-Authenticate: Digest ${parameters}`;
const request = { method: 'REGISTER', uri: 'sip:r.example.com' };
const alice = { username: 'alice', password: 'secret' };

function client(): DigestClient {
  let serial = 0;
  return new DigestClient(() => `cn${++serial}`);
}

function answer(lines: readonly string[]): Readonly<Record<string, string>>[] {
  return lines.flatMap((line) =>
    parseAuthValues(line.slice(line.indexOf(':') + 1)).map(({ parameters }) => Object.fromEntries(parameters)),
  );
}

test('the strongest algorithm offered for a realm is the one answered, wherever it stands', () => {
  const md5 = 'realm="r", nonce="m", algorithm=MD5, qop="auth"';
  const sha256 = 'realm="r", nonce="s", algorithm=SHA-256, qop="auth"';
  const sha512 = 'realm="r", nonce="t", algorithm=SHA-512-256, qop="auth"';
  const table: readonly (readonly [readonly string[], string])[] = [
    [[digest('realm="r", nonce="n"')], 'n'],
    [[digest(md5), digest(sha256)], 's'],
    [[digest(sha256), digest(md5)], 's'],
    [[digest(md5), digest(sha512), digest(sha256)], 't'],
    [[`WWW-Authenticate: Digest ${md5}, Digest ${sha256}`], 's'],
    [['WWW-Authenticate: Basic realm="r"', digest(md5)], 'm'],
    [[digest('realm="r", nonce="x", algorithm=SHA3, qop="auth"'), digest(md5)], 'm'],
    [[digest('realm="r", nonce="x", algorithm=SHA-256'), digest(md5)], 'm'],
    [[digest('realm="r", nonce="x", qop="other"'), digest(md5)], 'm'],
    [['WWW-Authenticate: Digest broken="', digest(md5)], 'm'],
    [[digest(`realm="r", nonce="${'x'.repeat(1025)}", algorithm=SHA-256, qop=auth`), digest(md5)], 'm'],
  ];
  for (const [lines, nonce] of table) {
    const one = client();
    assert.deepEqual(
      one.challenged(response(401, ...lines), () => alice),
      { kind: 'answered' },
    );
    assert.equal(answer(one.headers(request))[0]?.['nonce'], nonce, lines.join());
  }
});

test('an answer repeats what was asked and proves the password', () => {
  const one = client();
  const asked = 'realm="r", nonce="n", algorithm=sha-256, qop="auth-int,auth", opaque="o p"';
  one.challenged(response(407, `Proxy-Authenticate: Digest ${asked}`), () => alice);
  const [line = ''] = one.headers(request);
  const expected = digestResponse({
    ...request,
    ...alice,
    algorithm: 'SHA-256',
    isSession: false,
    realm: 'r',
    nonce: 'n',
    qop: 'auth',
    cnonce: 'cn1',
    count: '00000001',
    body: '',
  });
  assert.equal(
    line,
    `Proxy-Authorization: Digest username="alice", realm="r", nonce="n", uri="sip:r.example.com", response="${expected}", algorithm=sha-256, cnonce="cn1", opaque="o p", qop=auth, nc=00000001`,
  );
  assert.doesNotMatch(line, /secret/);
});

test('a server of the time before qop is answered as it expects', () => {
  const one = client();
  one.challenged(response(401, digest('realm="r", nonce="n"')), () => alice);
  assert.match(
    one.headers(request)[0] ?? '',
    /^Authorization: Digest username="alice", realm="r", nonce="n", uri="[^"]+", response="[0-9a-f]{32}"$/,
  );
});

test('where only the body is to be protected too, it is', () => {
  const one = client();
  one.challenged(response(401, digest('realm="r", nonce="n", qop="auth-int"')), () => alice);
  const [first] = answer(one.headers({ ...request, body: 'a' }));
  const expected = {
    ...request,
    ...alice,
    algorithm: 'MD5',
    isSession: false,
    realm: 'r',
    nonce: 'n',
    qop: 'auth-int',
    cnonce: 'cn1',
    count: '00000001',
  } as const;
  assert.equal(first?.['response'], digestResponse({ ...expected, body: 'a' }));
  assert.equal(first?.['qop'], 'auth-int');
});

test('a user name is hidden where that is asked for, and UTF-8 where that is', () => {
  const one = client();
  const asked = 'realm="api@example.org", nonce="n", algorithm=SHA-512-256, qop="auth", userhash=true, charset=UTF-8';
  one.challenged(response(401, digest(asked)), () => ({ username: 'Jäsøn Doe', password: 'x' }));
  const [first] = answer(one.headers(request));
  assert.equal(first?.['username'], '793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b');
  assert.equal(first?.['userhash'], 'true');
});

test('the nonce serves later requests, with a rising count', () => {
  const one = client();
  one.challenged(response(401, digest('realm="r", nonce="n", qop="auth"')), () => alice);
  const counts = [1, 2, 3].map(() => answer(one.headers(request))[0]?.['nc']);
  assert.deepEqual(counts, ['00000001', '00000002', '00000003']);
});

test('a second challenge is answered once more when the nonce was stale, and not otherwise', () => {
  const asked = (nonce: string, more = '') => response(401, digest(`realm="r", nonce="${nonce}", qop="auth"${more}`));
  const kinds = (...all: readonly SipResponse[]) => {
    const one = client();
    one.begin();
    return all.map((each) => one.challenged(each, () => alice).kind);
  };
  assert.deepEqual(kinds(asked('a'), asked('a')), ['answered', 'refused']);
  assert.deepEqual(kinds(asked('a'), asked('b')), ['answered', 'refused']);
  assert.deepEqual(kinds(asked('a'), asked('b', ', stale=TRUE')), ['answered', 'answered']);
  assert.deepEqual(kinds(asked('a'), asked('a', ', stale=true')), ['answered', 'refused']);
  assert.deepEqual(kinds(asked('a'), asked('b', ', stale=true'), asked('c', ', stale=true')), [
    'answered',
    'answered',
    'refused',
  ]);
});

test('a new request may be challenged anew', () => {
  const one = client();
  one.challenged(response(401, digest('realm="r", nonce="a"')), () => alice);
  one.begin();
  assert.equal(one.challenged(response(401, digest('realm="r", nonce="b"')), () => alice).kind, 'answered');
});

test('a proxy and the server behind it are both answered', () => {
  const one = client();
  one.challenged(response(407, 'Proxy-Authenticate: Digest realm="p", nonce="a"'), () => alice);
  one.challenged(response(401, digest('realm="r", nonce="b"')), () => alice);
  assert.deepEqual(
    one.headers(request).map((line) => line.split(':')[0]),
    ['Proxy-Authorization', 'Authorization'],
  );
});

test('no credential leaves for a realm that has none', () => {
  const one = client();
  const asked = response(401, digest('realm="evil.example", nonce="a"'), digest('realm="r", nonce="b"'));
  assert.deepEqual(
    one.challenged(asked, (realm) => (realm === 'r' ? alice : undefined)),
    { kind: 'answered' },
  );
  assert.deepEqual(
    answer(one.headers(request)).map(({ realm }) => realm),
    ['r'],
  );
  assert.deepEqual(
    client().challenged(asked, () => undefined),
    {
      kind: 'refused',
      reason: 'no credentials for realm evil.example',
    },
  );
});

test('the entry of a realm is taken before the one without, and one for challenging others never', () => {
  const entry = (password: string, realm?: string, challenge = false) => ({
    username: 'user',
    password: { clear: password },
    ...(realm === undefined ? {} : { realm }),
    challenge,
  });
  const entries = [entry('any'), entry('ours', 'r'), entry('theirs', 'c', true)];
  assert.equal(credentialOf('r', entries)?.password, 'ours');
  assert.equal(credentialOf('x', entries)?.password, 'any');
  assert.equal(credentialOf('c', entries)?.password, 'any');
  assert.equal(credentialOf('c', entries.slice(1)), undefined);
  assert.equal(credentialOf('r', [{ username: 'user', password: { sealed: 'x' }, challenge: false }]), undefined);
});

test('whatever a server asks, reading it never throws and stays bounded', () => {
  const text = fc.string({ unit: 'grapheme-ascii', maxLength: 300 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 30 }), fc.boolean(), (values, isProxy) => {
      const name = isProxy ? 'Proxy-Authenticate' : 'WWW-Authenticate';
      const lines = values.map((value) => `${name}: Digest realm="r", ${value.replace(/[\x00-\x1f\x7f]/g, '')}`);
      assert.ok(challengesOf(response(isProxy ? 407 : 401, ...lines)).length <= 16 * 8);
    }),
    { numRuns: 500, seed: 8760 },
  );
});
