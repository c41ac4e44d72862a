import { type Command, CommandError, command, type Invocation } from '../../cli/index.ts';
import { type Batch, withEntry, withoutEntry } from '../../config/index.ts';
import type { CommandSet } from '../command-set.ts';
import { configMode, type Lens, opener, settingsOf } from '../config-mode.ts';
import { indented } from '../indented.ts';
import type { Focus } from '../kept.ts';
import { inOrder, placeAmong } from '../line-order.ts';
import { section } from '../section.ts';
import type { Tree } from '../tree.ts';
import type { World } from '../world.ts';
import { clearPassword, shownPassword } from './password.ts';
import { execTimeoutDefault, type LineSettings, lineDefaults, type TransportInput } from './settings.ts';

/** Several lines are configured at once, so a record is what each of them holds: `line vty 0 4` is five. */
type Lines = readonly LineSettings[];

const setting = settingsOf<Lines>();
const mostKept = 32;
const mode = 'config-line';

/** The lines a focus names: `vty 0 4` is `vty 0` to `vty 4`. */
function named(focus: Focus): readonly string[] {
  const [kind = '', first = '0', last = first] = String(focus).split(' ');
  const numbers = Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i);
  return numbers.map((number) => `${kind} ${number}`);
}

const lens: Lens<Lines> = {
  read(tree, focus) {
    const lines = named(focus).flatMap((name) => tree.access.lines.get(name) ?? []);
    return lines.length === 0 ? undefined : lines;
  },
  write(tree, focus, record, batch) {
    const names = named(focus).filter((name) => tree.access.lines.has(name));
    return names.reduce((next, name, i) => withLine(next, batch, name, record[i] ?? lineDefaults), tree);
  },
};

function withLine(tree: Tree, batch: Batch | undefined, name: string, line: LineSettings): Tree {
  const lines = withEntry(batch, tree.access.lines, name, line);
  return lines === tree.access.lines ? tree : { ...tree, access: { ...tree.access, lines } };
}

function withoutLine(tree: Tree, batch: Batch | undefined, name: string): Tree {
  const lines = withoutEntry(batch, tree.access.lines, name);
  return lines === tree.access.lines ? tree : { ...tree, access: { ...tree.access, lines } };
}

/** A printer of one line's part. Lines are printed together only when they are the same. */
function printed(print: (line: LineSettings) => string | undefined): (lines: Lines) => string | undefined {
  return ([line]) => (line === undefined ? undefined : print(line));
}

const loginWords = { local: 'login local', password: 'login', none: 'no login' } as const;

const settings = [
  setting('exec-timeout <minutes:int(0-35791)> [<seconds:int(0-59)>]', 'Set the EXEC timeout', {
    set: (lines, { minutes, seconds = 0 }) =>
      lines.map((line) => ({ ...line, execTimeoutSeconds: minutes * 60 + seconds })),
    // As on IOS, `no exec-timeout` is never, and `default` ten minutes.
    unset: (lines) => lines.map((line) => ({ ...line, execTimeoutSeconds: 0 })),
    reset: (lines) => lines.map(({ execTimeoutSeconds: _, ...line }) => line),
    print: printed(({ execTimeoutSeconds: seconds = execTimeoutDefault }) =>
      seconds === execTimeoutDefault ? undefined : `exec-timeout ${Math.floor(seconds / 60)} ${seconds % 60}`,
    ),
  }),
  setting('privilege level <level:int(0-15)>', 'Assign default privilege level for line', {
    set: (lines, { level }) => lines.map((line) => ({ ...line, privilege: level })),
    unset: (lines) => lines.map(({ privilege: _, ...line }) => line),
    print: printed(({ privilege }) => (privilege === undefined ? undefined : `privilege level ${privilege}`)),
  }),
  setting('password [0 | 7] <password:line>', 'Set a password', {
    set(lines, args) {
      const password = clearPassword(args, args.password);
      return lines.map((line) => ({ ...line, password }));
    },
    unset: (lines) => lines.map(({ password: _, ...line }) => line),
    print: printed(({ password }) => (password === undefined ? undefined : `password ${shownPassword(password)}`)),
  }),
  setting('login [local]', 'Enable password checking', {
    set: (lines, { local }) => lines.map((line) => ({ ...line, login: local ? 'local' : 'password' })),
    unset: (lines) => lines.map((line) => ({ ...line, login: 'none' })),
    reset: (lines) => lines.map(({ login: _, ...line }) => line),
    print: printed(({ login }) => (login === undefined ? undefined : loginWords[login])),
  }),
  setting('length <lines:int(0-512)>', 'Set number of lines on a screen', {
    set: (lines, { lines: length }) => lines.map((line) => ({ ...line, length })),
    unset: (lines) => lines.map(({ length: _, ...line }) => line),
    print: printed(({ length }) => (length === undefined ? undefined : `length ${length}`)),
  }),
  setting(
    'transport input {all | none | ssh [telnet] | telnet [ssh]}',
    'Define which protocols to use when connecting',
    {
      set(lines, args) {
        const transportInput = transportNamed(args);
        return lines.map((line) => ({ ...line, transportInput }));
      },
      unset: (lines) => lines.map((line) => ({ ...line, transportInput: 'none' })),
      reset: (lines) => lines.map(({ transportInput: _, ...line }) => line),
      print: printed(({ transportInput }) =>
        transportInput === undefined ? undefined : `transport input ${transportInput}`,
      ),
    },
  ),
];

function transportNamed(args: { readonly [Name in TransportInput]?: true | undefined }): TransportInput {
  if (args.all || (args.ssh && args.telnet)) return 'all';
  if (args.ssh) return 'ssh';
  return args.telnet ? 'telnet' : 'none';
}

/** Commands of a line that say something only to hardware: kept as typed. */
const keptWords = [
  'logging',
  'stopbits',
  'speed',
  'history',
  'access-class',
  'transport output',
  'transport preferred',
  'session-timeout',
  'width',
  'login authentication',
  'escape-character',
  'rotary',
  'autoselect',
  'exec-character-bits',
  'databits',
  'parity',
];

function keptCommand(words: string): Command<World> {
  const syntax = `${words} [<rest:line>]`;
  const run = (args: { rest?: string }, invocation: Invocation<World>): void => {
    const { config } = invocation.world;
    const lines = lens.read(config.running, invocation.focus);
    if (lines === undefined) throw new CommandError('% This entry has been removed');
    const text = args.rest === undefined ? words : `${words} ${args.rest}`;
    const added = invocation.form === 'set' ? [text] : invocation.form === 'no' ? [`no ${text}`] : [];
    const next = lines.map((line) => ({ ...line, kept: replaced(line.kept, words, added) }));
    config.commit(lens.write(config.running, invocation.focus, next, config.batch));
  };
  return command<string, World>(syntax, 'Kept without effect', run, { negatable: true });
}

function replaced(kept: readonly string[], words: string, added: readonly string[]): readonly string[] {
  const others = kept.filter((line) => !`${line.replace(/^no /, '')} `.startsWith(`${words} `));
  if (others.length + added.length > mostKept) throw new CommandError('% Too many lines');
  return added.reduce((lines, line) => lines.toSpliced(placeAmong(mode, lines, line), 0, line), others);
}

const lineMode = configMode<Lines>({
  name: mode,
  prompt: 'config-line',
  lens,
  settings,
  commands: keptWords.map(keptCommand),
});

function lineOpener<const S extends string>(syntax: S, help: string, focus: (args: Range) => string): Command<World> {
  return opener<string>(syntax, help, {
    mode,
    focus: (args) => focus(args as Range),
    create: (tree, args, { world }) =>
      named(focus(args as Range)).reduce(
        (next, name) => (next.access.lines.has(name) ? next : withLine(next, world.config.batch, name, lineDefaults)),
        tree,
      ),
    remove: (tree, args, { world }) =>
      named(focus(args as Range)).reduce((next, name) => withoutLine(next, world.config.batch, name), tree),
  });
}

interface Range {
  readonly first?: number;
  readonly last?: number;
}

function range(kind: string, { first = 0, last = first }: Range): string {
  if (last < first) throw new CommandError('% Bad line range');
  return last === first ? `${kind} ${first}` : `${kind} ${first} ${last}`;
}

const kinds = ['con', 'aux', 'tty', 'vty'] as const;

/** Equal lines that follow one another are printed as one, as on IOS. */
function printLines(tree: Tree): readonly string[] {
  const { lines } = tree.access;
  const groups: { readonly kind: string; readonly first: number; last: number; readonly text: readonly string[] }[] =
    [];
  for (const kind of kinds) {
    const numbers = [...lines.keys()]
      .filter((name) => name.startsWith(`${kind} `))
      .map((name) => Number(name.slice(4)));
    for (const number of numbers.sort((a, b) => a - b)) {
      const line = lines.get(`${kind} ${number}`) ?? lineDefaults;
      const text = inOrder(mode, lineMode.printRecord([line]), indented(line.kept));
      const before = groups.at(-1);
      const follows = before?.kind === kind && before.last === number - 1 && before.text.join() === text.join();
      if (follows) before.last = number;
      else groups.push({ kind, first: number, last: number, text });
    }
  }
  return groups.flatMap(({ kind, first, last, text }) => [`line ${range(kind, { first, last })}`, ...text]);
}

export const lineCommands: CommandSet = {
  config: [
    lineOpener('line console <first:int(0-0)>', 'Primary terminal line', (args) => range('con', args)),
    lineOpener('line aux <first:int(0-0)>', 'Auxiliary line', (args) => range('aux', args)),
    lineOpener('line tty <first:int(0-255)> [<last:int(0-255)>]', 'Terminal controller', (args) => range('tty', args)),
    lineOpener('line vty <first:int(0-15)> [<last:int(0-15)>]', 'Virtual terminal', (args) => range('vty', args)),
  ],
  modes: [lineMode.definition],
  sections: [section('line', printLines)],
};
