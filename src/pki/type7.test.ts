import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeType7, encodeType7 } from './type7.ts';

const vectors: [encoded: string, clear: string][] = [
  ['011E0305481F0B0E2F', 'meastman'],
  ['121A0C041104', 'cisco'],
  ['00', ''],
];

test('known type 7 passwords decode, and encode again with their own seed', () => {
  for (const [encoded, clear] of vectors) {
    assert.deepEqual(decodeType7(encoded), { ok: true, value: clear });
    assert.equal(encodeType7(clear, Number(encoded.slice(0, 2))), encoded);
  }
});

test('every seed and a text longer than the table survive the round trip', () => {
  const clear = 'a long pass phrase, longer than the fifty-three bytes of the table itself';
  for (let seed = 0; seed <= 15; seed++) {
    assert.deepEqual(decodeType7(encodeType7(clear, seed)), { ok: true, value: clear });
  }
});

test('what is not type 7 is refused, not guessed', () => {
  for (const text of ['', '1', '16AA', '011', 'xx1E', '01GG', `01${'AA'.repeat(200)}`]) {
    assert.equal(decodeType7(text).ok, false, text);
  }
  assert.throws(() => encodeType7('x', 16), RangeError);
});
