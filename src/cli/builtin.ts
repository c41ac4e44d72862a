import { type Command, type CommandOptions, command, type Invocation, showCommand } from './command.ts';
import { historySize } from './history.ts';

/** The names by which modes and sessions know the two modes that every language has. */
export const execMode = 'exec';
export const configMode = 'config';

export const userPrivilege = 1;
export const topPrivilege = 15;

const anyone: CommandOptions = { privilege: userPrivilege };

/** The commands of EXEC that need nothing but the session. Every mode of the kind `exec` has them. */
export function execBuiltins<World>(): readonly Command<World>[] {
  const row = command<string, World>;
  return [
    row('enable', 'Turn on privileged commands', (_, { session }) => session.setPrivilege(topPrivilege), anyone),
    row('disable', 'Turn off privileged commands', (_, { session }) => session.setPrivilege(userPrivilege), anyone),
    row('exit', 'Exit from the EXEC', (_, { session }) => session.close(), anyone),
    row('logout', 'Exit from the EXEC', (_, { session }) => session.close(), anyone),
    row('resume', 'Resume an active network connection', noConnections, anyone),
    row('where', 'List active connections', noConnections, anyone),
    row('help', 'Description of the interactive help system', printHelp, anyone),
    row('quit', 'Exit from the EXEC', (_, { session }) => session.close(), { ...anyone, hidden: true }),
    row('configure', 'Enter configuration mode', askForSource),
    row('configure terminal', 'Configure from the terminal', (_, invocation) => configure(invocation)),
    ...terminalBuiltins<World>(),
    row('terminal monitor', 'Copy debug output to the current terminal line', (_, { session, terminal }) => {
      if (!session.setMonitor(true)) terminal.print('% Console already monitors');
    }),
    row('terminal no monitor', 'Stop the copy of debug output', (_, { session }) => void session.setMonitor(false)),
  ];
}

/** `terminal ...`, and what it changes shown. As on IOS, `no` takes away and `default` gives 24 lines of 80 columns. */
function terminalBuiltins<World>(): readonly Command<World>[] {
  return [
    command<'terminal length <lines:int(0-512)>', World>(
      'terminal length <lines:int(0-512)>',
      'Set number of lines on a screen',
      ({ lines }, { session }) => session.setPage({ length: lines }),
      anyone,
    ),
    command<'terminal width <columns:int(0-512)>', World>(
      'terminal width <columns:int(0-512)>',
      'Set width of the display terminal',
      ({ columns }, { session }) => session.setPage({ width: columns }),
      anyone,
    ),
    command<'terminal {no | default} {length | width}', World>(
      'terminal {no | default} {length | width}',
      'Set length or width back',
      ({ length }, { session }) => session.setPage(length ? { length: 24 } : { width: 80 }),
      anyone,
    ),
    command<'terminal history [size <lines:int(0-256)>]', World>(
      'terminal history [size <lines:int(0-256)>]',
      'Enable and control the command history function',
      ({ lines = historySize }, { session }) => session.setHistorySize(lines),
      anyone,
    ),
    command<'terminal no history [size]', World>(
      'terminal no history [size]',
      'Disable the command history function',
      ({ size }, { session }) => session.setHistorySize(size ? historySize : 0),
      anyone,
    ),
    showCommand<'show history', { readonly lines: readonly string[] }, World>(
      'show history',
      'Display the session command history',
      {
        read: (_, { session }) => ({ lines: [...session.history] }),
        print: ({ lines }) => lines.map((line) => `  ${line}`),
      },
      anyone,
    ),
    showCommand<'show terminal', Screen, World>(
      'show terminal',
      'Display terminal configuration parameters',
      { read: (_, { session }) => ({ ...session.page, history: session.historySize }), print: printScreen },
      anyone,
    ),
  ];
}

interface Screen {
  readonly length: number;
  readonly width: number;
  readonly history: number;
}

function printScreen({ length, width, history }: Screen): readonly string[] {
  return [
    `Length: ${length} lines, Width: ${width} columns`,
    'Editing is enabled.',
    history === 0 ? 'History is disabled.' : `History is enabled, history size is ${history}.`,
  ];
}

/** The commands of every configuration mode. `do`, `no` and `default` are words in front of commands: `language.ts`. */
export function configBuiltins<World>(): readonly Command<World>[] {
  const row = command<string, World>;
  return [
    row('end', 'Exit from configure mode', (_, { session }) => session.end()),
    row('help', 'Description of the interactive help system', printHelp),
    row('exit', 'Exit from the current mode', (_, { session }) => session.leave()),
  ];
}

/** From here nobody logs in elsewhere. */
function noConnections<World>(_: unknown, { terminal }: Invocation<World>): void {
  terminal.print('% No connections open');
}

const helpText = [
  'Help may be requested at any point in a command by entering',
  "a question mark '?'.  If nothing matches, the help list will",
  "be empty and you must backup until entering a '?' shows the",
  'available options.',
  'Two styles of help are provided:',
  '1. Full help is available when you are ready to enter a',
  "   command argument (e.g. 'show ?') and describes each possible",
  '   argument.',
  '2. Partial help is provided when an abbreviated argument is entered',
  '   and you want to know what arguments match the input',
  "   (e.g. 'show pr?'.)",
  '',
];

function printHelp<World>(_: unknown, { terminal }: Invocation<World>): void {
  for (const line of helpText) terminal.print(line);
}

async function askForSource<World>(_: unknown, invocation: Invocation<World>): Promise<void> {
  const { terminal } = invocation;
  const source = await terminal.ask('Configuring from terminal, memory, or network [terminal]? ');
  if (source === undefined) return;
  if ('terminal'.startsWith(source.trim().toLowerCase())) configure(invocation);
  else terminal.print('?Must be "terminal"');
}

function configure<World>({ terminal, session }: Invocation<World>): void {
  terminal.print('Enter configuration commands, one per line.  End with CNTL/Z.');
  session.enter(configMode);
}
