import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leadingKeywords } from '../cli/index.ts';
import { blockOf } from './block.ts';
import { inertCommands } from './inert.ts';
import type { InertCommand } from './inert-command.ts';
import { reasonText } from './inert-reason.ts';
import { commandReference } from './reference.ts';
import { type7 } from './secret.ts';
import { TestConsole } from './test-console.ts';

/** A line of the command: an argument for each that it takes. */
function lineOf({ syntax }: InertCommand): string {
  const examples: Readonly<Record<string, string>> = {
    ipv4: '10.0.0.1',
    mask: '255.0.0.0',
    url: 'dns:host',
    password: 'secret',
  };
  const innermost = /\[[^[\]]*\]/g;
  return syntax
    .replace('[0 | 6 | 7] <password:word>', `7 ${type7('secret')}`)
    .replace('<password:word> [<encryption:int(0-7)>]', `${type7('secret')} 7`)
    .replace(innermost, '')
    .replace(innermost, '')
    .replace(/\{([^|}]*)[^}]*\}/g, '$1')
    .replace(/<[^:]*:int\((\d+)[^>]*>/g, '$1')
    .replace(/<[^:>]*:([^>]*)>/g, (_, type: string) => examples[type] ?? 'ten')
    .replace(/ +/g, ' ')
    .trim();
}

/** The lines that open a mode, from global configuration. */
function wayTo(mode: string): readonly string[] {
  if (mode === 'config') return [];
  if (mode === 'config-if') return ['interface Loopback0'];
  if (mode === 'config-sip-ua') return ['sip-ua'];
  if (mode === 'ca-trustpoint') return ['crypto pki trustpoint t'];
  if (mode === 'cs-server') return ['crypto pki server ca'];
  if (mode === 'config-archive') return ['archive'];
  if (mode === 'conf-voi-serv') return ['voice service voip'];
  if (mode === 'conf-serv-sip') return ['voice service voip', 'sip'];
  if (mode === 'config-dial-peer-pots') return ['dial-peer voice 1 pots'];
  if (mode === 'config-class-codec') return ['voice class codec 1'];
  if (mode === 'config-voiceport') return ['voice-port 0/1'];
  if (mode === 'config-class-tenant') return ['voice class tenant 1'];
  if (mode === 'config-class-keepalive') return ['voice class sip-options-keepalive 1'];
  if (mode === 'config-dial-peer-voip') return ['dial-peer voice 1 voip'];
  const opener = inertCommands.find((row) => row.opens?.mode === mode);
  return opener === undefined ? [] : [...wayTo(opener.mode), lineOf(opener)];
}

test('every command without effect is accepted, read back once, and gone after default', async () => {
  for (const row of inertCommands.filter(({ lasting }) => lasting !== true)) {
    const line = lineOf(row);
    const way = wayTo(row.mode);
    const console = new TestConsole();
    assert.deepEqual(await console.configure(...way, line), [], line);
    const printed = row.readBack === undefined ? line : row.readBack(line.split(' '));
    const isKept = line !== row.standard;
    assert.equal(console.running.filter((text) => text.trim() === printed).length, isKept ? 1 : 0, line);
    assert.deepEqual(await console.configure(...way, `default ${line}`), [], line);
    assert.equal(console.running.filter((text) => text.trim() === line).length, 0, line);
  }
});

test('its no form is a line of its own where that says something, and else takes the line away', async () => {
  for (const row of inertCommands.filter(({ lasting }) => lasting !== true)) {
    const line = lineOf(row);
    const console = new TestConsole();
    await console.configure(...wayTo(row.mode), line, ...(row.opens === undefined ? [] : wayTo(row.mode)));
    assert.deepEqual(await console.configure(...wayTo(row.mode), `no ${line}`), [], line);
    const left = console.running.map((text) => text.trim()).filter((text) => text === line || text === `no ${line}`);
    assert.deepEqual(left, row.keepsNo && row.standard !== `no ${line}` ? [`no ${line}`] : [], line);
  }
});

test('what an empty router has is not kept, and is printed with the defaults until another line takes its place', async () => {
  for (const { mode, standard = '' } of inertCommands.filter((row) => row.standard !== undefined)) {
    const console = new TestConsole();
    const all = async (): Promise<readonly string[]> =>
      (await console.type('show running-config all')).map((text) => text.trim());
    const opposite = standard.startsWith('no ') ? standard.slice(3) : `no ${standard}`;
    assert.deepEqual(await console.configure(...wayTo(mode), standard), [], standard);
    const opened = console.running;
    assert.ok((await all()).includes(standard), standard);
    await console.configure(...wayTo(mode), opposite);
    const isKept = console.running.some((text) => text.trim() === opposite);
    assert.equal((await all()).includes(standard), !isKept, standard);
    await console.configure(...wayTo(mode), `default ${standard}`);
    assert.deepEqual(console.running, opened, standard);
  }
});

test('each has a reason, and a section where it is global', () => {
  for (const { mode, syntax, section, reason } of inertCommands) {
    assert.notEqual(reasonText(reason), '', syntax);
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

test('passwords of lines without effect are never read back in clear, and one takes the place of the other', async () => {
  const table: readonly (readonly [readonly string[], readonly string[]])[] = [
    [
      ['authentication username 7001 password 0 secret1'],
      [`authentication username 7001 password 7 ${type7('secret1')}`],
    ],
    [['auth user 7001 pass secret1 realm r'], [`authentication username 7001 password 7 ${type7('secret1')} realm r`]],
    [['authentication username 7001 password 6 AbC^d'], ['authentication username 7001 password 6 AbC^d']],
    [
      ['authentication username 7001 password secret1', 'authentication username 7001 password secret2'],
      [`authentication username 7001 password 7 ${type7('secret2')}`],
    ],
    [
      ['authentication username u123 password a123 realm a', 'authentication username u123 password b123 realm b'],
      [
        `authentication username u123 password 7 ${type7('a123')} realm a`,
        `authentication username u123 password 7 ${type7('b123')} realm b`,
      ],
    ],
    [['authentication username 7001 password secret1', 'no authentication username 7001'], []],
    [
      ['credentials number 7001 username 7001 password 0 secret1 realm r'],
      [`credentials number 7001 username 7001 password 7 ${type7('secret1')} realm r`],
    ],
  ];
  for (const [typed, expected] of table) {
    const console = new TestConsole();
    assert.deepEqual(await console.configure('sip-ua', ...typed), [], typed.join(' / '));
    const at = console.running.indexOf('sip-ua');
    const inside = at < 0 ? [] : console.running.slice(at + 1, console.running.indexOf('!', at));
    assert.deepEqual(
      inside.map((line) => line.trim()),
      expected,
      typed.join(' / '),
    );
    const shown = [...console.running, ...(await console.type('show configuration inert')).slice(1)].join('\n');
    assert.doesNotMatch(shown, /secret1|a123/);
  }
  const refused = await new TestConsole().configure('sip-ua', 'authentication username 7001 password 7 xyz');
  assert.deepEqual(refused, ['Invalid encrypted password: xyz']);
});

test('the key of a time server is kept hidden, typed in clear or hidden already', async () => {
  for (const typed of ['secret', `${type7('secret')} 7`]) {
    const console = new TestConsole();
    assert.deepEqual(await console.configure(`ntp authentication-key 1 md5 ${typed}`), []);
    assert.ok(console.running.includes(`ntp authentication-key 1 md5 ${type7('secret')} 7`));
    await console.configure('no ntp authentication-key 1');
    assert.ok(!console.running.some((line) => line.startsWith('ntp')));
  }
});

test('ranges of lines without effect are checked where they stand', async () => {
  const table: readonly (readonly [string, string])[] = [
    ['sip-ua', 'keepalive trigger 11'],
    ['sip-ua', 'timers keepalive active 9'],
    ['sip-ua', 'timers keepalive down 121'],
    ['sip-ua', 'tcp-retry 99'],
    ['dial-peer voice 1 voip', 'permission some'],
    ['dial-peer voice 1 voip', 'voice-class codec 10001'],
    ['dial-peer voice 1 pots', 'translation-profile sideways x'],
  ];
  for (const [mode, line] of table) {
    assert.equal(
      (await new TestConsole().configure(mode, line)).at(1),
      "% Invalid input detected at '^' marker.",
      line,
    );
  }
  const sip = ['voice service voip', 'sip'];
  for (const line of [
    'min-se 89',
    'registrar server expires max 119',
    'registrar server expires min 59',
    'options-ping 59',
  ]) {
    const answer = await new TestConsole().configure(...sip, line);
    assert.equal(answer.at(1), "% Invalid input detected at '^' marker.", line);
  }
});

test('a keepalive target takes the place of the one of its rank, as a registrar does', async () => {
  const console = new TestConsole();
  const typed = ['ipv4:10.0.0.1', 'ipv4:10.0.0.2 secondary', 'dns:far.example tcp tls', 'ipv4:10.0.0.3 tcp secondary'];
  await console.configure('sip-ua', ...typed.map((target) => `keepalive target ${target}`));
  const targets = () =>
    console.running.map((line) => line.trim()).filter((line) => line.startsWith('keepalive target'));
  assert.deepEqual(targets(), [
    'keepalive target dns:far.example tcp tls',
    'keepalive target ipv4:10.0.0.3 tcp secondary',
  ]);
  await console.configure('sip-ua', 'no keepalive target ipv4:10.0.0.3 tcp secondary');
  assert.deepEqual(targets(), ['keepalive target dns:far.example tcp tls']);
  await console.configure('sip-ua', 'no keepalive target');
  assert.deepEqual(targets(), []);
});

test('the block of a line is told as it is typed', () => {
  for (const mode of new Set(inertCommands.map((row) => row.mode))) {
    const way = wayTo(mode);
    const focus = way.at(-1) ?? '';
    const isOpened = inertCommands.some(({ opens }) => opens?.mode === mode);
    const last = /(?:^| )(\S+)(?: pots| voip)?$/.exec(focus)?.[1] ?? '';
    assert.deepEqual(blockOf(mode, isOpened ? focus : last), way, mode);
  }
});

test('what a line of SIP is kept without effect for is the same in every mode', () => {
  const sip = new Set([
    'config-sip-ua',
    'conf-voi-serv',
    'conf-serv-sip',
    'config-class-tenant',
    'config-dial-peer-voip',
  ]);
  const reasons = new Map<string, string>();
  for (const { mode, syntax, reason } of inertCommands.filter((row) => sip.has(row.mode))) {
    const words = leadingKeywords(syntax).replace(/^voice-class sip /, '');
    assert.equal(reasonText(reason), reasons.get(words) ?? reasonText(reason), `${mode}: ${words}`);
    reasons.set(words, reasonText(reason));
  }
});
