import type { PatternMap } from '../../call/index.ts';
import { CommandError } from '../../cli/index.ts';
import type { CommandSet } from '../command-set.ts';
import { configMode, entryLens, opener, settingsOf } from '../config-mode.ts';
import { blocks } from '../section.ts';
import { show } from '../show.ts';
import type { Tree } from '../tree.ts';
import { checkedPattern } from '../voice/checked-pattern.ts';

/** `voice class e164-pattern-map`: the patterns that dial peers share by `destination e164-pattern-map` and its like. */

const mode = 'config-class-e164-pattern-map';
const mostPatterns = 10_000;

const setting = settingsOf<PatternMap>();
const lens = entryLens<number, PatternMap>(
  (tree) => tree.voiceClasses.patternMaps,
  (tree, patternMaps) => ({ ...tree, voiceClasses: { ...tree.voiceClasses, patternMaps } }),
);

function withPattern(map: PatternMap, pattern: string): PatternMap {
  if (map.patterns.has(pattern)) return map;
  if (map.patterns.size === mostPatterns) throw new CommandError(`% A map holds ${mostPatterns} patterns at most`);
  return { ...map, patterns: new Set([...map.patterns, checkedPattern(pattern)]) };
}

export const patternMapMode = configMode<PatternMap>({
  name: mode,
  prompt: 'config-class',
  lens,
  settings: [
    setting('description <text:line>', 'What the map is for', {
      standard: 'none',
      set: (map, { text }) => ({ ...map, description: text }),
      unset: ({ description: _, ...map }) => map,
      print: ({ description }) => (description === undefined ? undefined : `description ${description}`),
    }),
    setting('e164 <pattern:word>', 'A telephone number or a pattern of it', {
      standard: 'none',
      set: (map, { pattern }) => withPattern(map, pattern),
      unset: (map, { pattern }) => ({ ...map, patterns: new Set([...map.patterns].filter((one) => one !== pattern)) }),
      noSyntax: 'e164 <pattern:word>',
      print: ({ patterns }) => Array.from(patterns, (pattern) => `e164 ${pattern}`),
    }),
  ],
});

export const patternMapOpener = opener('voice class e164-pattern-map <tag:int(1-10000)>', 'Map of E.164 patterns', {
  mode,
  focus: ({ tag }) => tag,
  create: (tree, { tag }, { world }) =>
    tree.voiceClasses.patternMaps.has(tag)
      ? tree
      : lens.write(tree, tag, { tag, patterns: new Set() }, world.config.batch),
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

interface MapReport {
  readonly tag: number;
  readonly description?: string;
  readonly patterns: readonly string[];
}

function printMaps(maps: readonly MapReport[]): readonly string[] {
  return maps.flatMap(({ tag, description, patterns }) => [
    `e164-pattern-map ${tag}`,
    '-----------------------------------------',
    ...(description === undefined ? [] : [`  Description: ${description}`]),
    `  It has ${patterns.length} entries`,
    '  It is not populated from a file.',
    '  Map is valid.',
    '',
    'E164 pattern',
    '-------------------',
    ...patterns,
    '',
  ]);
}

export const patternMapShow: NonNullable<CommandSet['exec']>[number] = show(
  'show voice class e164-pattern-map [<tag:int(1-10000)>]',
  'Display maps of E.164 patterns',
  ({ config }, { tag }): readonly MapReport[] => {
    const { patternMaps } = config.running.voiceClasses;
    if (tag !== undefined && !patternMaps.has(tag)) throw new CommandError(`% e164-pattern-map ${tag} is not defined`);
    const chosen = [...patternMaps.values()].filter((map) => tag === undefined || map.tag === tag);
    return chosen.map((map) => ({ ...map, patterns: [...map.patterns] }));
  },
  printMaps,
);
