import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completion, help } from './help.ts';
import { sampleLanguage } from './sample-language.ts';

const language = sampleLanguage();

/** What somebody of a level may use. */
const atLevel = (level: number) => (command: { readonly privilege: number }) => command.privilege <= level;

const answers: readonly [mode: string, privilege: number, text: string, shown: readonly string[]][] = [
  [
    'exec',
    1,
    'show ',
    [
      '  history     Display the session command history',
      '  interfaces  Interface status',
      '  ip          IP interface status',
      '  sip-ua      SIP user agent',
      '  terminal    Display terminal configuration parameters',
      '',
    ],
  ],
  ['exec', 15, 'show i', ['interfaces  inventory  ip', '']],
  ['exec', 15, 'show sip-ua connections ', ['  tcp  TCP', '  udp  Connections', '']],
  ['exec', 15, 'show sip-ua status ', ['  |  Output modifiers', '  <cr>', '']],
  ['exec', 15, 'show sec', ['% Unrecognized command']],
  ['exec', 15, 'zz', ['% Unrecognized command']],
  ['exec', 15, 'show sun ', ['% Unrecognized command']],
  ['exec', 15, 'show i ', ['% Ambiguous command:  "show i "']],
  ['exec', 15, 'terminal length ', ['  <0-512>  Set number of lines on a screen', '']],
  ['exec', 15, 'ping ', ['  Hostname or A.B.C.D  Name or IP address', '']],
  [
    'config-sip-ua',
    15,
    'registrar dns:a ',
    ['  expires    Registrar', '  secondary  Registrar', '  tcp        TCP', '  <cr>', ''],
  ],
  ['config-sip-ua', 15, 'registrar dns:a expires ', ['  <60-65535>  Seconds', '']],
  ['config-sip-ua', 15, 'no re', ['registrar  retry', '']],
  ['config-sip-ua', 15, 'do show sip-ua st', ['status', '']],
  ['config-sip-ua', 15, 'n', ['no', '']],
  ['config', 15, 'ip address 10.0.0.1 ', ['  A.B.C.D  IP mask', '']],
  ['config', 15, 'key generate rsa label x ', ['  exportable  Keys', '  modulus     Keys', '  <cr>', '']],
];

test('a question mark lists what may follow, as IOS lays it out', () => {
  for (const [mode, privilege, text, shown] of answers) {
    const lines = help(language, mode, text, atLevel(privilege), 80);
    assert.deepEqual(
      lines,
      shown.map((line) => line.trimEnd()),
      text,
    );
  }
});

test('a configuration mode lists the words that stand in front of its commands', () => {
  assert.deepEqual(help(language, 'config-sip-ua', '', atLevel(15), 80), [
    '  crypto     T',
    '  default    Set a command to its defaults',
    '  do         To run exec commands in config mode',
    '  end        Exit from configure mode',
    '  exit       Exit from the current mode',
    '  help       Description of the interactive help system',
    '  no         Negate a command or set its defaults',
    '  registrar  Registrar',
    '  retry      Retries',
    '  timers     Timers',
    '  transport  Transport',
    '',
  ]);
});

test('the list of everything has a heading', () => {
  assert.equal(help(language, 'exec', '', atLevel(1), 80)[0], 'Exec commands:');
  assert.equal(help(language, 'config', ' ', atLevel(15), 80)[0], 'Configure commands:');
});

test('the filters of show are listed behind the bar', () => {
  const lines = help(language, 'exec', 'show lines | ', atLevel(15), 80);
  assert.equal(lines[0], '  begin    Begin with the line that matches');
  assert.equal(lines.length, 6);
});

test('who may write files is offered that too, with the places where they lie', () => {
  const writing = sampleLanguage(async () => {});
  const asked = (text: string, level = 15) => help(writing, 'exec', `show ip interface | ${text}`, atLevel(level), 80);
  assert.deepEqual(asked('').slice(-3, -1), [
    '  section   Filter a section of output',
    '  tee       Copy output to URL',
  ]);
  assert.equal(asked('').length, asked('', 14).length + 3);
  assert.deepEqual(asked('r'), ['redirect', '']);
  assert.deepEqual(asked('tee '), [
    '  /append  Append redirected output to URL',
    '  flash:   Uniform Resource Locator',
    '  nvram:   Uniform Resource Locator',
    '  tftp:    Uniform Resource Locator',
    '',
  ]);
  assert.equal(asked('tee /append ').length, 4);
  assert.deepEqual(asked('tee /append flash:x '), ['  <cr>', '']);
  assert.deepEqual(asked('redirect flash:x '), ['  <cr>', '']);
});

test('aliases stand in front of the commands that begin so, unless a blank asks for commands only', () => {
  const aliases = new Map([
    ['sib', 'show ip interface brief'],
    ['s', 'show'],
    ['x', 'exit'],
  ]);
  const asked = (text: string): readonly string[] => help(language, 'exec', text, atLevel(15), 80, aliases);
  assert.deepEqual(asked('s'), ['*s=show  *sib="show ip interface brief"  show', '']);
  assert.deepEqual(asked(' s'), ['show', '']);
  assert.deepEqual(asked('x'), ['*x=exit', '']);
  assert.deepEqual(asked('show ip'), ['ip', '']);
});

test('words that do not fit on a line stand in columns', () => {
  assert.deepEqual(help(language, 'exec', 'show i', atLevel(15), 24), ['interfaces  inventory', 'ip', '']);
});

const completions: readonly [mode: string, text: string, completed: string | undefined][] = [
  ['exec', 'sh', 'show '],
  ['exec', 'show i', undefined],
  ['exec', 'show  inv', 'show  inventory '],
  ['exec', 'show ', undefined],
  ['exec', 'zz', undefined],
  ['config-sip-ua', 'no reg', 'no registrar '],
  ['config-sip-ua', 'do show sip-ua st', 'do show sip-ua status '],
  ['config-sip-ua', 'registrar dns:a sec', 'registrar dns:a secondary '],
];

test('Tab completes the one word that begins so', () => {
  for (const [mode, text, completed] of completions)
    assert.equal(completion(language, mode, text, atLevel(15)), completed, text);
});
