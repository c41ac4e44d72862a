import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAuthValues } from './auth-value.ts';

const read = (text: string) =>
  parseAuthValues(text).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

const table: readonly (readonly [string, unknown])[] = [
  ['Digest realm="a", nonce="b"', [['digest', { realm: 'a', nonce: 'b' }]]],
  ['DIGEST Realm = "a" ,\tNONCE=b', [['digest', { realm: 'a', nonce: 'b' }]]],
  ['Digest realm="a, b \\"c\\"",qop="auth,auth-int"', [['digest', { realm: 'a, b \\"c\\"', qop: 'auth,auth-int' }]]],
  ['Digest , realm="a",,nonce="", ', [['digest', { realm: 'a', nonce: '' }]]],
  [
    'Basic realm="a", Digest nonce=x',
    [
      ['basic', { realm: 'a' }],
      ['digest', { nonce: 'x' }],
    ],
  ],
  ['Negotiate', [['negotiate', {}]]],
  ['', []],
  ['Digest realm="a', []],
  ['Digest realm="a" nonce="b"', []],
  ['Digest realm="a", realm="b"', []],
  ['Digest realm=', []],
  ['Digest =a', []],
  ['realm="a"', []],
  [`Digest realm="${'a'.repeat(4096)}"`, []],
  [`Digest ${Array.from({ length: 33 }, (_, i) => `p${i}=1`).join(',')}`, []],
  [Array.from({ length: 9 }, () => 'Digest a=1').join(','), []],
];

test('challenges and credentials are read as the grammar has them, or not at all', () => {
  for (const [text, expected] of table) assert.deepEqual(read(text), expected, text);
});

test('whatever stands in the header, reading it gives values and never throws', () => {
  const piece = fc.constantFrom(
    'Digest ',
    'realm',
    '=',
    '"',
    '\\',
    ',',
    ' ',
    '\t',
    'a',
    '\xff',
    '\0',
    '"x"',
    'nonce="',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(piece, { maxLength: 60 }).map((all) => all.join('')),
      ),
      (text) => {
        for (const { scheme, parameters } of parseAuthValues(text)) {
          assert.ok(scheme.length > 0 && parameters.size <= 32);
        }
      },
    ),
    { numRuns: 2000, seed: 7616 },
  );
});
