import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkPattern, compilePattern, patternError } from './pattern.ts';

/** [pattern, number, explicit digits or undefined for no match, digits the pattern stands for] */
const matches: readonly [string, string, number | undefined, number?][] = [
  ['111', '111', 3, 3],
  ['111', '11', undefined],
  ['111', '1112', 3, 3],
  ['111$', '111', 3, 3],
  ['111$', '1112', undefined],
  ['^555', '5551234', 3, 3],
  ['9...', '9123', 1, 4],
  ['9...', '912', undefined],
  ['2[2,5-8]1', '261', 1, 3],
  ['2[2,5-8]1', '231', undefined],
  ['2[^135]', '24', 1, 2],
  ['2[^135]', '23', undefined],
  ['2[^135]', '2*', undefined],
  ['12?3$', '13', 1, 2],
  ['12?3$', '123', 1, 3],
  ['12?3$', '1223', undefined],
  ['12%3$', '12223', 1, 5],
  ['12%3$', '13', 1, 2],
  ['12+3$', '13', undefined],
  ['12+3$', '12223', 1, 5],
  ['(12)+3$', '12123', 0, 5],
  ['(12)?3$', '3', 0, 1],
  ['(1(23)%)+4$', '1231234', 0, 7],
  ['+4420', '+4420', 5, 5],
  ['+4420', '4420', undefined],
  ['*#', '*#', 2, 2],
  ['\\*1', '*1', 2, 2],
  ['.', '+', 0, 1],
  ['.', 'A', 0, 1],
  ['.', 'x', undefined],
  ['777', '777abc', undefined],
  ['9011T', '90113227045555', 4, 4],
  ['9T', '9', 1, 1],
  ['T', '', 0, 0],
  ['T', '5', 0, 0],
  ['1T', `1${'0'.repeat(32)}`, 1, 1],
  ['1T', `1${'0'.repeat(33)}`, undefined],
  ['555-1234', '5551234', 7, 7],
  ['9,1', '91', 2, 2],
  ['1', '1'.repeat(65), undefined],
];
for (const [pattern, number, explicit, length] of matches) {
  test(`${pattern} ${explicit === undefined ? 'does not match' : 'matches'} ${number.slice(0, 20) || '(nothing)'}`, () => {
    const found = compilePattern(pattern)?.match(number);
    assert.equal(found?.explicit, explicit);
    if (length !== undefined) assert.equal(found?.length, length);
  });
}

const refused = [
  '',
  'asdfqw4r3~2',
  'a1',
  '12(3',
  '12)3',
  '()',
  '[',
  '[]',
  '[5-2]',
  '[^]',
  '[a]',
  '?1',
  '1T2',
  '1$2',
  '1^2',
  '++',
  '\\x',
  '1'.repeat(65),
  '.'.repeat(31),
  `${'('.repeat(9)}1${')'.repeat(9)}`,
];
for (const pattern of refused) {
  test(`"${pattern.slice(0, 20)}" is no pattern`, () => {
    // A leading plus may repeat; what is refused there is the third.
    const text = pattern === '++' ? '+++' : pattern;
    assert.equal(checkPattern(text), patternError);
  });
}

test('the refusal is the two lines of IOS', () => {
  assert.equal(
    patternError,
    'Incorrect format for E.164 Number\n' +
      '        regular expression must be of the form  ^[][^0-9,A-F#*.?+%()-]*T?(\\$)?$',
  );
});

const item = fc.oneof(
  fc.constantFrom('0', '1', '2', '.', '[0-1]', '[^1]', '(01)', '(1[02])'),
  fc.constantFrom('0?', '1%', '.+', '[01]%', '(01)?', '(1.)%', '(2)+'),
);
const pattern = fc.tuple(fc.array(item, { minLength: 1, maxLength: 5 }), fc.constantFrom('', '$', 'T'));

test('a pattern matches what the regular expression it stands for matches', () => {
  fc.assert(
    fc.property(pattern, fc.stringMatching(/^[012]{0,9}$/), ([items, end], number) => {
      const text = items.join('') + end;
      // `+` on the very first item would be a literal; none of the items begins with it.
      const body = items.join('').replaceAll('.', '[0-9A-F*#+]').replaceAll('%', '*').replaceAll('[^1]', '[02-9]');
      const naive = new RegExp(`^(?:${body})${end === '$' ? '$' : ''}`);
      assert.equal(compilePattern(text)?.match(number) !== undefined, naive.test(number), text);
    }),
    { numRuns: 2000 },
  );
});

test('any text is a pattern or is not, and any number matches or does not', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), fc.string({ maxLength: 80 }), (text, number) => {
      compilePattern(text)?.match(number);
    }),
  );
});
