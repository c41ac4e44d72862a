import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Session } from '../cli/index.ts';
import { commandReference } from './reference.ts';

const { language } = commandReference();

/** Something for each kind of argument; the first that is taken is typed. */
const samples = [
  '1',
  '1000',
  '10.0.0.1',
  'name',
  'ipv4:10.0.0.1',
  '0/3/0',
  'Loopback0',
  '255.0.0.0',
  '12:00:00',
  '/24',
];

const asked = language.modes.flatMap((mode) =>
  (mode.kind === 'exec' ? [''] : ['', 'no ', 'default ']).flatMap((text) => walk(mode.name, text)),
);

test('a question mark has something to say of every word of every command, in every mode', () => {
  assert.ok(asked.length > 5000, `${asked.length} questions`);
  const silent = asked.flatMap(({ mode, text, rows }) =>
    rows.filter(({ about }) => about === '').map(({ word }) => `${mode}: ${text}${word}`),
  );
  assert.deepEqual(silent, []);
});

test('a question mark tells no argument as any word or any number', () => {
  const vague = asked.flatMap(({ mode, text, rows }) =>
    rows
      .filter(({ about }) => /^(?:A word|Number|The rest of the line)$/.test(about))
      .map(({ word }) => `${mode}: ${text}${word}`),
  );
  assert.deepEqual(vague, []);
});

interface Row {
  readonly word: string;
  readonly about: string;
}

interface Question {
  readonly mode: string;
  readonly text: string;
  readonly rows: readonly Row[];
}

/** Every question behind `text`, each listing behind the same first words once. */
function walk(mode: string, text: string): readonly Question[] {
  const { assist } = new Session({
    language,
    world: new Proxy({}, {}) as never,
    io: { readLine: async () => undefined, print: () => {} },
    hostname: () => '',
    privilege: 15,
    fixed: [mode],
    onFault: assert.fail,
  });
  const rowsBehind = (typed: string): readonly Row[] | undefined => {
    const lines = assist.help(typed);
    return lines[0]?.startsWith('% ') ? undefined : lines.filter((line) => line.startsWith('  ')).map(rowOf);
  };
  const questions: Question[] = [];
  const seen = new Set<string>();
  const ask = (typed: string): void => {
    const rows = rowsBehind(typed) ?? assert.fail(`${mode}: ${typed}? was not answered`);
    const key = JSON.stringify([typed.split(' ', 2), rows]);
    if (seen.has(key)) return;
    seen.add(key);
    const told = rows.filter(({ word }) => word !== '<cr>');
    questions.push({ mode, text: typed, rows: told });
    for (const { word } of told) {
      if (word === 'LINE' || word === '|') continue;
      const range = /^<(-?\d+)-/.exec(word)?.[1];
      const choices = /^[a-z0-9/]/.test(word) && word !== '/nn' ? [word] : range === undefined ? samples : [range];
      const next = choices.map((choice) => `${typed}${choice} `).find((line) => rowsBehind(line) !== undefined);
      ask(next ?? assert.fail(`${mode}: ${typed}${word}: no sample fits`));
    }
  };
  ask(text);
  return questions;
}

function rowOf(line: string): Row {
  const [word = '', about = ''] = line.trim().split(/ {2,}/, 2);
  return { word, about };
}
