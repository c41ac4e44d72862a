import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leadingKeywords } from '../cli/index.ts';
import { type InertCommand, inertCommands } from './inert.ts';
import { commandReference } from './reference.ts';
import { TestConsole } from './test-console.ts';

/** A line of the command: an argument for each that it takes. */
function lineOf({ syntax }: InertCommand): string {
  return syntax.replace(/<[^>]*:ipv4>/g, '10.0.0.1').replace(/\[?<[^>]*>\]?/g, '10');
}

/** The lines that open a mode, from global configuration. */
function wayTo(mode: string): readonly string[] {
  if (mode === 'config') return [];
  if (mode === 'config-if') return ['interface Loopback0'];
  if (mode === 'config-sip-ua') return ['sip-ua'];
  const opener = inertCommands.find((row) => row.opens?.mode === mode);
  return opener === undefined ? [] : [...wayTo(opener.mode), lineOf(opener)];
}

test('every command without effect is accepted, read back once, and gone after default', async () => {
  for (const row of inertCommands) {
    const line = lineOf(row);
    const way = wayTo(row.mode);
    const console = new TestConsole();
    assert.deepEqual(await console.configure(...way, line), [], line);
    assert.equal(console.running.filter((text) => text.trim() === line).length, 1, line);
    assert.deepEqual(await console.configure(...way, `default ${line}`), [], line);
    assert.equal(console.running.filter((text) => text.trim() === line).length, 0, line);
  }
});

test('its no form is a line of its own where that says something, and else takes the line away', async () => {
  for (const row of inertCommands) {
    const line = lineOf(row);
    const console = new TestConsole();
    await console.configure(...wayTo(row.mode), line, ...(row.opens === undefined ? [] : wayTo(row.mode)));
    assert.deepEqual(await console.configure(...wayTo(row.mode), `no ${line}`), [], line);
    const left = console.running.map((text) => text.trim()).filter((text) => text === line || text === `no ${line}`);
    assert.deepEqual(left, row.keepsNo ? [`no ${line}`] : [], line);
  }
});

test('each has a reason, and a section where it is global', () => {
  for (const { mode, syntax, section, reason } of inertCommands) {
    assert.notEqual(reason, '', syntax);
    assert.equal(section !== undefined, mode === 'config', syntax);
  }
});

test('each has keywords of its own in its mode', () => {
  const keys = inertCommands.map(({ mode, syntax }) => `${mode} ${leadingKeywords(syntax)}`);
  const twice = keys.filter((key, at) => keys.indexOf(key) !== at);
  assert.deepEqual(twice, ['config mgcp']);
});

test('every section has one printer', () => {
  const names = commandReference().sections.map((section) => section.name);
  assert.equal(new Set(names).size, names.length);
});
