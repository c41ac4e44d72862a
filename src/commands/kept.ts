import { type Batch, withEntry, withoutEntry } from '../config/index.ts';
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
  /** What it stands under: `GigabitEthernet0/0`, `line vty 0 4`, `config-sip-ua`; empty at the global level. */
  readonly place: string;
  readonly line: string;
  readonly reason: string;
}
