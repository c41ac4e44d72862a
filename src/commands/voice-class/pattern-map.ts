import { checkPattern, type PatternMap } from '../../call/index.ts';
import { CommandError, command } from '../../cli/index.ts';
import { hasLine, withLine } from '../../config/index.ts';
import { configMode, entryLens, opener, settingsOf } from '../config-mode.ts';
import { blocks } from '../section.ts';
import { show } from '../show.ts';
import type { Tree } from '../tree.ts';
import type { World } from '../world.ts';

const mostPatterns = 5000;
const setting = settingsOf<PatternMap>();
const lens = entryLens<number, PatternMap>(
  (tree) => tree.voiceClasses.patternMaps,
  (tree, patternMaps) => ({ ...tree, voiceClasses: { ...tree.voiceClasses, patternMaps } }),
);

function checked(pattern: string): string {
  const wrong = checkPattern(pattern);
  if (wrong !== undefined) throw new CommandError(wrong);
  return pattern;
}

export const patternMapMode = configMode<PatternMap>({
  name: 'config-class-pattern-map',
  prompt: 'config-class',
  lens,
  settings: [
    setting('description <text:line>', 'Description of the map', {
      set: (map, { text }) => ({ ...map, description: text }),
      unset: ({ description: _, ...map }) => map,
      print: ({ description }) => (description === undefined ? undefined : `description ${description}`),
    }),
    setting('e164 <pattern:word>', 'A full E.164 telephone number prefix', {
      standard: 'none',
      set: (map, { pattern }, { world }) => {
        const { batch } = world.config;
        if (hasLine(batch, map.patterns, checked(pattern))) return map;
        if (map.patterns.length >= mostPatterns) throw new CommandError(`% A map has at most ${mostPatterns} patterns`);
        return { ...map, patterns: withLine(batch, map.patterns, pattern) };
      },
      unset: (map, { pattern }) => ({ ...map, patterns: map.patterns.filter((other) => other !== pattern) }),
      noSyntax: 'e164 <pattern:word>',
      print: ({ patterns }) => patterns.map((pattern) => `e164 ${pattern}`),
    }),
    setting('url <file:url>', 'File with more patterns, one a line', {
      standard: 'none',
      set: (map, { file }) => ({ ...map, url: file }),
      unset: ({ url: _, ...map }) => map,
      print: ({ url }) => (url === undefined ? undefined : `url ${url}`),
    }),
    setting('shutdown', 'Take no part in the matching of calls', {
      standard: 'off',
      set: (map) => ({ ...map, shutdown: true }),
      unset: (map) => ({ ...map, shutdown: false }),
      print: ({ shutdown }) => (shutdown ? 'shutdown' : undefined),
      default: 'no shutdown',
    }),
  ],
});

export const patternMapOpener = opener('voice class e164-pattern-map <tag:int(1-10000)>', 'List of number patterns', {
  mode: 'config-class-pattern-map',
  focus: ({ tag }) => tag,
  create: (tree, { tag }, { world }) =>
    tree.voiceClasses.patternMaps.has(tag)
      ? tree
      : lens.write(tree, tag, { tag, patterns: [], shutdown: false }, world.config.batch),
  remove: (tree, { tag }, { world }) => lens.remove(tree, tag, world.config.batch),
});

export function printPatternMaps(tree: Tree, all: boolean): readonly string[] {
  return blocks(
    Array.from(tree.voiceClasses.patternMaps.keys(), (tag) => [
      `voice class e164-pattern-map ${tag}`,
      ...patternMapMode.print(tree, tag, all),
    ]),
  );
}

interface MapReport extends PatternMap {
  /** What its file had; absent: no file was read. */
  readonly loaded?: readonly string[];
}

function reports({ config, patternFiles }: World, tag: number | undefined): readonly MapReport[] {
  const { patternMaps } = config.running.voiceClasses;
  const chosen =
    tag === undefined ? [...patternMaps.values()] : [patternMaps.get(tag)].filter((map) => map !== undefined);
  if (tag !== undefined && chosen.length === 0)
    throw new CommandError(`% voice class e164-pattern-map ${tag} is not defined`);
  return chosen.map((map) => {
    const loaded = patternFiles.loaded(map.tag);
    return loaded === undefined ? map : { ...map, loaded };
  });
}

function printReport({ tag, description, url, patterns, loaded = [], shutdown }: MapReport): readonly string[] {
  const all = [...patterns, ...loaded];
  return [
    `e164-pattern-map ${tag}`,
    '-----------------------------------------',
    ...(description === undefined ? [] : [`   Description: ${description}`]),
    `   It has ${all.length} entries`,
    url === undefined ? '   It is not populated from a file.' : `   It is populated from url ${url}.`,
    shutdown ? '   Map is shut down.' : '   Map is valid.',
    '',
    'E164 pattern',
    '-------------------',
    ...all.map((pattern) => `   ${pattern}`),
    '',
  ];
}

const loadSyntax = 'voice class e164-pattern-map load <tag:int(1-10000)>';

export const patternMapCommands = [
  command<typeof loadSyntax, World>(
    loadSyntax,
    'Read the file of a map again',
    async ({ tag }, { world, terminal }) => {
      const map = world.config.running.voiceClasses.patternMaps.get(tag);
      if (map === undefined) throw new CommandError(`% voice class e164-pattern-map ${tag} is not defined`);
      if (map.url === undefined) throw new CommandError(`% voice class e164-pattern-map ${tag} has no url`);
      const read = await world.patternFiles.load(tag);
      if (read.kind === 'failed') throw new CommandError(`% ${map.url}: ${read.reason}`);
      terminal.print(`url ${map.url} loaded successfully`);
    },
  ),
  show(
    'show voice class e164-pattern-map [<tag:int(1-10000)>]',
    'Display lists of number patterns',
    (world, { tag }) => reports(world, tag),
    (maps) => maps.flatMap(printReport),
  ),
];
