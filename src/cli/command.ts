import type { WrittenWord } from './grammar.ts';
import type { Args } from './syntax.ts';

/** What a handler can do with the terminal it was called from. */
export interface Terminal {
  /** One line of output, without its line end. */
  print(line: string): void;
  /** Asks in a dialog. Resolves to the line typed, or to undefined when the session ended first. `hidden`: no echo. */
  ask(prompt: string, options?: { readonly hidden?: boolean }): Promise<string | undefined>;
}

/** How a handler moves its session through the modes. */
export interface SessionControl {
  readonly privilege: number;
  setPrivilege(level: number): void;
  /** Opens a mode; `focus` says for which thing (trustpoint name, dial-peer tag). */
  enter(mode: ModeName, focus?: string | number): void;
  /** One mode up; at the top closes the session. */
  leave(): void;
  /** Back to EXEC. */
  end(): void;
  close(): void;
  /** The size of the terminal: lines between two `--More--` (0: no stops) and columns. What is absent stays. */
  setPage(page: { readonly length?: number; readonly width?: number }): void;
  /** The size as it is: lines between two `--More--`, columns. */
  readonly page: { readonly length: number; readonly width: number };
  /** The lines typed before, oldest first. */
  readonly history: readonly string[];
  readonly historySize: number;
  /** Keeps so many of them; 0 none. */
  setHistorySize(lines: number): void;
  /** `terminal monitor`: whether the log is shown here. False: it is shown here anyhow, or there is nothing to show. */
  setMonitor(on: boolean): boolean;
}

/** Modes refer to each other by name, so that no cycle of imports is needed. */
export type ModeName = string;

/** One execution of a command. */
export interface Invocation<World> {
  readonly world: World;
  readonly terminal: Terminal;
  readonly session: SessionControl;
  readonly focus: string | number | undefined;
  /** `no ...` and `default ...` are applied by the mode; the handler is told. */
  readonly form: 'set' | 'no' | 'default';
  /** The line as typed, without the prompt, trimmed. */
  readonly line: string;
  /** Its words with the keywords written out, without `no` or `default`. */
  readonly written: () => readonly WrittenWord[];
}

/** A refusal the operator is to read: thrown by a handler, printed by the session. One or more lines, each as IOS prints it (`% ...`). */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** What the grammar could not see: the line misses a word. The session says so as of any unfinished line. */
export class IncompleteError extends Error {
  override readonly name = 'IncompleteError';
}

/** A command as a table row. `syntax` is in the notation of Cisco's manuals; the handler's arguments are inferred from it. */
export interface Command<World> {
  readonly syntax: string;
  readonly help: string;
  /** Lowest privilege level that sees it; 0 everyone, 1 user EXEC, 15 privileged EXEC and configuration. */
  readonly privilege: number;
  /** Accepts `no` and `default` in front. */
  readonly negatable: boolean;
  /** Syntax of the `no` form when it takes fewer words; `syntax` is then not used for `no`. */
  readonly noSyntax?: string;
  readonly hidden: boolean;
  /** Not of IOS: an addition of this program. */
  readonly ours?: boolean;
  /** What holds while it is not configured, for the reference. */
  readonly standard?: string;
  readonly run: (args: never, invocation: Invocation<World>) => void | Promise<void>;
  /** A `show`: the record that `run` prints, for `| json` and for programs. */
  readonly read?: (args: never, invocation: Invocation<World>) => unknown;
}

export interface CommandOptions {
  readonly privilege?: number;
  readonly negatable?: boolean;
  readonly noSyntax?: string;
  /** Works, but `?` does not list it (IOS's hidden commands, old spellings). */
  readonly hidden?: boolean;
  /** Not of IOS: an addition of this program. The reference says so. */
  readonly ours?: boolean;
  /** What holds while it is not configured, for the reference. */
  readonly standard?: string;
}

export function command<const S extends string, World>(
  syntax: S,
  help: string,
  run: (args: Args<S>, invocation: Invocation<World>) => void | Promise<void>,
  options: CommandOptions = {},
): Command<World> {
  const words = options.ours ? `${help} (dialpeer extension)` : help;
  return { syntax, help: words, privilege: 15, negatable: false, hidden: false, ...options, run };
}

/** The two halves of a `show`. */
export interface Show<A, R, World> {
  /** What there is to show. A `CommandError` refuses. */
  read(args: A, invocation: Invocation<World>): R | Promise<R>;
  /** The record as lines. */
  print(record: R, args: A, invocation: Invocation<World>): Iterable<string>;
}

/** A command that shows: it reads a record, and prints it, or hands it out as JSON when `| json` is behind it. */
export function showCommand<const S extends string, R, World>(
  syntax: S,
  help: string,
  show: Show<Args<S>, R, World>,
  options: CommandOptions = {},
): Command<World> {
  const run = (args: Args<S>, invocation: Invocation<World>): void | Promise<void> => {
    const print = (record: R): void => {
      for (const line of show.print(record, args, invocation)) invocation.terminal.print(line);
    };
    const record = show.read(args, invocation);
    return record instanceof Promise ? record.then(print) : print(record);
  };
  return { ...command<S, World>(syntax, help, run, options), read: (args: Args<S>, i) => show.read(args, i) };
}
