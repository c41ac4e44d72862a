import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandReference } from '../src/commands/index.ts';
import { commandsPage, messagesPage } from '../src/reference-pages.ts';

const root = join(import.meta.dirname, '..');
const { language } = commandReference();

test('docs/commands.md and docs/messages.md are what the source says: `npm run docs` writes them', () => {
  for (const [name, text] of [
    ['commands.md', commandsPage(language)],
    ['messages.md', messagesPage()],
  ] as const) {
    assert.equal(readFileSync(join(root, 'docs', name), 'utf8'), text, `${name} is not current: npm run docs`);
  }
});

test('every catalogue of log messages is documented', () => {
  const page = messagesPage();
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
    .filter((text) => text.includes('as const satisfies LogCatalogue'));
  assert.ok(sources.length >= 5);
  for (const text of sources) {
    for (const [, mnemonic] of text.matchAll(/^ {2}([A-Z_0-9]+): \{$/gm)) {
      assert.match(page, new RegExp(`^### %[A-Z_]+-\\d-${mnemonic}$`, 'm'));
    }
  }
});

test('every command has a help text, and every word of a command that is not its last one too', () => {
  const bare: string[] = [];
  for (const mode of language.modes) {
    for (const { syntax, help, hidden } of mode.commands) if (help === '' && !hidden) bare.push(syntax);
  }
  assert.deepEqual(bare, []);
});

test('every show has a record for | json', () => {
  const without = language.modes.flatMap(({ commands }) =>
    commands.filter(({ syntax, read }) => syntax.startsWith('show ') && read === undefined).map(({ syntax }) => syntax),
  );
  assert.deepEqual(without, []);
});

test('no document says two things of one subject: rows and paragraphs that a merge left twice', () => {
  const names = [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ];
  const twice: string[] = [];
  for (const name of names.filter((file) => !/(?:commands|messages)\.md$/.test(file))) {
    let subjects = new Set<string>();
    for (const line of readFileSync(join(root, name), 'utf8').split('\n')) {
      if (line.startsWith('#')) subjects = new Set();
      const subject = /^\| ((?:\\.|[^|\\])+) \|/.exec(line)?.[1] ?? /^- (\*\*.*?\*\*|.{30})/.exec(line)?.[1];
      if (subject === undefined) continue;
      if (subjects.has(subject)) twice.push(`${name}: ${subject}`);
      subjects.add(subject);
    }
  }
  assert.deepEqual(twice, []);
});
