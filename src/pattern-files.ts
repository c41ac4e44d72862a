/** The files of `voice class e164-pattern-map`: read when their URL is configured or when asked for, and put into the maps. */
import { checkPattern, type PatternMap } from './call/index.ts';
import type { PatternFilesFace, Tree } from './commands/index.ts';
import { type FileSystem, parseFileName } from './config/index.ts';
import type { Log, RemoteFiles } from './io/index.ts';
import type { systemMessages } from './system-messages.ts';

const largestFile = 256 * 1024;
const mostPatterns = 5000;

export interface PatternFileParts {
  readonly fileSystem: Pick<FileSystem, 'read'>;
  readonly remoteFiles: RemoteFiles;
  readonly log: Log<typeof systemMessages>;
  readonly running: () => Tree;
  /** Other patterns hold now. */
  readonly changed: () => void;
}

interface Loaded {
  readonly url: string;
  readonly patterns: readonly string[];
}

export class PatternFiles implements PatternFilesFace {
  readonly #parts: PatternFileParts;
  readonly #loaded = new Map<number, Loaded>();
  /** Maps with what was loaded put in: the same record as long as both are the same. */
  readonly #joined = new WeakMap<PatternMap, { readonly of: Loaded; readonly map: PatternMap }>();

  constructor(parts: PatternFileParts) {
    this.#parts = parts;
  }

  loaded(tag: number): readonly string[] | undefined {
    const url = this.#parts.running().voiceClasses.patternMaps.get(tag)?.url;
    const loaded = this.#loaded.get(tag);
    return loaded?.url === url ? loaded?.patterns : undefined;
  }

  /** Reads the file of a map. What it had before holds when that fails. */
  async load(tag: number): Promise<{ readonly kind: 'loaded' } | { readonly kind: 'failed'; readonly reason: string }> {
    const url = this.#parts.running().voiceClasses.patternMaps.get(tag)?.url;
    if (url === undefined) return { kind: 'failed', reason: 'no url is configured' };
    try {
      const patterns = patternsOf(await this.#text(url));
      if (this.#parts.running().voiceClasses.patternMaps.get(tag)?.url !== url)
        return { kind: 'failed', reason: 'another url was configured meanwhile' };
      this.#loaded.set(tag, { url, patterns });
    } catch (error) {
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
    this.#parts.changed();
    return { kind: 'loaded' };
  }

  /** Reads what is named anew, and forgets what is no longer named. Failures are logged. */
  async follow(old: Tree | undefined, next: Tree): Promise<void> {
    const maps = next.voiceClasses.patternMaps;
    if (old?.voiceClasses.patternMaps === maps) return;
    for (const tag of this.#loaded.keys()) if (maps.get(tag)?.url === undefined) this.#loaded.delete(tag);
    const fresh = [...maps.values()].filter(
      ({ tag, url }) => url !== undefined && old?.voiceClasses.patternMaps.get(tag)?.url !== url,
    );
    for (const { tag, url = '' } of fresh) {
      const read = await this.load(tag);
      if (read.kind === 'failed') this.#parts.log('PATTERN_FILE', { tag, url, reason: read.reason });
    }
  }

  /** The same tree where nothing was loaded; maps that did not change stay the same records. */
  of(tree: Tree): Tree {
    if (this.#loaded.size === 0) return tree;
    const patternMaps = new Map(Array.from(tree.voiceClasses.patternMaps, ([tag, map]) => [tag, this.#join(map)]));
    return { ...tree, voiceClasses: { ...tree.voiceClasses, patternMaps } };
  }

  #join(map: PatternMap): PatternMap {
    const loaded = this.#loaded.get(map.tag);
    if (loaded === undefined || loaded.url !== map.url) return map;
    const known = this.#joined.get(map);
    if (known?.of === loaded) return known.map;
    const joined = { ...map, patterns: [...map.patterns, ...loaded.patterns] };
    this.#joined.set(map, { of: loaded, map: joined });
    return joined;
  }

  async #text(url: string): Promise<string> {
    const { fileSystem, remoteFiles } = this.#parts;
    if (/^tftp:/i.test(url)) return (await remoteFiles.read(url, largestFile)).toString('utf8');
    const name = parseFileName(url);
    if (name === undefined) throw new Error('it is neither of flash:, nvram: nor tftp:');
    const text = await fileSystem.read(name);
    if (text === undefined) throw new Error('there is no such file');
    return text;
  }
}

/** One pattern a line; lines that are empty or begin with `!` say nothing. Throws for a file with anything else in it. */
function patternsOf(text: string): readonly string[] {
  const patterns = text.split('\n').flatMap((line, i) => {
    const pattern = line.trim();
    if (pattern === '' || pattern.startsWith('!')) return [];
    if (checkPattern(pattern) !== undefined) throw new Error(`line ${i + 1} is no pattern`);
    return [pattern];
  });
  if (patterns.length > mostPatterns) throw new Error(`it has more than ${mostPatterns} patterns`);
  return [...new Set(patterns)];
}
