/** A line of a configuration with the lines below it that are further in. */
interface Block {
  readonly line: string;
  readonly inside: Block[];
}

/** A line with what became of it. `context`: the line stands in both, what is below it changed. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'context';
  /** Without its indentation. */
  readonly line: string;
  /** 0 at the global level. */
  readonly depth: number;
}

/**
 * What became of a configuration, line by line with the blocks they stand in. A line counts where its block is, not by its
 * order among its neighbours. Comments, headings and `end` are no part of it.
 */
export function configurationChanges(old: string, next: string): readonly Change[] {
  return changesOf(blocksOf(old), blocksOf(next), 0);
}

/** As IOS prints differences: `+` for what is new, `-` for what is gone, the lines around them plain. */
export function printChanges(changes: readonly Change[]): readonly string[] {
  const signs = { added: '+', removed: '-', context: '' } as const;
  return changes.map(({ kind, line, depth }) => `${' '.repeat(depth)}${signs[kind]}${line}`);
}

/** The lines that, typed, make the new configuration of the old: first what goes, then what comes. */
export function commandsOf(changes: readonly Change[]): readonly string[] {
  return [...removing(changes), ...adding(changes)];
}

/** What is below a line that goes, goes with it. */
function removing(changes: readonly Change[]): readonly string[] {
  let gone = Number.POSITIVE_INFINITY;
  const wanted = changes.filter(({ kind, depth }) => {
    if (depth <= gone) gone = kind === 'removed' ? depth : Number.POSITIVE_INFINITY;
    return kind === 'context' || (kind === 'removed' && depth === gone);
  });
  return withoutEmptyContexts(wanted).map(({ kind, line, depth }) => {
    const text = kind === 'context' ? line : line.startsWith('no ') ? line.slice(3) : `no ${line}`;
    return `${' '.repeat(depth)}${text}`;
  });
}

function adding(changes: readonly Change[]): readonly string[] {
  const wanted = withoutEmptyContexts(changes.filter(({ kind }) => kind !== 'removed'));
  return wanted.map(({ line, depth }) => `${' '.repeat(depth)}${line}`);
}

/** Contexts below which something is left. */
function withoutEmptyContexts(changes: readonly Change[]): readonly Change[] {
  const kept: Change[] = [];
  let needed = -1;
  for (const change of changes.toReversed()) {
    const isNeeded = change.kind !== 'context' || change.depth < needed;
    if (!isNeeded) continue;
    kept.push(change);
    needed = change.depth;
  }
  return kept.reverse();
}

function changesOf(old: readonly Block[], next: readonly Block[], depth: number): readonly Change[] {
  const before = Map.groupBy(old, ({ line }) => line);
  const changes: Change[] = [];
  for (const block of next) {
    const same = before.get(block.line)?.shift();
    if (same === undefined) {
      changes.push(...whole(block, 'added', depth));
      continue;
    }
    const inside = changesOf(same.inside, block.inside, depth + 1);
    if (inside.length > 0) changes.push({ kind: 'context', line: block.line, depth }, ...inside);
  }
  const gone = new Set([...before.values()].flat());
  return [...changes, ...old.filter((block) => gone.has(block)).flatMap((block) => whole(block, 'removed', depth))];
}

function whole({ line, inside }: Block, kind: 'added' | 'removed', depth: number): readonly Change[] {
  return [{ kind, line, depth }, ...inside.flatMap((block) => whole(block, kind, depth + 1))];
}

/** How deep blocks are followed; what is further in counts as a neighbour. */
const deepest = 8;

function blocksOf(text: string): readonly Block[] {
  const top: Block[] = [];
  const open: { readonly indent: number; readonly inside: Block[] }[] = [{ indent: -1, inside: top }];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const indent = raw.length - raw.trimStart().length;
    if (line === '' || line.startsWith('!') || (indent === 0 && line === 'end')) continue;
    while (open.length > 1 && (open.at(-1)?.indent ?? 0) >= indent) open.pop();
    const block: Block = { line, inside: [] };
    open.at(-1)?.inside.push(block);
    if (open.length <= deepest) open.push({ indent, inside: block.inside });
  }
  return top;
}
