import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decipherRc2 } from './pkcs12-rc2.ts';

/** RFC 2268 5: key, effective bits, ciphertext of one block; the clear block. */
const vectors: readonly (readonly [string, number, string, string])[] = [
  ['0000000000000000', 63, 'ebb773f993278eff', '0000000000000000'],
  ['ffffffffffffffff', 64, '278b27e42e2f0d49', 'ffffffffffffffff'],
  ['3000000000000000', 64, '30649edf9be7d2c2', '1000000000000001'],
  ['88', 64, '61a8a244adacccf0', '0000000000000000'],
  ['88bca90e90875a', 64, '6ccf4308974c267f', '0000000000000000'],
  ['88bca90e90875a7f0f79c384627bafb2', 64, '1a807d272bbe5db1', '0000000000000000'],
  ['88bca90e90875a7f0f79c384627bafb2', 128, '2269552ab0f85ca6', '0000000000000000'],
];

test('the vectors of RFC 2268 decipher, each by an IV that makes a block of its own padding of it', () => {
  for (const [key, bits, block, clear] of vectors) {
    const iv = Buffer.from(clear, 'hex').map((byte) => byte ^ 8);
    const found = decipherRc2(Buffer.from(key, 'hex'), bits, Buffer.from(iv), Buffer.from(block, 'hex'));
    assert.deepEqual(found, Buffer.alloc(0), key);
  }
});

test('a wrong key, half a block and no block are told by their padding', () => {
  const [key, bits, block] = vectors[6]!;
  const iv = Buffer.alloc(8, 8);
  for (const [other, data] of [
    ['00', Buffer.from(block, 'hex')],
    [key, Buffer.from(block, 'hex').subarray(1)],
    [key, Buffer.alloc(0)],
  ] as const) {
    assert.equal(decipherRc2(Buffer.from(other, 'hex'), bits, iv, data), undefined);
  }
});
