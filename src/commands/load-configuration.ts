import { CommandError, type Language, loadLines, type TypedLine } from '../cli/index.ts';
import { Batch } from '../config/index.ts';
import { printable, type Random } from '../io/index.ts';
import { emptyTree, type Tree } from './tree.ts';
import type { World } from './world.ts';

/** A line that was refused. */
export interface LoadProblem {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** What IOS says about it: `% ...`. */
  readonly message: string;
  /** Where in `text` the `^` of the message stands, if it speaks of one. */
  readonly column?: number;
}

/** What is said of a refused line where no `^` can stand under it: the word itself is quoted. */
export function sentenceOf({ text, message, column }: LoadProblem): string {
  const first = message.split('\n')[0] ?? '';
  const word = column === undefined ? undefined : /^\S+/.exec(text.slice(column))?.[0];
  return word === undefined ? first : first.replace("'^' marker", `"${word}"`);
}

/** The line that points at what is bad in the line above it, `text` printed behind so many characters; none where nothing is pointed at. */
export function caretLine({ text, column }: LoadProblem, before: number): readonly string[] {
  return column === undefined ? [] : [`${' '.repeat(before + printable(text.slice(0, column).trimStart()).length)}^`];
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
  /** The lines that were carried out, where they were asked for. */
  readonly lines?: readonly TypedLine[];
}

export interface LoadContext {
  readonly language: Language<World>;
  /** What the file is typed over; an empty router when absent. */
  readonly base?: Tree;
  /** For the salts of passwords given in clear. Absent where the tree is only looked at: they are all alike then. */
  readonly random?: Random;
  /** Who says which lines may not stand; they are among the problems. Absent: every line may. */
  readonly admission?: Admission;
  /** Whether to keep where each line stands and how it was typed. */
  readonly traced?: true;
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
  const lines: TypedLine[] = [];
  const bad = await loadLines({
    ...(context.traced ? { onLine: (line: TypedLine) => void lines.push(line) } : {}),
    language: context.language,
    world,
    lines: text.split('\n').map(withoutHeading),
    onFault: context.onFault ?? ((): void => {}),
  });
  const problems = bad.map(({ number, text: line, sentence, ...place }) => ({
    line: number,
    text: line,
    message: sentence,
    ...place,
  }));
  return { tree: draft.running, problems, ...(context.traced ? { lines } : {}) };
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
