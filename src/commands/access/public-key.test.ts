import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { opensshPublic, readPublicKey } from './public-key.ts';

test('a public key written as OpenSSH does is read as one of its type', () => {
  const pairs = [
    ['ssh-rsa', generateKeyPairSync('rsa', { modulusLength: 1024 })],
    ['ecdsa-sha2-nistp256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['ecdsa-sha2-nistp384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['ecdsa-sha2-nistp521', generateKeyPairSync('ec', { namedCurve: 'P-521' })],
  ] as const;
  for (const [type, { publicKey }] of pairs) {
    const text = opensshPublic(publicKey.export({ type: 'spki', format: 'der' }));
    assert.deepEqual(readPublicKey([text]), { kind: 'key', type, base64: text.split(' ')[1] });
  }
});
