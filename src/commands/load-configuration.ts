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

/** Asked for what each line makes of the tree. */
export interface Admission {
  /** Whether a line changed what may be objected to. */
  isTouched(next: Tree, old: Tree): boolean;
  /** Why it may not stand: the sentence to be read. */
  objection(next: Tree, old: Tree): string | undefined;
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
  /** Who says which lines may not stand; they are among the problems. Absent: every line may. */
  readonly admission?: Admission;
  /** A handler failed in a way it should not have; the line is among the problems. */
  readonly onFault?: (error: unknown, line: string) => void;
}

/**
 * Reads a configuration file: every line is typed at global configuration, and what is refused is reported while the
 * rest is loaded. Nothing is committed and nothing is started: the caller commits the tree, as one change.
 */
export async function loadConfiguration(text: string, context: LoadContext): Promise<LoadedConfiguration> {
  const draft = { running: context.base ?? emptyTree };
  const { admission } = context;
  // What may be objected to is never edited in place: a line that is refused must leave it as it was.
  let batch = new Batch();
  const world = offlineWorld({
    get batch() {
      return batch;
    },
    random: context.random ?? { bytes: (count) => Buffer.alloc(count) },
    get running() {
      return draft.running;
    },
    commit(next) {
      if (admission?.isTouched(next, draft.running) === true) {
        const reason = admission.objection(next, draft.running);
        if (reason !== undefined) throw new CommandError(reason);
        batch = new Batch();
      }
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
    reach: refusing(),
    sip: refusing(),
    calls: refusing(),
    patternFiles: refusing(),
    pki: refusing(),
    access: refusing(),
    http: refusing(),
    signaling: { of: () => [], all: () => [] },
  };
}

function refusing<Face extends object>(): Face {
  const refuse = (): never => {
    throw new CommandError('% This command acts, and cannot stand in a configuration file');
  };
  return new Proxy({}, { get: refuse }) as Face;
}
