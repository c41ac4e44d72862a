import assert from 'node:assert/strict';
import { test } from 'node:test';
import { help } from '../src/cli/help.ts';
import { commandReference } from '../src/commands/index.ts';

const { language } = commandReference();
const samples: Readonly<Record<string, string>> = {
  WORD: 'x',
  'A.B.C.D': '10.0.0.1',
  'Hostname or A.B.C.D': 'x',
  'Hex-data': 'ab',
};
const deepest = 5;

/** The words `?` offers behind `text`, each with what it says about it. */
function offered(mode: string, text: string): readonly (readonly [word: string, says: string])[] {
  return help(language, mode, text, 15, 200).flatMap((line) => {
    const [, word, says] = /^ {2}(Hostname or A\.B\.C\.D|\S+)(?: +(.*))?$/.exec(line) ?? [];
    return word === undefined || word === '<cr>' || word === '|' ? [] : [[word, says ?? ''] as const];
  });
}

test('`?` says something about every word of every command', () => {
  const silent = new Set<string>();
  for (const { name } of language.modes) {
    const walk = (text: string, depth: number): void => {
      for (const [word, says] of offered(name, text)) {
        if (says === '') silent.add(`${word} (${name}: ${text})`);
        const sample = samples[word] ?? /^<(-?\d+)-/.exec(word)?.[1] ?? (/^[a-z0-9]/.test(word) ? word : undefined);
        const isPrefix = depth === 0 && ['no', 'do', 'default'].includes(word) && name !== 'exec';
        if (sample !== undefined && depth < deepest && !isPrefix) walk(`${text}${sample} `, depth + 1);
      }
    };
    walk('', 0);
  }
  assert.deepEqual([...silent], []);
});
