import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Certificate, fingerprint, isIssuedBy, readCertificate } from './certificate.ts';
import { seedCa, seedIdentity } from './seed-certificates.ts';
import { displayName } from './x500-name.ts';

function certificate(der: Buffer): Certificate {
  const read = readCertificate(der);
  assert.ok(read.ok, read.ok ? '' : read.reason);
  return read.value;
}

test("the seed's CA certificate has the fingerprints an authenticate dialog shows", () => {
  assert.equal(fingerprint(seedCa, 'md5'), '3162BC78 35F95139 77549269 D68DC0EB ');
  assert.equal(fingerprint(seedCa, 'sha1'), 'B9042AEF E8487910 69F9F16B C350CE7E 53673518 ');
});

test("the seed's router certificate displays its names as IOS does: last RDN first, the router's own attributes joined", () => {
  const identity = certificate(seedIdentity);
  assert.deepEqual(displayName(identity.subject), [
    'serialNumber=36E8B0B3+hostname=sinise.+ipaddress=172.18.197.154',
    'cn=172.18.197.154',
  ]);
  assert.deepEqual(displayName(identity.issuer), ['cn=mycs']);
  assert.equal(identity.serial, '66');
  assert.equal(identity.keyUsage, 'A0000000');
  assert.equal(identity.isCa, false);
  assert.equal(identity.modulus, 1024);
});

test('the CA is a CA, signed both certificates, and the router certificate signed neither', () => {
  const [ca, identity] = [certificate(seedCa), certificate(seedIdentity)];
  assert.equal(ca.isCa, true);
  assert.equal(ca.keyUsage, '86000000');
  assert.equal(ca.serial, '01');
  assert.equal(isIssuedBy(identity, ca), true);
  assert.equal(isIssuedBy(ca, ca), true);
  assert.equal(isIssuedBy(ca, identity), false);
});

test('a certificate with any one byte changed, or cut anywhere, gives a value or a reason and never throws', () => {
  for (let at = 0; at < seedIdentity.length; at++) {
    const changed = Buffer.from(seedIdentity);
    changed[at]! ^= 0xff;
    assert.doesNotThrow(() => readCertificate(changed), `byte ${at} changed`);
    assert.equal(readCertificate(seedIdentity.subarray(0, at)).ok, false, `cut at ${at}`);
  }
});

test('what is no certificate is refused in our own words, whatever the library says of it', () => {
  const rubbish = ['3082', '0282ffff', '300302017f', '1f'.repeat(40), '308006092a', ''].map((hex) =>
    Buffer.from(hex, 'hex'),
  );
  const texts = ['PKCS is not this', '<html>', 'x'.repeat(100)].map((text) => Buffer.from(text));
  for (const der of [...rubbish, ...texts]) {
    const read = readCertificate(der);
    const reason = 'the certificate cannot be decoded: it is damaged or something else';
    assert.deepEqual(read, { ok: false, reason }, der.toString('hex'));
  }
  for (let at = 0; at < seedIdentity.length; at++) {
    const changed = Buffer.from(seedIdentity);
    changed[at]! ^= 0x13;
    const read = readCertificate(changed);
    const ours = /^(the certificate|extension [\d.]+|control|its public key)/;
    if (!read.ok) assert.match(read.reason, ours, `byte ${at}`);
    if (!read.ok) assert.doesNotMatch(read.reason, /integer|asn|schema|error:|buffer|undefined|'/i, `byte ${at}`);
  }
});

test('a NUL inside a name is refused', () => {
  const changed = Buffer.from(seedIdentity);
  changed[changed.indexOf('172.18.197.154') + 3] = 0;
  const read = readCertificate(changed);
  assert.equal(read.ok, false);
});
