import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  BasicOCSPResponse,
  CertID,
  OCSPRequest,
  OCSPResponse,
  OCSPResponseStatus,
  Request,
  TBSRequest,
} from '@peculiar/asn1-ocsp';
import { OctetString } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier, Extension } from '@peculiar/asn1-x509';
import type { Certificate } from './certificate.ts';
import { arrayBuffer, decode, encode } from './der.ts';
import { keyBits, serialNumber } from './issue.ts';
import type { HashName } from './settings.ts';
import { digestAlgorithm, verifyRsa } from './signature.ts';
import { testPair, testRequest } from './test-request.ts';
import { TestRouter } from './test-router.ts';

const hourMs = 3_600_000;
const paste = testRequest('cn=peer', testPair()).toString('base64');

const ca = await new TestRouter().withServer('CA');
const { ca: authority } = ca.pki.authorities.report('CA')!;
for (let made = 0; made < 2; made++) assert.ok((await ca.pki.authorities.sign('CA', paste)).ok);
const revokedAt = ca.clock.time;
assert.ok((await ca.pki.authorities.revoke('CA', 3, 'key-compromise')).ok);

function certId(serial: number, issuer: Certificate = authority!, hash: HashName = 'sha1'): CertID {
  const digest = (bytes: Buffer): OctetString => new OctetString(arrayBuffer(createHash(hash).update(bytes).digest()));
  return new CertID({
    hashAlgorithm: digestAlgorithm(hash),
    issuerNameHash: digest(issuer.subjectDer),
    issuerKeyHash: digest(keyBits(issuer.publicKeyDer)),
    serialNumber: serialNumber(serial),
  });
}

function request(ids: readonly CertID[], extensions: readonly Extension[] = []): Buffer {
  const tbsRequest = new TBSRequest({ requestList: ids.map((reqCert) => new Request({ reqCert })) });
  if (extensions.length > 0) tbsRequest.requestExtensions = [...extensions];
  return encode(new OCSPRequest({ tbsRequest }));
}

function nonce(bytes: Buffer, critical = false): Extension {
  return new Extension({ extnID: '1.3.6.1.5.5.7.48.1.2', critical, extnValue: new OctetString(arrayBuffer(bytes)) });
}

/** A successful answer, its signature verified. */
function answered(bytes: Buffer): { readonly basic: BasicOCSPResponse; readonly cached: boolean } {
  const { body, cache, contentType } = ca.pki.authorities.ocsp(bytes);
  assert.equal(contentType, 'application/ocsp-response');
  const response = decode(body, OCSPResponse, 'the answer');
  assert.ok(response.ok && response.value.responseStatus === OCSPResponseStatus.successful);
  const basic = decode(response.value.responseBytes!.response.buffer, BasicOCSPResponse, 'the answer');
  assert.ok(basic.ok);
  const signed = encode(basic.value.tbsResponseData);
  assert.ok(verifyRsa('sha256', signed, authority!.publicKey, Buffer.from(basic.value.signature)));
  return { basic: basic.value, cached: cache !== undefined };
}

function statusOf(bytes: Buffer): OCSPResponseStatus {
  const response = decode(ca.pki.authorities.ocsp(bytes).body, OCSPResponse, 'the answer');
  assert.ok(response.ok);
  return response.value.responseStatus;
}

test('a certificate is good, revoked with time and reason, or unknown, each asked by any hash', () => {
  for (const hash of ['sha1', 'sha256', 'sha384', 'sha512'] as const) {
    const ids = [2, 3, 4].map((serial) => certId(serial, authority, hash));
    const { responses } = answered(request(ids)).basic.tbsResponseData;
    const [good, revoked, unknown] = responses.map(({ certStatus }) => certStatus);
    assert.notEqual(good?.good, undefined);
    assert.equal(revoked?.revoked?.revocationTime.getTime(), revokedAt);
    assert.equal(revoked?.revoked?.revocationReason?.reason, 1);
    assert.notEqual(unknown?.unknown, undefined);
    assert.deepEqual(
      responses.map(({ certID }) => encode(certID)),
      ids.map(encode),
    );
  }
});

test('an answer holds for an hour and may be cached for half of it, unless a nonce binds it to its question', () => {
  const { basic, cached } = answered(request([certId(2)]));
  const [single] = basic.tbsResponseData.responses;
  assert.deepEqual(
    [single?.thisUpdate.getTime(), single?.nextUpdate?.getTime()],
    [ca.clock.time, ca.clock.time + hourMs],
  );
  assert.equal(cached, true);
  assert.deepEqual(ca.pki.authorities.ocsp(request([certId(2)])).cache, {
    maxAgeSeconds: 1800,
    modifiedAt: ca.clock.time,
    expiresAt: ca.clock.time + hourMs,
  });
  const bound = nonce(Buffer.from('0410000102030405060708090a0b0c0d0e0f', 'hex'), true);
  const echo = answered(request([certId(2)], [bound]));
  assert.equal(echo.cached, false);
  assert.deepEqual(echo.basic.tbsResponseData.responseExtensions?.map(encode), [encode(bound)]);
});

test('a question about another CA is not answered, beside one of ours it is unknown', async () => {
  const other = (await new TestRouter().withServer('CA')).pki.authorities.report('CA')!.ca!;
  assert.equal(statusOf(request([certId(2, other)])), OCSPResponseStatus.unauthorized);
  const { responses } = answered(request([certId(2), certId(2, other)])).basic.tbsResponseData;
  assert.deepEqual(
    responses.map(({ certStatus }) => ('good' in certStatus ? 'good' : 'unknown')),
    ['good', 'unknown'],
  );
  const unhashed = certId(2);
  unhashed.hashAlgorithm = new AlgorithmIdentifier({ algorithm: '1.2.3' });
  assert.equal(statusOf(request([unhashed])), OCSPResponseStatus.unauthorized);
});

const foreign = new Extension({ extnID: '1.2.3', critical: true, extnValue: new OctetString(new ArrayBuffer(2)) });
const nested = Buffer.concat([Buffer.alloc(4000, Buffer.from('3080', 'hex'))]);
const rows: [what: string, bytes: Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('GET me the status')],
  ['no question', request([])],
  ['too many questions', request(Array.from({ length: 33 }, () => certId(2)))],
  ['two nonces', request([certId(2)], [nonce(Buffer.alloc(4)), nonce(Buffer.alloc(5))])],
  ['an empty nonce', request([certId(2)], [nonce(Buffer.alloc(0))])],
  ['a nonce of a kilobyte', request([certId(2)], [nonce(Buffer.alloc(1024))])],
  ['a critical extension nobody knows', request([certId(2)], [foreign])],
  ['nesting without end', nested],
  ['more than 16 kilobytes', Buffer.alloc(17_000, 0x30)],
];
for (const [what, bytes] of rows) {
  test(`a request of ${what} is malformed`, () => {
    assert.equal(statusOf(bytes), OCSPResponseStatus.malformedRequest);
  });
}

test('a request changed in any byte, or cut anywhere, gets some answer and never throws', () => {
  const whole = request([certId(2)], [nonce(Buffer.alloc(18, 4))]);
  for (let at = 0; at < whole.length; at++) {
    const changed = Buffer.from(whole);
    changed[at] = changed[at]! ^ 0xff;
    for (const bytes of [changed, whole.subarray(0, at)]) {
      assert.equal(decode(ca.pki.authorities.ocsp(bytes).body, OCSPResponse, 'the answer').ok, true);
    }
  }
});

test('a hundred answers are signed in a second, who asks then is told to try later, and is answered a second later', () => {
  ca.clock.time += 1000;
  const asked = request([certId(2)]);
  const statuses = Array.from({ length: 101 }, () => statusOf(asked));
  assert.equal(statuses.at(99), OCSPResponseStatus.successful);
  assert.equal(statuses.at(100), OCSPResponseStatus.tryLater);
  assert.equal(ca.pki.authorities.report('CA')?.ocspPutOff, 1);
  ca.clock.time += 1000;
  assert.equal(statusOf(asked), OCSPResponseStatus.successful);
});

test('without a CA that runs, nobody is authorized to answer', async () => {
  const router = new TestRouter();
  const response = decode(router.pki.authorities.ocsp(request([certId(2)])).body, OCSPResponse, 'the answer');
  assert.ok(response.ok && response.value.responseStatus === OCSPResponseStatus.unauthorized);
});
