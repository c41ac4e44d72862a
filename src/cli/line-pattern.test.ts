import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileLinePattern } from './line-pattern.ts';
import { lineMatcher } from './output-filter.ts';

const table: readonly (readonly [pattern: string, yes: readonly string[], no: readonly string[]])[] = [
  ['^dial-peer voice [0-9]+ voip$', ['dial-peer voice 10 voip'], [' dial-peer voice 1 voip', 'dial-peer voice 1 pots']],
  ['10\\.0\\.0\\.[12]$', ['ip address 10.0.0.1', 'x 10.0.0.2'], ['10.0.0.3', '10a0b0c1']],
  ['10.0', ['10.0', '10x0'], ['100']],
  ['(up|down)  +(up|down)', ['up    up', 'x down  up y'], ['up up', 'up  left']],
  ['colou?r', ['color', 'colour'], ['colouur']],
  ['ab*c', ['ac', 'abbbc'], ['abb']],
  ['^(a|b)*$', ['', 'abba'], ['abc']],
  ['[^ ]$', ['x'], ['x ', '']],
  ['[a-c-]x', ['bx', '-x'], ['dx']],
  ['_100_', ['100', 'a 100 b', '(100)', '_100_'], ['1001']],
  ['a\\|b', ['a|b'], ['a', 'b']],
  ['sip-ua|^hostname', ['sip-ua', 'hostname x'], [' hostname x']],
];

test('a filter understands the regular expressions of IOS', () => {
  for (const [pattern, yes, no] of table) {
    const matches = lineMatcher(pattern);
    for (const line of yes) assert.equal(matches(line), true, `${pattern} on "${line}"`);
    for (const line of no) assert.equal(matches(line), false, `${pattern} on "${line}"`);
  }
});

test('a text that is no expression is looked for as it stands', () => {
  for (const text of ['*** x', 'a(b', 'a)b', '[x', '+1', 'x\\']) {
    assert.equal(compileLinePattern(text), undefined, text);
    assert.equal(lineMatcher(text)(`>${text}<`), true, text);
    assert.equal(lineMatcher(text)('q'), false, text);
  }
});

test('simple expressions agree with those of JavaScript', () => {
  const parts = fc.constantFrom('a', 'b', '.', 'a*', 'b+', 'a?', '(a|b)', '[ab]', '[^a]', '(ab)*', '^', '$');
  const patterns = fc.array(parts, { minLength: 1, maxLength: 8 }).map((all) => all.join(''));
  fc.assert(
    fc.property(patterns, fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 }), (pattern, line) => {
      assert.equal(compileLinePattern(pattern)?.(line), new RegExp(pattern).test(line));
    }),
  );
});

test('an expression that makes others try every way is answered in step with its length', () => {
  const matches = compileLinePattern('(a*)*(a*)*(a|a)*b$') ?? assert.fail();
  assert.equal(matches('a'.repeat(4096)), false);
});
