import { CommandError, command } from '../../cli/index.ts';
import type { CommandSet } from '../command-set.ts';
import { confirmed } from '../configuration-file.ts';
import { show } from '../show.ts';
import type { World } from '../world.ts';
import type { LineReport } from './face.ts';

type Kind = 'con' | 'aux' | 'vty';

/** Where the lines of each kind begin in the count of all lines. */
const firstLine: Readonly<Record<Kind, number>> = { con: 0, aux: 1, vty: 2 };
const kinds = ['con', 'aux', 'vty'] as const;

function isOwn(kind: Kind, number: number, own: World['line']): boolean {
  return kind === (own?.kind ?? 'con') && number === (own?.number ?? 0);
}

/** `show users`; a star stands at the session that asks. */
export function printUsers(lines: readonly LineReport[], own: World['line']): readonly string[] {
  const rows = lines.map((line) => {
    const number = String(firstLine[line.kind] + line.number).padStart(3);
    const name = `${line.kind} ${line.number}`.padEnd(10);
    const user = (line.user ?? '').padEnd(10);
    const idle = printIdle(line.idleMs);
    const star = isOwn(line.kind, line.number, own) ? '*' : ' ';
    return `${star}${number} ${name}${user} ${'idle'.padEnd(20)} ${idle} ${line.address ?? ''}`.trimEnd();
  });
  return [
    '    Line       User       Host(s)              Idle       Location',
    ...rows,
    '',
    '  Interface    User               Mode         Idle     Peer Address',
  ];
}

function printIdle(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

interface LineRow {
  readonly kind: Kind;
  readonly number: number;
  readonly inUse: boolean;
  /** Sessions since start. */
  readonly uses: number;
}

/** The console, and the lines that are configured. */
function readLines({ access, config }: World): readonly LineRow[] {
  const users = access.users();
  const uses = access.lineUses();
  const names = new Set(['con 0', ...config.running.access.lines.keys(), ...uses.keys()]);
  return [...names]
    .flatMap((name): LineRow[] => {
      const [word, digits] = name.split(' ');
      const kind = kinds.find((one) => one === word);
      if (kind === undefined) return [];
      const number = Number(digits);
      const inUse = users.some((user) => user.kind === kind && user.number === number);
      return [{ kind, number, inUse, uses: uses.get(name) ?? 0 }];
    })
    .sort((a, b) => firstLine[a.kind] + a.number - firstLine[b.kind] - b.number);
}

const types = { con: 'CTY', aux: 'AUX', vty: 'VTY' } as const;

/** `show line`; a star stands at the lines in use. What belongs to wires and modems is 0 or `-`. */
function printLines(rows: readonly LineRow[]): readonly string[] {
  return [
    '   Tty Typ     Tx/Rx    A Modem  Roty AccO AccI   Uses   Noise  Overruns   Int',
    ...rows.map(({ kind, number, inUse, uses }) => {
      const name = `${String(firstLine[kind] + number).padStart(5)} ${types[kind]}`;
      return `${inUse ? '*' : ' '}${name}              -    -      -    -    -${String(uses).padStart(7)}       0     0/0       -`;
    }),
    '',
  ];
}

const clearSyntax =
  'clear line {<line:int(0-17)> | console <console:int(0-0)> | aux <aux:int(0-0)> | vty <vty:int(0-15)>}';

interface Named {
  readonly line?: number | undefined;
  readonly console?: number | undefined;
  readonly aux?: number | undefined;
  readonly vty?: number | undefined;
}

function named({ line, console, aux, vty }: Named): { readonly kind: Kind; readonly number: number } {
  const absolute = line ?? (vty !== undefined ? firstLine.vty + vty : (console ?? firstLine.aux + (aux ?? 0)));
  const kind = kinds.findLast((one) => absolute >= firstLine[one]) ?? 'con';
  return { kind, number: absolute - firstLine[kind] };
}

const clearLine = command<typeof clearSyntax, World>(
  clearSyntax,
  'Reset a terminal line',
  async (args, { world, terminal }) => {
    const { kind, number } = named(args);
    if (isOwn(kind, number, world.line)) throw new CommandError('% Not allowed to clear current line');
    if (!(await confirmed(terminal, ''))) return;
    if (kind !== 'aux') world.access.clearLine(kind, number);
    terminal.print(' [OK]');
  },
);

const anyone = { privilege: 1 };
const usersHelp = 'Display information about terminal lines';

export const terminalLineCommands: CommandSet = {
  exec: [
    show(
      'show users',
      usersHelp,
      ({ access }) => access.users(),
      (lines, _args, { line }) => printUsers(lines, line),
      anyone,
    ),
    command<'who', World>(
      'who',
      usersHelp,
      (_, { world, terminal }) => terminal.print(printUsers(world.access.users(), world.line).join('\n')),
      anyone,
    ),
    show('show line', 'TTY line information', readLines, printLines, anyone),
    clearLine,
  ],
};
