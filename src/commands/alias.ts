import { type AliasesOf, CommandError, command, type Invocation } from '../cli/index.ts';
import { withEntry, withoutEntry } from '../config/index.ts';
import type { CommandSet } from './command-set.ts';
import { section } from './section.ts';
import { show } from './show.ts';
import { defaultAliases, type Tree } from './tree.ts';
import type { World } from './world.ts';

interface AliasMode {
  /** As `alias` and `show aliases` name it. */
  readonly word: string;
  readonly title: string;
  /** The modes of the session that it means. */
  readonly modes: readonly string[];
}

const aliasModes: readonly AliasMode[] = [
  { word: 'configure', title: 'Global configuration', modes: ['config'] },
  { word: 'dial-peer', title: 'Dial Peer configuration', modes: ['config-dial-peer-pots', 'config-dial-peer-voip'] },
  { word: 'exec', title: 'Exec', modes: ['exec'] },
  { word: 'interface', title: 'Interface configuration', modes: ['config-if'] },
  { word: 'line', title: 'Line configuration', modes: ['config-line'] },
  { word: 'sip-ua', title: 'SIP UA configuration', modes: ['config-sip-ua'] },
  { word: 'voice-service', title: 'Voice service configuration', modes: ['conf-voi-serv'] },
  { word: 'voiceport', title: 'Voice-port configuration', modes: ['config-voiceport'] },
];

const words = aliasModes.map(({ word }) => word).join(' | ');
const mostAliases = 1000;

interface AliasArgs {
  readonly name?: string;
  readonly command?: string;
}

/** Which mode the line names: of its keywords one is there. */
function modeNamed(args: object): AliasMode | undefined {
  const given = new Set(Object.keys(args).map((key) => key.toLowerCase()));
  return aliasModes.find(({ word }) => given.has(word.replace('-', '')));
}

function keyOf({ word }: AliasMode, name: string): string {
  return `${word} ${name}`;
}

function setAlias(args: AliasArgs, { world, form }: Invocation<World>): void {
  const { config } = world;
  const { running, batch } = config;
  const mode = modeNamed(args);
  if (mode === undefined) return;
  const commit = (aliases: Tree['aliases']): void => {
    if (aliases !== running.aliases) config.commit({ ...running, aliases });
  };
  const { name, command: meant } = args;
  if (form === 'set') {
    if (name === undefined || meant === undefined) return;
    const key = keyOf(mode, name);
    if (running.aliases.size >= mostAliases && !running.aliases.has(key)) throw new CommandError('% Too many aliases');
    return commit(withEntry(batch, running.aliases, key, meant));
  }
  const gone = name === undefined ? keysOf(running.aliases, mode) : [keyOf(mode, name)];
  const restored = name === undefined ? keysOf(defaultAliases, mode) : [keyOf(mode, name)];
  const without = gone.reduce((aliases, key) => withoutEntry(batch, aliases, key), running.aliases);
  if (form === 'no' && name !== undefined) return commit(without);
  commit(
    restored.reduce((aliases, key) => {
      const usual = defaultAliases.get(key);
      return usual === undefined ? aliases : withEntry(batch, aliases, key, usual);
    }, without),
  );
}

function keysOf(aliases: Tree['aliases'], { word }: AliasMode): readonly string[] {
  return [...aliases.keys()].filter((key) => key.startsWith(`${word} `));
}

function printAliases({ aliases }: Tree): readonly string[] {
  const gone = [...defaultAliases.keys()].filter((key) => !aliases.has(key));
  const set = [...aliases].filter(([key, meant]) => defaultAliases.get(key) !== meant);
  return [...gone.map((key) => `no alias ${key}`), ...set.map(([key, meant]) => `alias ${key} ${meant}`)];
}

interface ShownMode {
  readonly mode: string;
  readonly title: string;
  readonly aliases: ReadonlyMap<string, string>;
}

/** IOS's own aliases first, then the others as they were made. */
function namesIn({ aliases }: Tree, mode: AliasMode): ReadonlyMap<string, string> {
  const own = [...aliases].filter(([key]) => key.startsWith(`${mode.word} `));
  return new Map(own.map(([key, meant]) => [key.slice(mode.word.length + 1), meant]));
}

function printShown(shown: readonly ShownMode[]): readonly string[] {
  return shown.flatMap(({ title, aliases }, i) => [
    ...(i === 0 ? [] : ['']),
    `${title} mode aliases:`,
    ...Array.from(aliases, ([name, meant]) => `  ${name.padEnd(21)} ${meant}`),
  ]);
}

/** The aliases that hold in each mode of a session, as the configuration has them. */
export function aliasesOf(running: () => Tree): AliasesOf {
  let known: { readonly from: Tree['aliases']; readonly modes: Map<string, ReadonlyMap<string, string>> } | undefined;
  return (name) => {
    const tree = running();
    if (known?.from !== tree.aliases) known = { from: tree.aliases, modes: new Map() };
    const mode = aliasModes.find(({ modes }) => modes.includes(name));
    const found = known.modes.get(name) ?? (mode === undefined ? new Map() : namesIn(tree, mode));
    known.modes.set(name, found);
    return found;
  };
}

export const aliasCommands: CommandSet = {
  config: [
    command<string, World>(`alias {${words}} <name:word> <command:line>`, 'Create command alias', setAlias, {
      negatable: true,
      noSyntax: `alias {${words}} [<name:word> [<command:line>]]`,
      standard: 'h, lo, p, r, s, u, un and w in EXEC',
    }),
  ],
  exec: [
    show<string, readonly ShownMode[]>(
      `show aliases [${words}]`,
      'Display alias commands',
      ({ config: { running } }, args) => {
        const asked = modeNamed(args);
        return aliasModes
          .filter((mode) => asked === undefined || mode === asked)
          .map((mode) => ({ mode: mode.word, title: mode.title, aliases: namesIn(running, mode) }))
          .filter(({ aliases }) => aliases.size > 0)
          .sort((a, b) => Number(b.mode === 'exec') - Number(a.mode === 'exec'));
      },
      printShown,
      { privilege: 1 },
    ),
  ],
  sections: [section('alias', printAliases)],
};
