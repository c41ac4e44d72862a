import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DigestInput, digestResponse, hashHex } from './digest.ts';

const mufasa: DigestInput = {
  algorithm: 'MD5',
  isSession: false,
  username: 'Mufasa',
  password: 'Circle of Life',
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  method: 'GET',
  uri: '/dir/index.html',
  qop: 'auth',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  count: '00000001',
  body: '',
};
const octets = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const doe: DigestInput = {
  ...mufasa,
  algorithm: 'SHA-512-256',
  username: octets('Jäsøn Doe'),
  password: 'Secret, or not?',
  realm: 'api@example.org',
  nonce: '5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK',
  uri: '/doe.json',
  cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
};
const rfc2617: DigestInput = {
  ...mufasa,
  password: 'Circle Of Life',
  realm: 'testrealm@host.com',
  nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
  cnonce: '0a4f113b',
};

const examples: readonly (readonly [string, DigestInput, string])[] = [
  ['RFC 7616 3.9.1, MD5', mufasa, '8ca523f5e9506fed4657c9700eebdbec'],
  [
    'RFC 7616 3.9.1, SHA-256',
    { ...mufasa, algorithm: 'SHA-256' },
    '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  ],
  // As corrected by the errata: the text of the RFC cut SHA-512 short instead.
  ['RFC 7616 3.9.2', doe, '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5'],
  ['RFC 2617 3.5', rfc2617, '6629fae49393a05397450978507c4ef1'],
  ['RFC 2069', { ...rfc2617, qop: undefined }, '670fd8c2df070c60b045671b8b24ff02'],
];

test('responses are those of the examples in the RFCs', () => {
  for (const [name, input, response] of examples) assert.equal(digestResponse(input), response, name);
});

test('a hidden user name is that of RFC 7616 3.9.2', () => {
  const hidden = hashHex('SHA-512-256', octets('Jäsøn Doe:api@example.org'));
  assert.equal(hidden, '793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b');
});

test('method, URI, body, count and session all go into a response', () => {
  const whole: DigestInput = { ...mufasa, qop: 'auth-int', isSession: true, body: 'v=0' };
  const others: readonly DigestInput[] = [
    { ...whole, method: 'POST' },
    { ...whole, uri: '/' },
    { ...whole, body: 'v=1' },
    { ...whole, count: '00000002' },
    { ...whole, isSession: false },
    { ...whole, qop: 'auth' },
  ];
  assert.equal(new Set([whole, ...others].map(digestResponse)).size, others.length + 1);
});
