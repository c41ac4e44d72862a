/** A configuration as a fresh gateway would run it: what its services could not work with is told and left out. */
import { checkDialPlan } from './call/index.ts';
import {
  emptyTree,
  type LoadContext,
  type LoadedConfiguration,
  loadConfiguration,
  type Tree,
} from './commands/index.ts';
import { checkSettings } from './pki/index.ts';

/** A service that objects: to what part of the tree, and why. */
interface Objector {
  part(tree: Tree): unknown;
  objection(next: Tree, old: Tree): string | undefined;
}

const objectors: readonly Objector[] = [
  { part: ({ pki }) => pki, objection: (next, old) => checkSettings(old.pki, next.pki, () => false) },
  { part: ({ dialPlan }) => dialPlan, objection: (next, old) => checkDialPlan(next.dialPlan, old.dialPlan) },
];

/**
 * Reads a configuration file. When a service objects to it, it is read again, and that service is asked line by line, as if they
 * were typed; the lines it objects to are among the problems.
 */
export async function loadAdmitted(text: string, context: LoadContext): Promise<LoadedConfiguration> {
  const base = context.base ?? emptyTree;
  const asked: Objector[] = [];
  const admission = {
    isTouched: (next: Tree, old: Tree) => asked.some(({ part }) => part(next) !== part(old)),
    objection: (next: Tree, old: Tree) => firstOf(asked, ({ objection }) => objection(next, old)),
  };
  for (;;) {
    const loaded = await loadConfiguration(text, asked.length === 0 ? context : { ...context, admission });
    const objecting = objectors.find((one) => !asked.includes(one) && one.objection(loaded.tree, base) !== undefined);
    if (objecting === undefined) return loaded;
    asked.push(objecting);
  }
}

function firstOf<T, R>(all: readonly T[], answer: (one: T) => R | undefined): R | undefined {
  for (const one of all) {
    const found = answer(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
