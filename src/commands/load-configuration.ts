import { CommandError, type Language, loadLines } from '../cli/index.ts';
import { Batch } from '../config/index.ts';
import type { Random } from '../io/index.ts';
import { emptyTree, type Tree } from './tree.ts';
import type { World } from './world.ts';

/** A line that was refused. */
export interface LoadProblem {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** What IOS says about it: `% ...`. */
  readonly message: string;
}

export interface LoadedConfiguration {
  readonly tree: Tree;
  readonly problems: readonly LoadProblem[];
}

export interface LoadContext {
  readonly language: Language<World>;
  /** What the file is typed over; an empty router when absent. */
  readonly base?: Tree;
  /** For the salts of passwords given in clear. Absent where the tree is only looked at: they are all alike then. */
  readonly random?: Random;
  /**
   * Why a line may not stand, asked for what each one makes of the tree; such a line is among the problems. Absent: every
   * line may, and the file loads in one go.
   */
  readonly admit?: (next: Tree, old: Tree) => string | undefined;
  /** A handler failed in a way it should not have; the line is among the problems. */
  readonly onFault?: (error: unknown, line: string) => void;
}

/**
 * Reads a configuration file: every line is typed at global configuration, and what is refused is reported while the
 * rest is loaded. Nothing is committed and nothing is started: the caller commits the tree, as one change.
 */
export async function loadConfiguration(text: string, context: LoadContext): Promise<LoadedConfiguration> {
  const draft = { running: context.base ?? emptyTree };
  const { admit } = context;
  const batch = new Batch();
  const world = offlineWorld({
    // A line that may be refused must leave the maps as they were: a batch of its own owns none of them.
    get batch() {
      return admit === undefined ? batch : new Batch();
    },
    random: context.random ?? { bytes: (count) => Buffer.alloc(count) },
    get running() {
      return draft.running;
    },
    commit(next) {
      const reason = admit?.(next, draft.running);
      if (reason !== undefined) throw new CommandError(reason);
      draft.running = next;
    },
  });
  const bad = await loadLines({
    language: context.language,
    world,
    lines: text.split('\n').map(withoutHeading),
    onFault: context.onFault ?? ((): void => {}),
  });
  const problems = bad.map(({ number, text: line, sentence }) => ({ line: number, text: line, message: sentence }));
  return { tree: draft.running, problems };
}

/** The lines that `show running-config` and `show startup-config` print above a configuration, pasted with it. */
function withoutHeading(line: string): string {
  return /^(?:Building configuration\.\.\.|Current configuration ?: ?\d+ bytes|Using \d+ (?:out of \d+ )?bytes)\s*$/.test(
    line,
  )
    ? '!'
    : line;
}

/** A file configures; it does not act: whatever a command would ask a room to do is refused. */
function offlineWorld(config: World['config']): World {
  return {
    config,
    system: refusing(),
    fileSystem: refusing(),
    remoteFiles: refusing(),
    archive: refusing(),
    reverting: refusing(),
    time: refusing(),
    sip: refusing(),
    calls: refusing(),
    pki: refusing(),
    access: refusing(),
    signaling: () => [],
  };
}

function refusing<Face extends object>(): Face {
  const refuse = (): never => {
    throw new CommandError('% This command acts, and cannot stand in a configuration file');
  };
  return new Proxy({}, { get: refuse }) as Face;
}
