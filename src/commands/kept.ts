import { type Batch, withEntry, withoutEntry } from '../config/index.ts';
import type { Block } from './block.ts';
import { type Reason, reasonText } from './inert-reason.ts';
import type { Tree } from './tree.ts';

/** Which thing a mode works on: a trustpoint's name, a dial peer's tag; undefined where there is only one. */
export type Focus = string | number | undefined;

/**
 * Lines that are accepted, kept as typed and read back, and have no effect here. Those of the global level lie under the
 * name of the section that prints them (`service`, `ip-route`); those of a mode under the mode and its focus.
 */
export function keptLines(tree: Tree, place: string): readonly string[] {
  return tree.kept.get(place) ?? [];
}

/** The place of a mode's kept lines: `config-if GigabitEthernet0/0`. */
export function placeOf(mode: string, focus: Focus): string {
  return focus === undefined ? mode : `${mode} ${focus}`;
}

export function withKeptLines(tree: Tree, batch: Batch | undefined, place: string, lines: readonly string[]): Tree {
  if (lines.length === 0) return withoutKeptLines(tree, batch, place);
  return { ...tree, kept: withEntry(batch, tree.kept, place, lines) };
}

/** What a record's kept lines become when the record itself is removed. */
export function withoutKeptLines(tree: Tree, batch: Batch | undefined, place: string): Tree {
  const kept = withoutEntry(batch, tree.kept, place);
  return kept === tree.kept ? tree : { ...tree, kept };
}

/** A line that is kept without effect, and why: for `dialpeer check` and `show configuration inert`. */
export interface KeptWithoutEffect {
  readonly block: Block;
  readonly line: string;
  readonly reason: string;
  /** Calls are what they are on IOS without it. */
  readonly isHarmless: boolean;
}

/** Such a line, by the reason of its kind. */
export function withoutEffect(block: Block, line: string, reason: Reason): KeptWithoutEffect {
  return { block, line, reason: reasonText(reason), isHarmless: typeof reason !== 'string' };
}

/** First what an engineer has to know of. Groups without a line are left out. */
export function keptGroups<Row extends Pick<KeptWithoutEffect, 'isHarmless'>>(
  kept: readonly Row[],
): readonly { readonly title: string; readonly rows: readonly Row[] }[] {
  const groups = [
    { title: 'Without effect, and calls are not what they are on IOS', rows: kept.filter((row) => !row.isHarmless) },
    { title: 'Without effect, and of no concern to calls', rows: kept.filter((row) => row.isHarmless) },
  ];
  return groups.filter(({ rows }) => rows.length > 0);
}
