import { CommandError } from '../cli/index.ts';
import type { ConfigStore } from '../config/index.ts';
import type { Random } from '../io/index.ts';
import type { Tree } from './tree.ts';
import type { Configuration } from './world.ts';

/** The configuration store as commands see it: a refusal by a service is the sentence the operator reads. */
export function storeConfiguration(store: ConfigStore<Tree>, random: Random): Configuration {
  return {
    random,
    get running() {
      return store.running;
    },
    commit(next) {
      const result = store.commit(next);
      if (result.kind === 'refused') throw new CommandError(result.reason);
    },
  };
}
