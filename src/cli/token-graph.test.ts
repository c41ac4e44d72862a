import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argumentType } from './argument-type.ts';
import { tokenGraph } from './token-graph.ts';
import { wordsOf } from './words.ts';

const malformed: readonly string[] = ['show {a | b', 'show a]', 'show [a}', 'show <x:colour>', 'a | b', '[a]', ''];

test('a malformed syntax is the mistake of its author', () => {
  for (const syntax of malformed) assert.throws(() => tokenGraph(syntax, undefined), TypeError, syntax);
});

test('groups may be written with or without blanks', () => {
  const texts = (syntax: string) => tokenGraph(syntax, undefined)[0]?.next.map((token) => token.text);
  assert.deepEqual(texts('x {a|b}[c]'), ['a', 'b']);
  assert.deepEqual(texts('x { a | b } [ c ]'), ['a', 'b']);
});

test('the cut form may end anywhere behind the leading keywords', () => {
  const [retry] = tokenGraph('retry invite <count:int(1-10)> [again]', undefined, true);
  const [invite] = retry?.next ?? [];
  const [count] = invite?.next ?? [];
  assert.deepEqual([retry?.last, invite?.last, count?.last], [false, true, true]);
});

const values: readonly [type: string, word: string, value: unknown][] = [
  ['word', '"x', '"x'],
  ['int(1-10)', '10', 10],
  ['int(1-10)', '11', undefined],
  ['int(1-10)', '1x', undefined],
  ['int(-5-5)', '-5', -5],
  ['int(1-10)', '000000000000000000000001', undefined],
  ['ipv4', '10.0.0.255', '10.0.0.255'],
  ['ipv4', '10.0.0.256', undefined],
  ['ipv4', '10.0.0', undefined],
  ['mask', '255.255.255.0', '255.255.255.0'],
  ['mask', '0.0.0.0', '0.0.0.0'],
  ['mask', '255.255.255.255', '255.255.255.255'],
  ['mask', '255.0.255.0', undefined],
  ['host', 'gw-1.example.com', 'gw-1.example.com'],
  ['host', '10.0.0.1', '10.0.0.1'],
  ['host', '10.0.0.300', undefined],
  ['host', 'a/b', undefined],
  ['url', 'http://ca:80/', 'http://ca:80/'],
  ['url', 'tftp:', 'tftp:'],
  ['url', '//x', undefined],
  ['hex', '0aF', '0aF'],
  ['hex', '0x1', undefined],
  ['number', '0042', '0042'],
  ['number', '4+2', undefined],
  ['dec', '4294967295', 4294967295],
  ['dec', '4294967296', undefined],
];

test('each argument type takes its own words', () => {
  for (const [type, word, value] of values) assert.equal(argumentType(type).read(word), value, `${type} ${word}`);
});

test('words know their columns', () => {
  assert.deepEqual(wordsOf('  a\tbc "d '), [
    { text: 'a', column: 2 },
    { text: 'bc', column: 4 },
    { text: '"d', column: 7 },
  ]);
});
