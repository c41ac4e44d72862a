import assert from 'node:assert/strict';
import { test } from 'node:test';
import { glossaries, glossary } from './glossary.ts';

test('every word stands in one glossary only, so that what one says of it is not lost to another', () => {
  const words = glossaries.flatMap((one) => Object.keys(one));
  assert.deepEqual(
    words.filter((word, i) => words.indexOf(word) !== i),
    [],
  );
  assert.equal(Object.keys(glossary).length, words.length);
});
