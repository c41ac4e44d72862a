import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aliasWords, unaliased } from './alias.ts';

const aliases = new Map([
  ['s', 'show'],
  ['sib', 'show ip interface brief'],
]);
const aliasesOf = (mode: string): ReadonlyMap<string, string> => (mode === 'exec' ? aliases : new Map());

test('an alias written in full at the beginning of the line stands for its command', () => {
  const table: readonly (readonly [mode: string, typed: string, meant: string])[] = [
    ['exec', 's clock', 'show clock'],
    ['exec', 'sib', 'show ip interface brief'],
    ['exec', 'sib | include up', 'show ip interface brief | include up'],
    ['exec', 'si', 'si'],
    ['exec', 'S clock', 'S clock'],
    ['exec', ' s clock', ' s clock'],
    ['exec', '', ''],
    ['config', 's clock', 's clock'],
    ['config', 'do s clock', 'do show clock'],
    ['config', 'do sib', 'do show ip interface brief'],
  ];
  for (const [mode, typed, meant] of table) assert.equal(unaliased(typed, mode, aliasesOf).line, meant, typed);
  assert.equal(unaliased('s clock', 'exec', undefined).line, 's clock');
});

test('a column of the line that is meant is found in the line that was typed', () => {
  const table: readonly (readonly [mode: string, typed: string, column: number, expected: number])[] = [
    ['exec', 's klock', 5, 2],
    ['exec', 'sib all', 24, 4],
    ['exec', 'sib', 5, 0],
    ['config', 'do s klock', 8, 5],
    ['config', 'do sib', 10, 3],
    ['exec', 'show klock', 5, 5],
  ];
  for (const [mode, typed, column, expected] of table) {
    assert.equal(unaliased(typed, mode, aliasesOf).typedColumn(column), expected, typed);
  }
});

test('the names that begin so are told with what they stand for, several words in quotes', () => {
  assert.deepEqual(aliasWords('s', aliases), ['*s=show', '*sib="show ip interface brief"']);
  assert.deepEqual(aliasWords('x', aliases), []);
});
