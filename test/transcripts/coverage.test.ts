import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandReference } from '../../src/commands/index.ts';
import { readSteps } from './replay.ts';

const { language } = commandReference();

/** Not to be typed in a transcript: they end the session there is. */
const endsIt = new Set(['exit', 'logout']);

const typed = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.txt'))
  .flatMap((name) => readSteps(readFileSync(join(import.meta.dirname, name), 'utf8')))
  .filter(({ isDirective, expected: [first = ''] }) => !isDirective && /^[\w.-]+[#>]/.test(first))
  .flatMap(({ typed: line }) => {
    const meant = language.resolve('exec', line.trim(), () => true);
    return meant.kind === 'command' ? [meant.command.syntax] : [];
  });

test('every command of EXEC is typed in a transcript, and so is every display', () => {
  const seen = new Set(typed);
  const missing = language
    .mode('exec')
    .commands.filter(({ syntax, hidden }) => !hidden && !endsIt.has(syntax) && !/^(?:no|undebug) /.test(syntax))
    .map(({ syntax }) => syntax)
    .filter((syntax) => !seen.has(syntax) && !isReplaced(syntax));
  assert.deepEqual(missing, []);
});

/** Whether the words mean another command: one of this program in the place of one of the language. */
function isReplaced(words: string): boolean {
  const meant = language.resolve('exec', words, () => true);
  return meant.kind === 'command' && meant.command.syntax !== words && !/[<[{]/.test(words);
}
