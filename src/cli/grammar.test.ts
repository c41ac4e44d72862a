import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Grammar } from './grammar.ts';
import { wordsOf } from './words.ts';

test('every command is found, however many begin with the same words', () => {
  const grammar = new Grammar<{ readonly hidden: boolean; readonly name: string }>();
  const names = Array.from({ length: 300 }, (_, i) => `word${i}end`);
  for (const name of names) grammar.add(`show sip ${name}`, { hidden: false, name });
  for (const name of names) {
    const line = `show sip ${name}`;
    const match = grammar.match(line, wordsOf(line), 0, () => true);
    assert.equal(match.kind === 'match' ? match.owner.name : match.kind, name);
  }
});
