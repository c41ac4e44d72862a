import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countLineEnds, loadText, loadValue, nextControl } from './scan.ts';

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

test('line ends are counted wherever they stand, and any other control character but the tab is told', () => {
  for (const [text, expected] of [
    ['', 0],
    ['\r\n', 1],
    ['abc\r\n\td\r\n\r\n', 3],
    ['a\rb', -1],
    ['a\nb', -1],
    ['a\r\n\nb', -1],
    ['a\r\r\n', -1],
    ['\n\r', -1],
    ['abcd\x7f', -1],
    ['abcd\0', -1],
    ['a\xff\x80\r\n', 1],
    ['abc\r', -1],
  ] as const) {
    for (const before of ['', 'x', 'xy', 'xyz']) {
      assert.equal(countLineEnds(loadText(before + text)), expected, JSON.stringify(before + text));
    }
  }
  assert.equal(loadText('a\r\nb\r\n') - countLineEnds(4), 5, 'what stands behind the end is not looked at');
});

test('a value that is not latin1, or longer than the work area, is not loaded', () => {
  assert.deepEqual(['\xff', '\u0141', 'a'.repeat(65_536), 'a'.repeat(65_537)].map(loadValue), [
    true,
    false,
    true,
    false,
  ]);
});
