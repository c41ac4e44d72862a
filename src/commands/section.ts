import { printKept } from './inert-mode.ts';
import type { SectionName } from './section-order.ts';
import type { Tree } from './tree.ts';

/**
 * One stretch of running-config, printed as IOS does, at its place in the order of `running-config.ts`. The walker puts
 * a `!` after every section that has lines; a section of several blocks separates them itself (`blocks`).
 */
export interface Section {
  readonly name: SectionName;
  /** `all`: with the values nobody set. */
  print(tree: Tree, all: boolean): readonly string[];
}

/** A section from a function. */
export function section(name: SectionName, print: (tree: Tree, all: boolean) => readonly string[]): Section {
  return { name, print };
}

/** A section that holds nothing but the kept lines of its name, with the blocks they open. */
export function keptSection(name: SectionName): Section {
  return { name, print: (tree) => printKept(tree, name, 'config') };
}

/** Blocks of lines with a `!` between them. Empty blocks are left out. */
export function blocks(all: Iterable<readonly string[]>): readonly string[] {
  const lines: string[] = [];
  for (const block of all) {
    if (block.length === 0) continue;
    if (lines.length > 0) lines.push('!');
    lines.push(...block);
  }
  return lines;
}
