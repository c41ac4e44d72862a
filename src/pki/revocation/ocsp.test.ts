import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { authority, certificate, type TestCertificate } from '../../../test/certificates.ts';
import { noCheck, nonceOf, ocspAnswer, serialOf, type TestOcspOptions } from '../../../test/revocation.ts';
import { type Certificate, readCertificate } from '../certificate.ts';
import { encodeOcspRequest, type OcspQuestion, readOcspAnswer } from './ocsp.ts';

const now = Date.now();
const day = 86_400_000;
const root = authority('Root');
const leaf = certificate('leaf', { issuer: root });
const other = certificate('other', { issuer: root });
const signing = '1.3.6.1.5.5.7.3.9';
const delegate = certificate('responder', { issuer: root, usages: [signing], extensions: noCheck });

function read({ der }: TestCertificate): Certificate {
  const found = readCertificate(der);
  assert.ok(found.ok);
  return found.value;
}
const question: OcspQuestion = { certificate: read(leaf), issuer: read(root), now };
const times = { thisUpdate: now - 1000, nextUpdate: now + day };
const nonce = Buffer.alloc(32, 7);

/** The status believed, or why none is. */
function said(
  options: Partial<TestOcspOptions> = {},
  asked: Partial<OcspQuestion> = {},
  about = leaf,
  issuer = root,
): string {
  const answer = readOcspAnswer(ocspAnswer(about, issuer, { ...times, ...options }), { ...question, ...asked });
  return answer.ok ? answer.value.status : answer.reason;
}

test('a request names the certificate, and carries the nonce only when there is one', () => {
  const request = encodeOcspRequest(read(leaf), read(root), nonce);
  assert.ok(request.includes(serialOf(leaf)));
  assert.deepEqual(nonceOf(request), nonce);
  assert.equal(nonceOf(encodeOcspRequest(read(leaf), read(root))), undefined);
});

const rows: readonly [what: string, found: () => string, words: RegExp][] = [
  ['the issuer says good', () => said(), /^good$/],
  ['the issuer says revoked', () => said({ status: 'revoked' }), /^revoked$/],
  ['the issuer does not know', () => said({ status: 'unknown' }), /^unknown$/],
  ['it is named by its key', () => said({ byKey: true }), /^good$/],
  ['whom the issuer appointed says good', () => said({ delegate }), /^good$/],
  ['it is about another certificate', () => said({}, {}, other), /another certificate/],
  ['the nonce comes back', () => said({ nonce }, { nonce }), /^good$/],
  ['the nonce does not come back', () => said({}, { nonce }), /does not repeat our nonce/],
  ['another nonce comes back', () => said({ nonce: Buffer.alloc(32, 8) }, { nonce }), /another nonce/],
  ['it is of the future', () => said({ thisUpdate: now + day }), /of the future/],
  ['it is out of date', () => said({ nextUpdate: now - day / 2 }), /out of date/],
  ['another authority of that name signed it', () => said({}, {}, leaf, authority('Root')), /another certificate/],
  [
    'a responder without the purpose signed it',
    () => said({ delegate: certificate('responder', { issuer: root, extensions: noCheck }) }),
    /not one for signing OCSP/,
  ],
  [
    'a responder of another authority signed it',
    () =>
      said({
        delegate: certificate('responder', { issuer: authority('Root'), usages: [signing], extensions: noCheck }),
      }),
    /was not appointed/,
  ],
  [
    'the responder’s certificate is out of date',
    () =>
      said({
        delegate: certificate('responder', {
          issuer: root,
          usages: [signing],
          extensions: noCheck,
          notAfter: new Date(now - day / 4),
        }),
      }),
    /responder is out of date/,
  ],
];
for (const [what, found, words] of rows) {
  test(`an OCSP answer: ${what}`, () => assert.match(found(), words));
}

test('an answer without end holds for minutes only', () => {
  const endless = readOcspAnswer(ocspAnswer(leaf, root, { thisUpdate: now - 3_600_000 }), question);
  assert.match(endless.ok ? '' : endless.reason, /out of date/);
  const fresh = readOcspAnswer(ocspAnswer(leaf, root, { thisUpdate: now }), question);
  assert.ok(fresh.ok && fresh.value.nextUpdate - fresh.value.thisUpdate <= 5 * 60_000);
});

test('a responder without nocheck counts only when it is known not to be revoked itself', () => {
  const plain = certificate('responder', { issuer: root, usages: [signing] });
  assert.match(said({ delegate: plain }), /nobody says/);
  assert.equal(said({ delegate: plain }, { isResponderGood: () => true }), 'good');
});

test('a responder that could not answer is told by its own words', () => {
  const words = ['malformedRequest', 'internalError', 'tryLater', 'status 4', 'sigRequired', 'unauthorized'];
  for (const [at, word] of words.entries()) {
    const answer = readOcspAnswer(Buffer.from([0x30, 3, 0x0a, 1, at + 1]), question);
    assert.equal(answer.ok ? '' : answer.reason, `the responder says ${word}`);
  }
});

test('an answer changed in any place, cut or lengthened, or any bytes at all give a value or a reason, and "revoked" never becomes "good"', () => {
  const bytes = ocspAnswer(leaf, root, { ...times, status: 'revoked', delegate });
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const changed: Buffer = Buffer.from(bytes);
      changed[at] = changed[at]! ^ by;
      const answer = readOcspAnswer(changed, question);
      if (answer.ok) assert.equal(answer.value.status, 'revoked');
    }),
    { numRuns: 2000 },
  );
  fc.assert(fc.property(fc.nat(bytes.length - 1), (length) => !readOcspAnswer(bytes.subarray(0, length), question).ok));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => !readOcspAnswer(Buffer.from(noise), question).ok),
  );
});
