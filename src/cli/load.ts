import { configMode, topPrivilege } from './builtin.ts';
import type { Language } from './language.ts';
import type { LineIo } from './line-io.ts';
import type { PerformedLine } from './performed-line.ts';
import { withoutSecrets } from './secrets.ts';
import { type Outcome, Session } from './session.ts';
import { refusalSentence } from './verdict.ts';

/** A line of a configuration that was not carried out. */
export interface BadLine {
  /** From 1. */
  readonly number: number;
  /** As it stands in the file, without what is secret in it. */
  readonly text: string;
  /** What IOS says about it: `% Incomplete command.` */
  readonly sentence: string;
  /** Where in `text` the first bad character stands, for what is invalid. */
  readonly column?: number;
}

export interface LoadOptions<World> {
  readonly language: Language<World>;
  readonly world: World;
  /** The lines of the file, without their ends. */
  readonly lines: Iterable<string>;
  /** What commands print while the file is read. Dropped when absent. */
  readonly print?: (line: string) => void;
  readonly onFault: (error: unknown, line: string) => void;
  /** Told of every line that was carried out. */
  readonly onLine?: (line: TypedLine) => void;
}

/** Where a line of a file stands, and how it was typed. */
export interface TypedLine extends PerformedLine {
  /** From 1. */
  readonly number: number;
  /** Without what is secret in it. */
  readonly text: string;
}

/**
 * Types a configuration file at a session in global configuration. A bad line is reported and the next one read; `end`
 * and `exit` go no further than global configuration. A command that asks gets the lines that follow it. The lines of a
 * block whose first line was refused are refused with it. Where the lines of a block are indented, one that is not ends it.
 */
export async function loadLines<World>(options: LoadOptions<World>): Promise<readonly BadLine[]> {
  const source = new NumberedLines(options.lines);
  const print = options.print ?? ((): void => {});
  const io: LineIo = { readLine: async () => source.next(), print };
  const session = new Session({
    language: options.language,
    world: options.world,
    io,
    hostname: () => '',
    privilege: topPrivilege,
    fixed: [configMode],
    onFault: options.onFault,
  });
  const bad: BadLine[] = [];
  let orphans = Number.POSITIVE_INFINITY;
  const blocks = new Blocks();
  for (let text = source.next(); text !== undefined && !session.closed; text = source.next()) {
    const { number } = source;
    const indent = text.length - text.trimStart().length;
    if (indent <= orphans) orphans = Number.POSITIVE_INFINITY;
    // Most commands have ended by now; waiting for each would cost more than the command.
    const depth = blocks.depthAt(indent, session.depth, text);
    const outcome =
      orphans < indent
        ? orphaned(text, indent)
        : depth < session.depth
          ? session.performOutside(text, depth)
          : session.perform(text);
    const refusal: Outcome = outcome instanceof Promise ? await outcome : outcome;
    blocks.entered(indent, session.depth);
    if (refusal === undefined) {
      const performed = options.onLine && session.performed;
      if (performed !== undefined) options.onLine?.({ ...performed, number, text: withoutSecrets(text.trim()) });
      continue;
    }
    bad.push(told(number, text, refusal));
    orphans = Math.min(orphans, indent);
  }
  return bad;
}

/** Some sentences quote the line. What is bad in the secret part of it is that part. */
function told(number: number, line: string, refusal: NonNullable<Outcome>): BadLine {
  const text = withoutSecrets(line);
  const typed = refusalSentence(refusal);
  const sentence = text === line ? typed : typed.replaceAll(line.trim(), text.trim());
  if (refusal.kind !== 'invalid') return { number, text, sentence };
  const hidden = text === line ? line.length : text.length - '***'.length;
  return { number, text, sentence, column: Math.min(refusal.column, hidden) };
}

/** A line further in than a refused one: it belongs to a block that was never opened, not to the one before. */
function orphaned(text: string, indent: number): Outcome {
  const blank = text.length === indent || text[indent] === '!';
  return blank ? undefined : { kind: 'invalid', column: indent, line: text.trim() };
}

/** The blocks a file is in, by how far in their first lines stand. */
class Blocks {
  readonly #open: { readonly indent: number; readonly depth: number; indented: boolean }[] = [];

  /** How many modes a line that stands so far in leaves entered: those of blocks whose lines are further in have ended. */
  depthAt(indent: number, depth: number, text: string): number {
    if (text.length === indent || text[indent] === '!') return depth;
    let outside = depth;
    for (let last = this.#open.at(-1); last !== undefined; last = this.#open.at(-1)) {
      if (last.depth > depth) this.#open.pop();
      else if (indent > last.indent) {
        last.indented = true;
        break;
      } else if (last.indented) {
        outside = last.depth - 1;
        this.#open.pop();
      } else break;
    }
    return outside;
  }

  /** A line that stands so far in has been carried out: it opened a block when there are more modes now. */
  entered(indent: number, depth: number): void {
    const last = this.#open.at(-1);
    if (depth > (last?.depth ?? globalDepth)) this.#open.push({ indent, depth, indented: false });
  }
}

/** EXEC and global configuration. */
const globalDepth = 2;

class NumberedLines {
  readonly #lines: Iterator<string>;
  /** Of the line last read, from 1. */
  number = 0;

  constructor(lines: Iterable<string>) {
    this.#lines = lines[Symbol.iterator]();
  }

  next(): string | undefined {
    const { value, done } = this.#lines.next();
    if (done === true) return undefined;
    this.number++;
    return value.endsWith('\r') ? value.slice(0, -1) : value;
  }
}
