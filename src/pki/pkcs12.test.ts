import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { authority, certificate } from '../../test/certificates.ts';
import { readCertificate } from './certificate.ts';
import { printPkcs12, readPkcs12 } from './pkcs12.ts';
import { decryptByPassword, derivePkcs12 } from './pkcs12-cipher.ts';

const random = { bytes: (count: number) => createHash('shake256', { outputLength: count }).update('salt').digest() };
const root = authority('root', { key: 'rsa' });
const own = certificate('west', { issuer: root, key: 'rsa' });

async function file(password = 'long enough'): Promise<Buffer> {
  const [ours, ca] = [readCertificate(own.der), readCertificate(root.der)];
  assert.ok(ours.ok && ca.ok);
  const pairs = [{ privateKey: own.privateKey, certificate: ours.value }];
  const identity = { pairs, authorities: [ca.value] };
  return printPkcs12(identity, 'west', password, random);
}

test('what is written is read again: key, certificate and authorities', async () => {
  const read = await readPkcs12(await file(), 'long enough');
  assert.ok(read.ok, JSON.stringify(read));
  assert.ok(read.value.pairs[0]!.certificate.der.equals(own.der));
  assert.deepEqual(
    read.value.authorities.map(({ der }) => der),
    [root.der],
  );
  assert.ok(read.value.pairs[0]!.privateKey.equals(own.privateKey));
});

test('a password of other letters than Latin ones works, and is told from another one', async () => {
  const der = await file('пароль-密码');
  assert.ok((await readPkcs12(der, 'пароль-密码')).ok);
  assert.deepEqual(await readPkcs12(der, 'пароль-密'), {
    ok: false,
    reason: 'wrong password, or the PKCS#12 file is damaged',
  });
});

test('a file that is cut anywhere, or has a byte changed, is refused in words and never throws', async () => {
  const der = await file();
  await fc.assert(
    fc.asyncProperty(fc.nat(der.length - 1), fc.nat(254), fc.boolean(), async (at, shift, isCut) => {
      const other = isCut ? der.subarray(0, at) : Buffer.from(der);
      if (!isCut) other[at] = (other[at]! + shift + 1) & 0xff;
      const read = await readPkcs12(other, 'long enough');
      // A changed byte may say the same: a length in another form, a name. It is never another key.
      assert.ok(read.ok ? !isCut && read.value.pairs[0]!.privateKey.equals(own.privateKey) : read.reason !== '');
    }),
    { numRuns: 150, seed: 12 },
  );
});

test('random bytes are no PKCS#12 file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      assert.equal((await readPkcs12(Buffer.from(bytes), 'x')).ok, false);
    }),
    { seed: 13 },
  );
});

test('a salt without end and an iteration count that would keep the gateway busy are refused before any work', () => {
  const rows: [salt: number, iterations: number, reason: string][] = [
    [8, 2 ** 31, 'more than 100000 iterations'],
    [8, 0, 'the iteration count makes no sense'],
    [8, -1, 'the iteration count makes no sense'],
    [2000, 1, 'the salt is too long'],
  ];
  for (const [salt, iterations, reason] of rows) {
    assert.deepEqual(derivePkcs12('sha1', 1, 'x', Buffer.alloc(salt), iterations, 24), { ok: false, reason });
  }
});

test('key derivation of RFC 7292 gives the published value', () => {
  const salt = Buffer.from('0a58cf64530d823f', 'hex');
  const key = derivePkcs12('sha1', 1, 'smeg', salt, 1, 24);
  assert.equal(key.ok && key.value.toString('hex'), '8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3');
});

test('an algorithm that is not known is refused by its number', async () => {
  const { AlgorithmIdentifier } = await import('@peculiar/asn1-x509');
  const rc4 = new AlgorithmIdentifier({ algorithm: '1.2.840.113549.1.12.1.1' });
  assert.deepEqual(await decryptByPassword(rc4, Buffer.alloc(8), 'x'), {
    ok: false,
    reason: 'encryption 1.2.840.113549.1.12.1.1 is not supported',
  });
  const empty = new AlgorithmIdentifier({ algorithm: '1.2.840.113549.1.5.13' });
  assert.equal((await decryptByPassword(empty, Buffer.alloc(8), 'x')).ok, false);
});

test('a file whose certificate is of another key is refused', async () => {
  const ours = readCertificate(own.der);
  assert.ok(ours.ok);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = await printPkcs12(
    { pairs: [{ privateKey, certificate: ours.value }], authorities: [] },
    'x',
    'long enough',
    random,
  );
  assert.deepEqual(await readPkcs12(der, 'long enough'), {
    ok: false,
    reason: 'the PKCS#12 file holds no certificate of its private key',
  });
});
