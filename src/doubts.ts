/** What the log says of a configuration that is taken as it is and leads nowhere, at boot and when it changes. */
import {
  isOfInterface,
  type Tree,
  touchesReferences,
  unaddressed,
  undefinedReferences,
  underBlock,
} from './commands/index.ts';
import type { Log } from './io/index.ts';
import type { systemMessages } from './system-messages.ts';

/** `old`: what was said of it is not said again. */
export function tellDoubts(log: Log<typeof systemMessages>, next: Tree, old?: Tree): void {
  if (old !== undefined && !touchesReferences(old, next)) return;
  const before = new Set(old === undefined ? [] : unaddressed(old).map(({ line }) => line));
  for (const { line, effect } of unaddressed(next)) {
    if (!before.has(line)) log('NO_ADDRESS', { line, effect });
  }
  const known = new Set(old === undefined ? [] : missing(old).map(textOf));
  for (const one of missing(next)) {
    if (!known.has(textOf(one))) log('NOT_DEFINED', one);
  }
}

function missing(tree: Tree): readonly { readonly line: string; readonly names: string }[] {
  return undefinedReferences(tree)
    .filter((one) => !isOfInterface(one))
    .map(({ block, line, names }) => ({ line: underBlock(block, line), names }));
}

function textOf({ line, names }: { readonly line: string; readonly names: string }): string {
  return `${line} ${names}`;
}
