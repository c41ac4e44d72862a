import { execMode } from './builtin.ts';
import type { ModeName } from './command.ts';

/** Other names for the beginnings of commands, by name. */
export type Aliases = ReadonlyMap<string, string>;

/** The aliases of each mode. */
export type AliasesOf = (mode: ModeName) => Aliases;

export interface Unaliased {
  readonly line: string;
  /** Where in the line as typed a column of that line stands: the whole of what an alias stands for is at its name. */
  typedColumn(column: number): number;
}

/**
 * The line with the command an alias at its beginning stands for. An alias counts when it is written in full and no
 * blank is in front of it. Behind `do` the aliases of EXEC hold.
 */
export function unaliased(line: string, mode: ModeName, aliasesOf: AliasesOf | undefined): Unaliased {
  const done = mode === execMode ? undefined : /^do +/i.exec(line)?.[0];
  const start = done?.length ?? 0;
  const name = /^[^ \t]+/.exec(line.slice(start))?.[0] ?? '';
  const meant = aliasesOf?.(done === undefined ? mode : execMode).get(name);
  if (meant === undefined) return { line, typedColumn: (column) => column };
  const moved = meant.length - name.length;
  return {
    line: `${line.slice(0, start)}${meant}${line.slice(start + name.length)}`,
    typedColumn: (column) => (column < start + meant.length ? Math.min(column, start) : column - moved),
  };
}

/** What `?` shows of the aliases that begin so: `*lo=logout`, in quotes what has several words. */
export function aliasWords(partial: string, aliases: Aliases): readonly string[] {
  const found = [...aliases].filter(([name]) => name.startsWith(partial)).sort(([a], [b]) => (a < b ? -1 : 1));
  return found.map(([name, meant]) => `*${name}=${meant.includes(' ') ? `"${meant}"` : meant}`);
}
