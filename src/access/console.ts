import {
  type AliasesOf,
  type Command,
  type Language,
  LineEditor,
  type LineIo,
  type ReadOptions,
  Session,
  visible,
} from '../cli/index.ts';
import type { Terminal } from '../io/terminal.ts';

export interface ConsoleOptions<World> {
  readonly terminal: Terminal;
  readonly language: Language<World>;
  /** Levels of commands, where they are others than those they were made with. */
  readonly levelOf?: (command: Command<World>) => number;
  /** Other names of commands. */
  readonly aliasesOf?: AliasesOf;
  readonly world: World;
  readonly hostname: () => string;
  /** Where the session starts: 1 user EXEC (when absent), 15 privileged EXEC. */
  readonly privilege?: number;
  /** Shown above the first prompt. */
  readonly greeting?: readonly string[];
  /** Lines of a screen whatever its size; 0 for no stops. */
  readonly pageLength?: number;
  /** Asks who is there before the session begins. Resolves to what he is given, undefined when the input ended first. */
  readonly login?: (io: LineIo) => Promise<Admission<World> | undefined>;
  /** Something was typed. */
  readonly onInput?: () => void;
  /** Typed already, at the console before this one. */
  readonly typedAhead?: string;
  /** For `terminal monitor`: shows each line of the log until the function returned is called. Absent: this is the console. */
  readonly watchLog?: (show: (line: string) => void) => () => void;
  /** Configuration mode was left. */
  readonly onConfigured?: () => void;
  /** A command handler failed in a way it should not have. */
  readonly onFault: (error: unknown, line: string) => void;
}

/** What somebody who logged in at a console is given in the place of what the console has. */
export interface Admission<World> {
  readonly world: World;
  readonly privilege: number;
}

/** Characters typed ahead of a running command that are kept. Beyond, a pipe is made to wait; a keyboard's are dropped. */
const mostTypedAhead = 65_536;

/**
 * A command session on a terminal: keys to the line editor, lines to the session, answers to the screen. The same for a
 * keyboard, for piped input, and for any channel that looks like a terminal.
 */
export class Console<World> implements LineIo {
  readonly #terminal: Terminal;
  readonly #editor: LineEditor;
  readonly #options: ConsoleOptions<World>;
  #session: Session<World> | undefined;
  readonly #decoder = new TextDecoder();
  readonly readKey?: (prompt: string) => Promise<string | undefined>;
  #typedAhead = '';
  #ended = false;
  /** A line was wanted and the input had none left. */
  #exhausted = false;
  #left = false;
  #closing = false;
  #paused = false;
  #dropped = 0;
  readonly #watchLog: ConsoleOptions<World>['watchLog'];
  #unwatch: (() => void) | undefined;
  /** Whoever waits for a line, or for a key. */
  #line: ((line: string | undefined) => void) | undefined;
  #key: ((key: string | undefined) => void) | undefined;

  constructor(options: ConsoleOptions<World>) {
    const { terminal } = options;
    this.#terminal = terminal;
    this.#watchLog = options.watchLog;
    this.#typedAhead = options.typedAhead ?? '';
    this.#editor = new LineEditor({ style: terminal.interactive ? 'terminal' : 'pipe', columns: terminal.columns });
    if (terminal.interactive) this.readKey = (prompt) => this.#readKey(prompt);
    this.#options = options;
  }

  /** The screen's size as it is now. */
  get size(): { readonly rows: number; readonly columns: number } {
    return { rows: this.#options.pageLength ?? this.#terminal.rows, columns: this.#terminal.columns };
  }

  /** Typed characters that were dropped because a command ran for too long. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether the session ended because its input did. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  /** Runs the session. Resolves when the operator leaves, the input ends, or `close` is called. */
  async run(): Promise<void> {
    this.#terminal.open({
      onInput: (bytes) => {
        this.#options.onInput?.();
        this.#receive(this.#decoder.decode(bytes, { stream: true }));
      },
      onEnd: () => this.#end(),
      onResize: (columns) => {
        this.#editor.resize(columns);
        this.#session?.resize(this.size.rows);
      },
    });
    try {
      await this.#converse();
    } finally {
      this.monitor(false);
      this.#terminal.close();
    }
  }

  async #converse(): Promise<void> {
    const { login, greeting = [], ...options } = this.#options;
    const admitted = login === undefined ? options : await login(this);
    if (admitted === undefined || this.#closing) return;
    for (const line of greeting) this.print(visible(line));
    this.#session = new Session({ ...options, ...admitted, io: this });
    await this.#session.run();
  }

  /** Ends the session as if its input had ended. Returns what a pipe has delivered and nobody has read. */
  close(): string {
    this.#closing = true;
    this.#session?.close();
    const unread = this.#terminal.interactive ? '' : this.#typedAhead;
    this.#typedAhead = '';
    this.#end();
    return unread;
  }

  /** Ends the session as if the operator had left it; what was typed ahead is kept for the next. */
  leave(): void {
    this.#left = true;
    this.#session?.close();
    this.#giveNothing();
  }

  /** Shows lines of the log above what is being typed. */
  log(...lines: readonly string[]): void {
    this.#terminal.write(this.#editor.announce(lines.map(visible)));
  }

  /** For the session: `terminal monitor`. False when the log is shown here anyhow. */
  monitor(on: boolean): boolean {
    if (this.#watchLog === undefined) return false;
    this.#unwatch?.();
    this.#unwatch = on ? this.#watchLog((line) => this.log(line)) : undefined;
    return true;
  }

  /** For the session: the next line typed. */
  readLine(prompt: string, options: ReadOptions = {}): Promise<string | undefined> {
    if (this.#left) return Promise.resolve(undefined);
    this.#terminal.write(this.#editor.begin(prompt, options));
    return new Promise((resolve) => {
      this.#line = resolve;
      this.#work();
    });
  }

  /** For the session: one line of output. */
  print(line: string): void {
    this.#terminal.write(`${line}${this.#terminal.interactive ? '\r\n' : '\n'}`);
  }

  /** For the session: the columns a line may take. */
  setWidth(columns: number): void {
    this.#editor.resize(columns);
  }

  /** For the session: the lines typed before. */
  get history(): readonly string[] {
    return this.#editor.history;
  }

  /** For the session: `terminal history size`. */
  keepHistory(lines: number): void {
    this.#editor.keep(lines);
  }

  #readKey(prompt: string): Promise<string | undefined> {
    if (this.#left) return Promise.resolve(undefined);
    this.#terminal.write(prompt);
    return new Promise((resolve) => {
      this.#key = (key) => {
        this.#terminal.write(`\r${' '.repeat(prompt.length)}\r`);
        resolve(key);
      };
      this.#work();
    });
  }

  #receive(text: string): void {
    const room = mostTypedAhead - this.#typedAhead.length;
    const taken = this.#terminal.interactive ? text.slice(0, Math.max(0, room)) : text;
    this.#dropped += text.length - taken.length;
    this.#typedAhead += taken;
    if (!this.#terminal.interactive && this.#typedAhead.length >= mostTypedAhead) this.#pause(true);
    this.#work();
  }

  /** Hands what was typed to whoever waits. */
  #work(): void {
    if (this.#key !== undefined && this.#typedAhead !== '') this.#giveKey();
    else if (this.#line !== undefined) this.#giveLine();
    if (this.#typedAhead.length < mostTypedAhead) this.#pause(false);
  }

  #giveKey(): void {
    const [key = ''] = this.#typedAhead;
    this.#typedAhead = this.#typedAhead.slice(key.length);
    const give = this.#key;
    this.#key = undefined;
    give?.(key);
  }

  #giveLine(): void {
    const ready = this.#typedAhead;
    this.#typedAhead = '';
    let edited = ready === '' ? undefined : this.#editor.feed(ready);
    if (edited !== undefined) {
      this.#typedAhead = edited.rest;
      this.#terminal.write(edited.screen);
    }
    if (edited?.line === undefined) {
      if (!this.#ended) return;
      edited = this.#editor.finish();
      this.#terminal.write(edited.screen);
      this.#exhausted ||= edited.line === undefined;
    }
    const give = this.#line;
    this.#line = undefined;
    give?.(edited.line);
  }

  #end(): void {
    this.#ended = true;
    this.#giveNoKey();
    this.#work();
  }

  #giveNoKey(): void {
    const give = this.#key;
    this.#key = undefined;
    give?.(undefined);
  }

  #giveNothing(): void {
    this.#giveNoKey();
    const give = this.#line;
    this.#line = undefined;
    give?.(undefined);
  }

  #pause(wanted: boolean): void {
    if (wanted === this.#paused) return;
    this.#paused = wanted;
    if (wanted) this.#terminal.pause();
    else this.#terminal.resume();
  }
}
