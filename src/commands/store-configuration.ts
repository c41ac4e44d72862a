import { CommandError } from '../cli/index.ts';
import type { ConfigStore } from '../config/index.ts';
import type { Random } from '../io/index.ts';
import type { Tree } from './tree.ts';
import type { Configuration } from './world.ts';

/**
 * The configuration store as commands see it: a refusal by a service is the sentence the operator reads. `protect` is what
 * becomes of a tree before it is committed: its passwords are sealed.
 */
export function storeConfiguration(
  store: ConfigStore<Tree>,
  random: Random,
  protect: (tree: Tree) => Tree = (tree) => tree,
): Configuration {
  return {
    random,
    get running() {
      return store.running;
    },
    commit(next) {
      const result = store.commit(protect(next));
      if (result.kind === 'refused') throw new CommandError(result.reason);
    },
  };
}
