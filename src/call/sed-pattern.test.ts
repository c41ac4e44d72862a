import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileSed, expand, isReplacement } from './sed-pattern.ts';

/** `/match/`, `/replace/`, a number, and what it becomes; undefined where nothing matches. */
const table: readonly (readonly [string, string, string, string | undefined])[] = [
  ['^9', '', '918675309', '18675309'],
  ['555', '411', '15551234', '14111234'],
  ['^5', '9&', '5551', '95551'],
  ['1$', '2', '1111', '1112'],
  ['^$', '5550', '', '5550'],
  ['^$', '5550', '1', undefined],
  ['', '9', '123', '9123'],
  ['^.*', '5551000', '777', '5551000'],
  ['^[2-4]..$', '\\0\\0', '301', '301301'],
  ['^[^2-4]', '0', '3', undefined],
  ['^[^2-4]', '0', '5', '0'],
  ['^\\(9\\)\\(1...\\)$', '\\2', '91234', '1234'],
  ['^\\([14]\\)\\(..\\)', '\\2\\1', '4567', '5647'],
  ['^\\(12\\)*3', '\\1', '121234', '124'],
  ['^\\(12\\)+3', 'A', '312', undefined],
  ['^12?3', 'B', '134', 'B4'],
  ['^\\+1\\(.*\\)', '\\1', '+15550100', '5550100'],
  ['^+1', '001', '+15', '0015'],
  ['12*', '', '3122224', '34'],
  ['\\(1\\|2\\)', '', '1', undefined],
  ['^001', '\\+', '0012', '+2'],
  ['^\\(^2\\)', '3', '22', '32'],
];

test('a rule rewrites what it matches and leaves the rest of the number', () => {
  for (const [match, replace, number, expected] of table) {
    const pattern = compileSed(match);
    const found = pattern?.find(number);
    const result =
      found === undefined ? undefined : number.slice(0, found.start) + expand(replace, found) + number.slice(found.end);
    assert.equal(result, expected, `/${match}/ /${replace}/ ${number}`);
  }
});

test('what is no pattern and no replacement is refused', () => {
  for (const bad of ['[', '[]', '[9-2]', '\\(1', '1\\)', '(1)', 'x', '\\', '\\z', '1'.repeat(65)])
    assert.equal(compileSed(bad), undefined, bad);
  for (const bad of ['x', '\\', '\\x', '1'.repeat(65)]) assert.equal(isReplacement(bad), false, bad);
  for (const good of ['', '1', '\\0', '&9', '\\+1', 'A*#']) assert.equal(isReplacement(good), true, good);
});

test('any text is read or refused, and any number is matched in the end', () => {
  const signs = fc.constantFrom('^', '$', '.', '[', ']', '-', '*', '+', '?', '\\(', '\\)', '\\', '1', '2', '9', 'A');
  const texts = fc.array(signs, { maxLength: 24 }).map((parts) => parts.join(''));
  const numbers = fc.string({ unit: fc.constantFrom('1', '2', '9', 'A', '+'), maxLength: 64 });
  fc.assert(
    fc.property(texts, numbers, (text, number) => {
      const found = compileSed(text)?.find(number);
      if (found === undefined) return;
      assert.ok(found.start <= found.end && found.end <= number.length);
    }),
  );
});

test('a pattern that makes others try every way is answered at once', () => {
  const pattern = compileSed('^\\(\\(1*\\)*\\)*\\(1*1*1*1*\\)*2$');
  assert.equal(pattern?.find('1'.repeat(64)), undefined);
  assert.equal(pattern?.find('1'.repeat(65)), undefined);
});
