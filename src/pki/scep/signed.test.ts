import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selfSignedTest } from '../test-identity.ts';
import { testPair } from '../test-request.ts';
import { certificatesOnly, octetString, readCertificatesOnly, signData, verifyData } from './signed.ts';

const key = testPair();
const signer = selfSignedTest('cn=CA', key);

/** A truly signed message with so many certificates, and so many attributes beside the two that every message has. */
function signed(certificates: number, attributes = 0): Buffer {
  return signData({
    content: Buffer.from('content'),
    attributes: Array.from({ length: attributes }, (_, n) => ({ id: `1.2.3.${n}`, value: octetString(Buffer.of(n)) })),
    hash: 'sha256',
    signer,
    key: key.privateKey,
    certificates: Array.from({ length: certificates }, () => signer),
  });
}

test('a message has 16 certificates at most, signed or not', () => {
  const reason = 'too many certificates in the message';
  assert.equal(verifyData(signed(16)).ok, true);
  assert.deepEqual(verifyData(signed(17)), { ok: false, reason });
  const only = (count: number): Buffer => certificatesOnly(Array.from({ length: count }, () => signer));
  assert.equal(readCertificatesOnly(only(16)).ok, true);
  assert.deepEqual(readCertificatesOnly(only(17)), { ok: false, reason });
});

test('a message has 32 signed attributes at most', () => {
  assert.equal(verifyData(signed(1, 30)).ok, true);
  assert.deepEqual(verifyData(signed(1, 31)), { ok: false, reason: 'too many signed attributes' });
});
