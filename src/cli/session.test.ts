import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ctrlC, ctrlZ, type LineIo, visible } from './line-io.ts';
import { type SampleWorld, sampleLanguage, sampleWorld } from './sample-language.ts';
import { Session } from './session.ts';

const language = sampleLanguage();

interface Played {
  /** The screen: prompts with what was typed behind them, and the answers. */
  readonly screen: readonly string[];
  readonly world: SampleWorld;
  readonly faults: readonly unknown[];
  /** How often configuration mode was left. */
  readonly configured: number;
}

/** Types the lines at a session and gives back what the screen shows. */
async function play(lines: readonly string[], options: { privilege?: number; keys?: string[]; rows?: number } = {}) {
  const screen: string[] = [];
  const faults: unknown[] = [];
  const world = sampleWorld();
  const rest = [...lines];
  const { keys } = options;
  let configured = 0;
  const io: LineIo = {
    readLine: async (prompt, read) => {
      const line = rest.shift();
      screen.push(`${prompt}${read?.hidden ? '' : (line ?? '')}`);
      return line;
    },
    print: (line) => screen.push(line),
    ...(keys && {
      readKey: async (prompt: string) => {
        screen.push(prompt);
        return keys.shift();
      },
    }),
    size: { rows: options.rows ?? 24, columns: 80 },
  };
  const session = new Session({
    language,
    world,
    io,
    hostname: () => world.hostname,
    privilege: options.privilege ?? 15,
    onConfigured: () => void configured++,
    onFault: (error, line) => faults.push(error, line),
  });
  await session.run();
  const played: Played = { screen, world, faults, configured };
  return played;
}

const verdicts: readonly [privilege: number, typed: string, answer: readonly string[]][] = [
  [1, 'show sun', ['            ^', "% Invalid input detected at '^' marker.", '']],
  [1, 'show i', ['% Ambiguous command:  "show i"']],
  [1, 'show ip', ['% Incomplete command.', '']],
  [1, 'show inventory', ['            ^', "% Invalid input detected at '^' marker.", '']],
  [1, 'sh ip int', []],
  [1, '  show   sun', ['                ^', "% Invalid input detected at '^' marker.", '']],
  [1, 'show ip interface now', ['                         ^', "% Invalid input detected at '^' marker.", '']],
  [1, 'nonsense', ['% Unknown command or computer name, or unable to find computer address']],
  [1, 'nonsense here', ['       ^', "% Invalid input detected at '^' marker.", '']],
  [15, 'show sip con tcp', ['% Incomplete command.', '']],
  [15, 'sh sip con tc t d', []],
  [15, 'c d c', ['% Ambiguous command:  "c d c"']],
  [15, 'command dog co', []],
  [15, 'show sec', []],
  [15, 'show s', ['% Incomplete command.', '']],
  [15, 'show numbers 1001', ['                    ^', "% Invalid input detected at '^' marker.", '']],
  [15, 'ping 10.0.0.999', ['            ^', "% Invalid input detected at '^' marker.", '']],
  [15, '! anything', []],
  [15, '   ', []],
];

test('each line gets the verdict of IOS, the caret under the first bad word', async () => {
  for (const [privilege, typed, answer] of verdicts) {
    const { screen } = await play([typed], { privilege });
    assert.deepEqual(screen.slice(1, -1), answer, typed);
  }
});

const configVerdicts: readonly [typed: string, answer: readonly string[]][] = [
  ['registrar dns:a expires 59', [`${' '.repeat(46)}^`, "% Invalid input detected at '^' marker.", '']],
  ['registrar', ['% Incomplete command.', '']],
  ['registrar dns:a expires', ['% Incomplete command.', '']],
  ['registrar dns:a tls', [`${' '.repeat(38)}^`, "% Invalid input detected at '^' marker.", '']],
  ['no registrar dns:a nothing', [`${' '.repeat(41)}^`, "% Invalid input detected at '^' marker.", '']],
  ['no crypto', [`${' '.repeat(25)}^`, "% Invalid input detected at '^' marker.", '']],
  ['no', ['% Incomplete command.', '']],
  ['no retry', ['% Incomplete command.', '']],
  ['no retry invite', []],
  ['default retry invite', []],
  ['defa retry inv', []],
  ['re', ['% Ambiguous command:  "re"']],
  ['ip address 10.0.0.1 255.0.255.0', [`${' '.repeat(42)}^`, "% Invalid input detected at '^' marker.", '']],
];

test('the same holds in a sub-mode', async () => {
  for (const [typed, answer] of configVerdicts) {
    const { screen } = await play(['configure terminal', 'sip-ua', typed]);
    assert.deepEqual(screen.slice(4, -1), answer, typed);
  }
});

const readings: readonly [typed: string, form: string, args: unknown][] = [
  [
    'registrar dns:a expires 60 tcp tls secondary',
    'set',
    { target: 'dns:a', seconds: 60, tcp: true, tls: true, secondary: true },
  ],
  ['REG dns:a sec', 'set', { target: 'dns:a', secondary: true }],
  ['registrar "dns a"', 'set', undefined],
  ['no registrar', 'no', {}],
  ['no registrar dns:a exp', 'no', { target: 'dns:a' }],
  ['no transport tcp', 'no', { tcp: true }],
  [
    'crypto signaling remote-addr 10.0.0.0 255.0.0.0 trustpoint T strict',
    'set',
    { address: '10.0.0.0', mask: '255.0.0.0', name: 'T', strictCipher: true },
  ],
  ['crypto signaling default trustpoint T', 'set', { default: true, name: 'T' }],
  ['ip host a 10.0.0.1 10.0.0.2 10.0.0.3', 'set', { name: 'a', address: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] }],
  ['no ip host a', 'no', { name: 'a' }],
  ['no ip host a 10.0.0.1', 'no', undefined],
  ['banner  two  words "x" ! y ', 'set', { text: 'two  words "x" ! y' }],
  ['key generate rsa modulus 2048 label K exportable', 'set', { bits: 2048, label: 'K', exportable: true }],
  ['key gen rsa exp mod 1024', 'set', { exportable: true, bits: 1024 }],
  ['key generate rsa exportable exportable', 'set', undefined],
];

test('arguments and forms reach the handler', async () => {
  for (const [typed, form, args] of readings) {
    const { world } = await play(['configure terminal', 'sip-ua', typed]);
    assert.deepEqual(world.did[0]?.args, args, typed);
    if (args !== undefined) assert.equal(world.did[0]?.form, form, typed);
  }
});

test('a session walks through the modes with the prompts of IOS', async () => {
  const { screen } = await play(
    ['enable', 'conf t', 'sip-ua', 'exit', 'dial-peer voice 1 pots', 'end', 'disable', 'exit', 'never read'],
    { privilege: 1 },
  );
  assert.deepEqual(screen, [
    'Router>enable',
    'Router#conf t',
    'Enter configuration commands, one per line.  End with CNTL/Z.',
    'Router(config)#sip-ua',
    'Router(config-sip-ua)#exit',
    'Router(config)#dial-peer voice 1 pots',
    'Router(config-dial-peer)#end',
    'Router#disable',
    'Router>exit',
  ]);
});

test('a line of a parent mode leaves the sub-mode, and a new hostname shows at once', async () => {
  const { screen } = await play(['conf t', 'sip-ua', 'hostname West', 'dial-peer voice 7 voip', 'sip-ua', 'exit']);
  assert.deepEqual(screen.slice(3), [
    'Router(config-sip-ua)#hostname West',
    'West(config)#dial-peer voice 7 voip',
    'West(config-dial-peer)#sip-ua',
    'West(config-sip-ua)#exit',
    'West(config)#',
  ]);
});

test('a word that the mode knows is not the abbreviation of a word of its parents', async () => {
  const { screen } = await play(['conf t', 'sip-ua', 'no crypto', 'retry inv 3']);
  assert.deepEqual(screen.slice(3), [
    'Router(config-sip-ua)#no crypto',
    `${' '.repeat(25)}^`,
    "% Invalid input detected at '^' marker.",
    '',
    'Router(config-sip-ua)#retry inv 3',
    'Router(config-sip-ua)#',
  ]);
});

test('a line of a parent mode that is refused or fails leaves the session where it was', async () => {
  const { screen } = await play(['conf t', 'sip-ua', 'refuse', 'break', 'refuse later', 'retry invite 3']);
  assert.deepEqual(
    screen.filter((line) => line.startsWith('Router(')),
    ['sip-ua', 'refuse', 'break', 'refuse later', 'retry invite 3', ''].map(
      (line, i) => `Router(config${i === 0 ? '' : '-sip-ua'})#${line}`,
    ),
  );
});

test('a mode that takes any line leaves the lines of its parents to them, unless indented', async () => {
  const { world, screen } = await play(['conf t', 'resource policy', ' hostname inside', 'memory x', 'hostname Out']);
  assert.deepEqual(
    world.did.map((d) => d.what),
    ['<policy:line>', '<policy:line>', 'hostname'],
  );
  assert.equal(screen.at(-1), 'Out(config)#');
});

test('the handler is told the focus of its mode', async () => {
  const { world } = await play(['conf t', 'dial-peer voice 42 pots', 'destination-pattern 9T', 'no shutdown']);
  assert.deepEqual(
    world.did.map(({ form, line, focus }) => [form, line, focus]),
    [
      ['set', 'destination-pattern 9T', 42],
      ['no', 'no shutdown', 42],
    ],
  );
});

test('do carries out an EXEC command and stays in the mode', async () => {
  const { screen, world } = await play(['conf t', 'sip-ua', 'do show sip st', 'do show sun', 'do']);
  assert.deepEqual(world.did[0]?.line, 'show sip st');
  assert.deepEqual(screen.slice(3), [
    'Router(config-sip-ua)#do show sip st',
    'Router(config-sip-ua)#do show sun',
    `${' '.repeat(30)}^`,
    "% Invalid input detected at '^' marker.",
    '',
    'Router(config-sip-ua)#do',
    '% Incomplete command.',
    '',
    'Router(config-sip-ua)#',
  ]);
});

test('Ctrl-Z carries out what was typed and goes back to EXEC; Ctrl-C only goes back', async () => {
  const { screen, world } = await play(['conf t', 'sip-ua', `retry invite 3${ctrlZ}`, 'conf t', `retry${ctrlC}`, '']);
  assert.deepEqual(world.did[0]?.args, { count: 3 });
  assert.equal(screen.at(-1), 'Router#');
  assert.equal(world.did.length, 1);
});

test('whoever leaves configuration mode is told of once, by whichever way he leaves', async () => {
  const ways: readonly [lines: readonly string[], times: number][] = [
    [['configure terminal', 'end'], 1],
    [['configure terminal', 'exit'], 1],
    [['configure terminal', 'sip-ua', 'end'], 1],
    [['configure terminal', 'sip-ua', 'exit', 'exit'], 1],
    [['configure terminal', `hostname gw${ctrlZ}`], 1],
    [['configure terminal', 'sip-ua', ctrlC], 1],
    [['configure terminal', 'end', 'configure terminal', 'end'], 2],
    [['configure terminal', 'sip-ua', 'exit'], 0],
    [['show sip-ua status', 'exit'], 0],
  ];
  for (const [lines, times] of ways) assert.equal((await play(lines)).configured, times, lines.join(', '));
});

test('a refusing handler is quoted, a failing one reported once, and the session lives', async () => {
  const { screen, faults } = await play(['conf t', 'refuse', 'break password x', 'hostname B']);
  assert.deepEqual(screen.slice(3, -1), [
    '% No',
    '% Never',
    'Router(config)#break password x',
    '% Internal error: the command was not carried out',
    'Router(config)#hostname B',
  ]);
  assert.deepEqual(faults.slice(1), ['break password ***']);
});

test('a command can ask, and the lines it is given are not commands', async () => {
  const { screen } = await play(['greet', 'exit', 'secret', '']);
  assert.deepEqual(screen.slice(0, 4), ['Router#greet', 'Name: exit', 'Password: ', 'Hello exit secret']);
});

test('configure without a source asks for it', async () => {
  const { screen } = await play(['configure', '', '']);
  assert.deepEqual(screen.slice(1, 4), [
    'Configuring from terminal, memory, or network [terminal]? ',
    'Enter configuration commands, one per line.  End with CNTL/Z.',
    'Router(config)#',
  ]);
});

const filters: readonly [string, readonly string[]][] = [
  ['show lines | include interface', ['interface A', 'interface B']],
  ['show lines | inc A|down', ['interface A', ' down']],
  ['show lines | exclude interface', [' up', ' down', 'end']],
  ['show lines | begin B', ['interface B', ' down', 'end']],
  ['show lines | section A', ['interface A', ' up']],
  ['show lines | section interface', ['interface A', ' up', 'interface B', ' down']],
  ['show lines | count ^ ', ['Number of lines which match regexp = 5']],
  ['show lines | include ^end$', ['end']],
  ['show lines | include', ['% Incomplete command.', '']],
  ['show lines | weigh x', [`${' '.repeat(20)}^`, "% Invalid input detected at '^' marker.", '']],
];

test('the output of show can be filtered', async () => {
  for (const [typed, answer] of filters) {
    const { screen } = await play([typed]);
    assert.deepEqual(screen.slice(1, -1), answer, typed);
  }
});

test('long output stops at --More-- where somebody sits', async () => {
  const { screen } = await play(['show numbers 9', 'show numbers 9'], { keys: [' ', '\r', 'q', 'q'], rows: 4 });
  assert.deepEqual(screen, [
    'Router#show numbers 9',
    ...['1', '2', '3', ' --More-- ', '4', '5', '6', ' --More-- ', '7', ' --More-- '],
    'Router#show numbers 9',
    ...['1', '2', '3', ' --More-- '],
    'Router#',
  ]);
});

test('terminal length 0 turns the stops off', async () => {
  const { screen } = await play(['terminal length 0', 'show numbers 9'], { keys: [], rows: 4 });
  assert.equal(screen.length, 12);
});

test('what is set of the terminal is shown, and set back by no and default', async () => {
  const { screen } = await play([
    ...['terminal length 7', 'terminal width 100', 'terminal history size 5', 'show terminal'],
    ...['terminal no length', 'terminal default width', 'terminal no history', 'show terminal'],
  ]);
  assert.deepEqual(
    screen.filter((line) => /^(?:Length|History)/.test(line)),
    [
      'Length: 7 lines, Width: 100 columns',
      'History is enabled, history size is 5.',
      'Length: 24 lines, Width: 80 columns',
      'History is disabled.',
    ],
  );
});

test('control characters in output are made visible', async () => {
  const { screen } = await play(['show lines | include \x1b[2J', 'conf t', 'refuse', 'x']);
  assert.ok(!screen.slice(1).join('').includes('\x1b'));
});

test('what turns the direction of writing, or cannot be seen, is escaped; letters of any script are not', () => {
  assert.equal(visible('CN=good\u202etset.live\u2066x\u200b\ufeff'), 'CN=good\\u202etset.live\\u2066x\\u200b\\ufeff');
  assert.equal(visible('CN=Bäcker, O=\u05d0\u05d1, \x85'), 'CN=Bäcker, O=\u05d0\u05d1, \\x85');
  // JSON that is shown stays JSON, with the very text in it.
  assert.equal(JSON.parse(visible(JSON.stringify('a\u202eb'))), 'a\u202eb');
});

test('ten thousand random lines neither throw nor hang', async () => {
  const vocabulary = [
    'no',
    'default',
    'do',
    'show',
    'sip-ua',
    'conf',
    't',
    'registrar',
    'x',
    '10.0.0.1',
    '60',
    'expires',
    'tcp',
  ];
  const more = [
    '|',
    'include',
    'exit',
    'end',
    'key',
    'generate',
    'rsa',
    'label',
    'modulus',
    'exportable',
    'paste',
    '"',
    '!',
    's',
  ];
  const word = fc.oneof(fc.constantFrom(...vocabulary, ...more), fc.string({ maxLength: 6 }));
  const line = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '));
  let faults = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 100, maxLength: 100 }), async (lines) => {
      const played = await play(lines.filter((text) => !/^ *(do +)?brea?k?/.test(text)));
      faults += played.faults.length;
    }),
    { numRuns: 100 },
  );
  assert.equal(faults, 0);
});
