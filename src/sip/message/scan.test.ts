import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadText, nextControl } from './scan.ts';

test('the first control character is found wherever it stands', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(40), (codes, start) => {
      const end = loadText(String.fromCharCode(...codes));
      const from = Math.min(start, end);
      const found = codes.findIndex((code, at) => at >= from && (code < 32 || code === 127));
      assert.equal(nextControl(from, end), found < 0 ? end : found);
    }),
    { numRuns: 2000 },
  );
});

test('each byte value is judged rightly in each place of a word, beside any other', () => {
  for (let code = 0; code < 256; code++) {
    for (let place = 0; place < 4; place++) {
      for (const beside of ['\x20', '\x7e', '\x80', '\xff']) {
        const text = [beside, beside, beside, beside].with(place, String.fromCharCode(code)).join('');
        const isControl = code < 32 || code === 127;
        assert.equal(nextControl(0, loadText(text)), isControl ? place : 4);
      }
    }
  }
});
