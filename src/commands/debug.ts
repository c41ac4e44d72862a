import { type Command, command, type Invocation } from '../cli/index.ts';
import type { CommandSet } from './command-set.ts';
import { show } from './show.ts';
import type { World } from './world.ts';
import { isYes } from './yes-answer.ts';

/** One thing that can be watched: the words behind `debug`, its topic in the hub, and the sentences of IOS. */
interface DebugRow {
  readonly words: string;
  readonly help: string;
  /** Names of the topic that is switched. */
  readonly topic: string;
  /** Without `enabled` or `on`. */
  readonly sentence: string;
}

interface DebugFamily {
  /** Above its rows in `show debugging`. */
  readonly heading: string;
  /** `is enabled`, `is on`: the words for either state. */
  readonly states: readonly [on: string, off: string];
  readonly rows: readonly DebugRow[];
}

const sip = (word: string, what: string, help: string): DebugRow => ({
  words: `ccsip ${word}`,
  help,
  topic: `ccsip ${word}`,
  sentence: `SIP Call ${what} tracing`,
});

const pki = (word: string, what: string, help: string): DebugRow => ({
  words: `crypto pki ${word}`,
  help,
  topic: `crypto pki ${word}`,
  sentence: `Crypto PKI ${what} debugging`,
});

const ssl = (word: string, what: string, help: string): DebugRow => ({
  words: `ssl openssl ${word}`,
  help,
  topic: `ssl openssl ${word}`,
  sentence: `SSL OpenSSL ${what} debugging`,
});

const families: readonly DebugFamily[] = [
  {
    heading: 'CCSIP SPI:',
    states: ['is enabled', 'is disabled'],
    rows: [
      sip('calls', 'statistics', 'Enable CCSIP SPI call information'),
      sip('error', 'error', 'Enable SIP error debugging trace'),
      sip('events', 'events', 'Enable SIP events debugging trace'),
      sip('info', 'info', 'Enable SIP info debugging trace'),
      sip('media', 'media', 'Enable SIP media debugging trace'),
      sip('messages', 'messages', 'Enable CCSIP SPI messages debugging trace'),
      sip('states', 'states', 'Enable CCSIP SPI states debugging trace'),
      sip('transport', 'transport', 'Enable SIP transport debugging traces'),
    ],
  },
  {
    heading: 'PKI:',
    states: ['is on', 'is off'],
    rows: [
      pki('api', 'API', 'PKI questions of other services'),
      pki('callbacks', 'callbacks', 'PKI callbacks'),
      pki('messages', 'Msg', 'PKI input and output messages'),
      pki('scep', 'SCEP', 'PKI SCEP operations'),
      pki('server', 'Certificate Server', 'PKI certificate server'),
      pki('transactions', 'Trans', 'PKI transactions'),
      pki('validation', 'Validation Path', 'PKI validation of peers'),
    ],
  },
  {
    heading: 'SSL:',
    states: ['is on', 'is off'],
    rows: [
      ssl('errors', 'errors', 'Handshakes that fail'),
      ssl('msg', 'msg', 'What a handshake agreed on'),
      ssl('states', 'states', 'Handshakes as they begin and end'),
    ],
  },
];

const allSip = families[0]?.rows ?? [];

function turn(rows: readonly DebugRow[], { world, form }: Invocation<World>): boolean {
  const isOn = form === 'set';
  for (const { topic } of rows) world.system.debug.set(topic, isOn);
  return isOn;
}

/** `debug X`, and the two ways of taking it back. */
function rowCommands(row: DebugRow, [on, off]: DebugFamily['states']): readonly Command<World>[] {
  return both(row.words, row.help, (invocation) => {
    const isOn = turn([row], invocation);
    invocation.terminal.print(`${row.sentence} ${isOn ? on : off}`);
  });
}

/** EXEC has no `no` in front of its commands, save of `debug`: the form is told to the handler all the same. */
function both(
  words: string,
  help: string,
  run: (invocation: Invocation<World>) => void | Promise<void>,
): readonly Command<World>[] {
  const off = (_: unknown, invocation: Invocation<World>) => run({ ...invocation, form: 'no' });
  return [
    command<string, World>(`debug ${words}`, help, (_, invocation) => run(invocation)),
    command<string, World>(`no debug ${words}`, help, off),
    command<string, World>(`undebug ${words}`, help, off),
  ];
}

const heavy = 'This may severely impact system performance. Continue? [confirm]';

const ccsipAll = both('ccsip all', 'Enable all SIP debugging traces', async (invocation) => {
  const { terminal } = invocation;
  if (invocation.form === 'set') {
    const answer = await terminal.ask(heavy);
    if (answer === undefined || !isYes(answer)) return;
  }
  terminal.print(`All SIP Call tracing is ${turn(allSip, invocation) ? 'enabled' : 'disabled'}`);
});

function allOff(_: unknown, { world, terminal }: Invocation<World>): void {
  world.system.debug.allOff();
  terminal.print('All possible debugging has been turned off');
}

/** `show debugging`: the families of which something is on. */
function printActive(active: readonly string[]): readonly string[] {
  return families.flatMap(({ heading, states, rows }) => {
    const on = rows.filter(({ topic }) => active.includes(topic));
    return on.length === 0 ? [] : [heading, ...on.map(({ sentence }) => `  ${sentence} ${states[0]}`), ''];
  });
}

/** What can be watched while it happens. */
export const debugCommands: CommandSet = {
  exec: [
    ...families.flatMap(({ states, rows }) => rows.flatMap((row) => rowCommands(row, states))),
    ...ccsipAll,
    command<'undebug all', World>('undebug all', 'Disable all debugging', allOff),
    command<'no debug all', World>('no debug all', 'Disable all debugging', allOff),
    show('show debugging', 'State of each debugging option', ({ system }) => system.debug.active(), printActive),
  ],
};
