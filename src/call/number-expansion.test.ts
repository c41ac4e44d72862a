import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expand, isExpansion } from './number-expansion.ts';

const expansions = new Map([
  ['5....', '1408555....'],
  ['50145', '14085550199'],
  ['6..', '+49'],
  ['7...', '8..'],
  ['14085550199', '0'],
]);
const cases: readonly [string, string, string][] = [
  ['dots take the digits that stand there', '51234', '14085551234'],
  ['the one that names most digits is taken, and what comes of it is not expanded again', '50145', '14085550199'],
  ['a number may have no dots', '612', '+49'],
  ['the last digits are kept when there are fewer dots', '7123', '823'],
  ['a longer number is another one', '512345', '512345'],
  ['a shorter number is another one', '5123', '5123'],
  ['what nothing describes stays', '9', '9'],
];
for (const [title, called, expected] of cases) {
  test(`num-exp: ${title}`, () => assert.equal(expand(called, expansions), expected));
}

test('num-exp takes digits and dots, and no more dots in the number than in the extension', () => {
  assert.equal(isExpansion('5....', '+1408555....'), true);
  assert.equal(isExpansion('5...', '1408555....'), false);
  assert.equal(isExpansion('5x', '1'), false);
  assert.equal(isExpansion('5', '^1'), false);
  assert.equal(expand('5', undefined), '5');
});
