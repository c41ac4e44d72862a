import { type AliasesOf, unaliased } from './alias.ts';
import { execMode, userPrivilege } from './builtin.ts';
import {
  type Command,
  CommandError,
  IncompleteError,
  type Invocation,
  type ModeName,
  type SessionControl,
  type Terminal,
} from './command.ts';
import type { FilteredOutput } from './filtered-output.ts';
import type { Allows } from './grammar.ts';
import { completion, help } from './help.ts';
import { historySize } from './history.ts';
import { jsonLines } from './json.ts';
import type { Language, Resolved } from './language.ts';
import { type Assist, ctrlC, ctrlZ, type LineIo, longestLine, visible } from './line-io.ts';
import type { CompiledMode } from './mode.ts';
import { outputFile } from './output-file.ts';
import { filtered, type OutputFilter } from './output-filter.ts';
import { Pager } from './pager.ts';
import { type PerformedLine, performedLine } from './performed-line.ts';
import { withoutSecrets } from './secrets.ts';
import { type Refusal, refusalLines } from './verdict.ts';

export interface SessionOptions<World> {
  readonly language: Language<World>;
  readonly world: World;
  readonly io: LineIo;
  /** Asked for every prompt, so that a new `hostname` shows at once. */
  readonly hostname: () => string;
  /** Where it starts: 1 user EXEC, 15 privileged EXEC. 1 when absent. */
  readonly privilege?: number;
  /** Lowest privilege level that may use a command, where it is another than the command was made with. */
  readonly levelOf?: (command: Command<World>) => number;
  /** Names that commands have besides their own. */
  readonly aliasesOf?: AliasesOf;
  /** Modes entered already, below EXEC. They cannot be left: `exit` and `end` in a configuration file. */
  readonly fixed?: readonly ModeName[];
  /** Configuration mode was left, by whichever way. */
  readonly onConfigured?: () => void;
  /** A handler failed in a way it should not have. Called once for each failure, with the line as it may be logged. */
  readonly onFault: (error: unknown, line: string) => void;
}

interface Place<World> {
  readonly mode: CompiledMode<World>;
  readonly focus: string | number | undefined;
  /** The line that opened it; absent for those that were open from the start. */
  readonly opener?: Resolved<World>;
}

/** How a line ended: undefined for well. */
export type Outcome = Refusal | undefined;

/**
 * One operator at work: the modes entered, the privilege, and the line being carried out. `run` reads and answers lines
 * until the session closes; `perform` carries out one, for whoever reads the lines himself.
 */
export class Session<World> {
  readonly #options: SessionOptions<World>;
  readonly #places: Place<World>[];
  readonly #floor: number;
  readonly #pager: Pager;
  readonly #terminal: Terminal;
  readonly #control: SessionControl;
  readonly #assist: Assist;
  readonly #allows: Allows<Command<World>>;
  #privilege: number;
  #columns: number | undefined;
  #hasLength = false;
  #historySize = historySize;
  #closed = false;
  #performed: { readonly places: readonly Place<World>[]; readonly resolved: Resolved<World> } | undefined;

  constructor(options: SessionOptions<World>) {
    this.#options = options;
    this.#privilege = options.privilege ?? userPrivilege;
    const levelOf = options.levelOf ?? ((command) => command.privilege);
    this.#allows = (command) => levelOf(command) <= this.#privilege;
    const modes = [execMode, ...(options.fixed ?? [])];
    this.#places = modes.map((name) => ({ mode: options.language.mode(name), focus: undefined }));
    this.#floor = this.#places.length;
    this.#pager = new Pager(options.io, options.io.size?.rows ?? 24);
    this.#terminal = this.#terminalTo((line) => this.#pager.print(line));
    this.#control = this.#makeControl();
    this.#assist = {
      help: (text) => this.#help(text),
      complete: (text) => completion(options.language, this.#mode.name, this.#meant(text), this.#allows),
    };
  }

  get prompt(): string {
    const host = this.#options.hostname();
    const { kind, prompt } = this.#mode;
    if (kind === 'config') return `${host}(${prompt})#`;
    return `${host}${this.#privilege > userPrivilege ? '#' : '>'}`;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What `?` and Tab answer where the session stands. */
  get assist(): Assist {
    return this.#assist;
  }

  close(): void {
    this.#closed = true;
  }

  /** The screen has another number of lines. Of no interest once the operator has said how many he wants. */
  resize(rows: number): void {
    if (!this.#hasLength) this.#pager.length = rows;
  }

  /** Reads and answers lines until the session is closed or its input ends. Never rejects unless `io` does. */
  async run(): Promise<void> {
    while (!this.#closed) {
      const { prompt } = this;
      const line = await this.#options.io.readLine(prompt, { assist: this.#assist });
      if (line === undefined || this.#closed) break;
      this.#pager.restart();
      const refusal = await this.perform(line);
      if (refusal !== undefined) for (const text of refusalLines(refusal, prompt.length)) this.#terminal.print(text);
      await this.#pager.drained();
    }
    this.#closed = true;
  }

  /**
   * Carries out one line as typed. Gives a promise only when the handler did, so that a file of plain settings loads
   * without waiting. Prints what the command prints, but not the refusal it returns.
   */
  perform(typed: string): Outcome | Promise<Outcome> {
    const control = typed.at(-1);
    if (control === ctrlC) return this.#leaveConfiguration();
    if (control !== ctrlZ) return this.#performText(typed);
    const outcome = this.#performText(typed.slice(0, -1));
    if (outcome instanceof Promise) return outcome.finally(() => this.#leaveConfiguration());
    this.#leaveConfiguration();
    return outcome;
  }

  /**
   * Carries out a line of a file that stands further out than the block before it: only `depth` modes are still meant. Where
   * those do not know it, the block may, unless that block takes whatever is written.
   */
  performOutside(text: string, depth: number): Outcome | Promise<Outcome> {
    const { language } = this.#options;
    const outer = this.#places[depth - 1];
    const first = text.trimStart().charAt(0);
    if (outer === undefined || first === '' || first === '!' || text.length > longestLine) return this.perform(text);
    const resolved = language.resolve(outer.mode.name, text, this.#allows);
    if (resolved.kind === 'command') {
      this.#places.length = depth;
      return this.#carryOut(resolved);
    }
    const inner = language.resolve(this.#mode.name, text, this.#allows);
    if (inner.kind === 'command' && !inner.free) return this.#carryOut(inner);
    this.#places.length = depth;
    return resolved;
  }

  /** The line that was carried out last; undefined when the last one said nothing. */
  get performed(): PerformedLine | undefined {
    return this.#performed && performedLine(this.#performed.places, this.#performed.resolved);
  }

  /** How many modes are entered. */
  get depth(): number {
    return this.#places.length;
  }

  #help(text: string): readonly string[] {
    const { language, aliasesOf } = this.#options;
    const { name } = this.#mode;
    return help(language, name, this.#meant(text), this.#allows, this.#width, aliasesOf?.(name));
  }

  /** What stands for an alias with a blank behind it. */
  #meant(text: string): string {
    return /[ \t]/.test(text) ? unaliased(text, this.#mode.name, this.#options.aliasesOf).line : text;
  }

  #performText(line: string): Outcome | Promise<Outcome> {
    this.#performed = undefined;
    const first = line.trimStart().charAt(0);
    if (first === '' || first === '!') return undefined;
    if (line.length > longestLine) return { kind: 'too long' };
    const meant = unaliased(line, this.#mode.name, this.#options.aliasesOf);
    const resolved = this.#options.language.resolve(this.#mode.name, meant.line, this.#allows);
    if (resolved.kind === 'command') return this.#carryOut(resolved);
    return resolved.kind === 'invalid' ? { ...resolved, column: meant.typedColumn(resolved.column) } : resolved;
  }

  /** A line of a parent mode leaves this one, unless it is refused. */
  #carryOut(resolved: Resolved<World>): Outcome | Promise<Outcome> {
    const places = [...this.#places];
    const outcome = this.#attempt(resolved);
    const settled = (end: Outcome): Outcome => {
      if (end !== undefined && resolved.up > 0) this.#places.splice(0, Number.POSITIVE_INFINITY, ...places);
      return end;
    };
    return outcome instanceof Promise ? outcome.then(settled) : settled(outcome);
  }

  #attempt(resolved: Resolved<World>): Outcome | Promise<Outcome> {
    if (!resolved.done) for (let i = 0; i < resolved.up; i++) this.#leaveTo(this.#mode.parent);
    this.#performed = { places: [...this.#places], resolved };
    const { filter, command } = resolved;
    const asJson = filter?.kind === 'json';
    const output = this.#output(filter);
    const invocation = this.#invocation(resolved, output);
    try {
      // The arguments were read by the grammar of the very syntax that the handler's types were read from.
      const running = asJson ? this.#printJson(resolved, invocation) : command.run(resolved.args as never, invocation);
      if (running instanceof Promise) return this.#finished(running, resolved.line, output);
      const ending = output?.end();
      return ending instanceof Promise ? this.#finished(ending, resolved.line, undefined) : undefined;
    } catch (error) {
      return this.#failed(error, resolved.line);
    }
  }

  /** What stands between a `show` and the screen; undefined for nothing. */
  #output(filter: OutputFilter | undefined): FilteredOutput | undefined {
    const print = (line: string): void => this.#pager.print(line);
    const { world, language } = this.#options;
    if (filter === undefined || filter.kind === 'json') return undefined;
    if (!('url' in filter)) return filtered(filter, print);
    const { url, appends } = filter;
    return outputFile(filter, print, async (text) => language.save?.(world, url, text, appends));
  }

  async #printJson({ command, args }: Resolved<World>, invocation: Invocation<World>): Promise<void> {
    const record = await command.read?.(args as never, invocation);
    for (const line of jsonLines(record)) invocation.terminal.print(line);
  }

  async #finished(running: Promise<void>, line: string, output: FilteredOutput | undefined): Promise<Outcome> {
    try {
      await running;
      await output?.end();
      return undefined;
    } catch (error) {
      return this.#failed(error, line);
    }
  }

  #failed(error: unknown, line: string): Refusal {
    if (error instanceof IncompleteError) return { kind: 'incomplete' };
    if (error instanceof CommandError) return { kind: 'refused', lines: error.message.split('\n') };
    this.#options.onFault(error, withoutSecrets(line));
    return { kind: 'fault' };
  }

  #invocation(resolved: Resolved<World>, output: FilteredOutput | undefined): Invocation<World> {
    return {
      world: this.#options.world,
      terminal: output === undefined ? this.#terminal : this.#terminalTo((line) => output.print(line)),
      session: this.#control,
      focus: resolved.done ? undefined : this.#place.focus,
      form: resolved.form,
      line: resolved.line,
      written: resolved.written,
    };
  }

  #terminalTo(print: (line: string) => void): Terminal {
    return {
      print: (text) => {
        for (const line of text.split('\n')) print(visible(line));
      },
      ask: async (prompt, options) => {
        await this.#pager.drained();
        this.#pager.restart();
        const line = await this.#options.io.readLine(prompt, options?.hidden ? { hidden: true } : {});
        return line?.endsWith(ctrlC) ? undefined : line?.replace(ctrlZ, '');
      },
    };
  }

  #makeControl(): SessionControl {
    const self = this;
    return {
      get privilege() {
        return self.#privilege;
      },
      setPrivilege(level) {
        self.#privilege = level;
      },
      enter: (mode, focus) => this.#enter(mode, focus),
      leave: () => {
        if (this.#places.length > this.#floor) this.#cut(this.#places.length - 1);
        else if (this.#mode.kind === 'exec') this.#closed = true;
      },
      end: () => this.#end(),
      close: () => {
        this.#closed = true;
      },
      setPage: ({ length, width }) => {
        if (length !== undefined) this.#pager.length = length;
        this.#hasLength ||= length !== undefined;
        if (width !== undefined) this.#columns = width;
        if (width !== undefined) this.#options.io.setWidth?.(this.#width);
      },
      get page() {
        const { columns = 80 } = self.#options.io.size ?? {};
        return { length: self.#pager.length, width: self.#columns ?? columns };
      },
      get history() {
        return self.#options.io.history ?? [];
      },
      get historySize() {
        return self.#historySize;
      },
      setHistorySize: (lines) => {
        this.#historySize = lines;
        this.#options.io.keepHistory?.(lines);
      },
      setMonitor: (on) => this.#options.io.monitor?.(on) ?? false,
    };
  }

  /** A mode is entered from its parent: whatever was open beside it is left. */
  #enter(name: ModeName, focus: string | number | undefined): void {
    const mode = this.#options.language.mode(name);
    this.#leaveTo(mode.parent);
    const opener = this.#performed?.resolved;
    this.#places.push({ mode, focus, ...(opener === undefined ? {} : { opener }) });
  }

  /** Back to the nearest place of that mode, if there is one. */
  #leaveTo(name: ModeName | undefined): void {
    const at = this.#places.findLastIndex((place) => place.mode.name === name);
    if (at >= 0) this.#places.length = Math.max(at + 1, this.#floor);
  }

  #end(): void {
    this.#cut(Math.min(this.#places.length, this.#floor));
  }

  #cut(length: number): void {
    const wasIn = this.#mode.kind;
    this.#places.length = length;
    if (wasIn === 'config' && this.#mode.kind === 'exec') this.#options.onConfigured?.();
  }

  #leaveConfiguration(): undefined {
    if (this.#mode.kind === 'config') this.#end();
    return undefined;
  }

  get #place(): Place<World> {
    return this.#places.at(-1)!;
  }

  get #mode(): CompiledMode<World> {
    return this.#place.mode;
  }

  get #width(): number {
    const columns = this.#columns ?? this.#options.io.size?.columns ?? 80;
    return columns === 0 ? Number.POSITIVE_INFINITY : columns;
  }
}
