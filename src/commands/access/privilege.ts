import {
  type Command,
  CommandError,
  command,
  execMode,
  type Language,
  leadingKeywords,
  showCommand,
} from '../../cli/index.ts';
import { withEntry, withoutEntry } from '../../config/index.ts';
import type { CommandSet } from '../command-set.ts';
import { printKept } from '../inert-mode.ts';
import { section } from '../section.ts';
import type { Tree } from '../tree.ts';
import type { World } from '../world.ts';
import { changeAccess } from './change.ts';

const mostPrivileges = 1000;
const disableSyntax = 'disable [<level:int(0-15)>]';
const privilegeSyntax = 'privilege exec level <level:int(0-15)> <command:line>';

/** Takes the place of the session's own `disable`, which knows one level only. */
const disable = command<typeof disableSyntax, World>(
  disableSyntax,
  'Turn off privileged commands',
  ({ level = 1 }, { session }) => {
    if (level > session.privilege)
      throw new CommandError('% New privilege level must be less than current privilege level');
    session.setPrivilege(level);
  },
  { privilege: 0 },
);

const showPrivilege = showCommand<'show privilege', { readonly level: number }, World>(
  'show privilege',
  'Show current privilege level',
  {
    read: (_, { session }) => ({ level: session.privilege }),
    print: ({ level }) => [`Current privilege level is ${level}`],
  },
  { privilege: 1 },
);

export const privilegeCommands: CommandSet = {
  exec: [disable, showPrivilege],
  sections: [
    section('privilege', (tree) => [
      ...Array.from(tree.access.privileges, ([words, level]) => `privilege exec level ${level} ${words}`),
      ...printKept(tree, 'privilege', 'config'),
    ]),
  ],
};

/** `privilege exec level`: needs the language that it is itself a part of. */
export function privilegeSetting(language: () => Language<World>): CommandSet {
  const setting = command<typeof privilegeSyntax, World>(
    privilegeSyntax,
    'Set the privilege level of a command',
    ({ level, command: typed }, invocation) => {
      const words = writtenOut(typed, language().mode(execMode).commands);
      const { batch } = invocation.world.config;
      changeAccess(invocation, (access) => {
        if (access.privileges.size >= mostPrivileges) throw new CommandError('% Too many commands');
        const privileges =
          invocation.form === 'set'
            ? withEntry(batch, access.privileges, words, level)
            : withoutEntry(batch, access.privileges, words);
        return privileges === access.privileges ? access : { ...access, privileges };
      });
    },
    { negatable: true, noSyntax: privilegeSyntax },
  );
  return { config: [setting] };
}

/** Shortened keywords written out. Words that begin no command here are kept as they are: a router has more commands. */
function writtenOut(typed: string, commands: readonly Command<World>[]): string {
  let known = commands.map(keywords);
  const words = typed.trim().toLowerCase().split(/\s+/);
  return words
    .map((word, at) => {
      const next = new Set(known.flatMap((one) => one[at] ?? []));
      const fit = next.has(word) ? [word] : [...next].filter((one) => one.startsWith(word));
      const [full = word] = fit.length === 1 ? fit : [];
      known = known.filter((one) => one[at] === full);
      return full;
    })
    .join(' ');
}

function keywords({ syntax }: Command<World>): readonly string[] {
  return leadingKeywords(syntax).split(' ');
}

/**
 * The level of each command as the configuration has it: for those of EXEC that of the longest words they begin with, else
 * the one they were made with.
 */
export function commandLevels(running: () => Tree, language: Language<World>): (command: Command<World>) => number {
  let known = { privileges: running().access.privileges, levels: new Map<Command<World>, number>() };
  return (row) => {
    const { privileges } = running().access;
    if (privileges.size === 0) return row.privilege;
    if (known.privileges !== privileges || known.levels.size === 0) {
      const levels = language.mode(execMode).commands.map((one) => [one, levelOf(one, privileges)] as const);
      known = { privileges, levels: new Map(levels) };
    }
    return known.levels.get(row) ?? row.privilege;
  };
}

function levelOf(row: Command<World>, privileges: ReadonlyMap<string, number>): number {
  const words = keywords(row);
  for (let count = words.length; count > 0; count--) {
    const level = privileges.get(words.slice(0, count).join(' '));
    if (level !== undefined) return level;
  }
  return row.privilege;
}
