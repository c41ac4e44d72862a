import { ctrlC } from '../cli/index.ts';
import type { Clock } from '../io/index.ts';
import type { Terminal } from '../io/terminal.ts';
import { Console, type ConsoleOptions } from './console.ts';

/** What each session at the console is given, asked for anew when it begins. */
export interface ConsoleSession<World> extends Omit<ConsoleOptions<World>, 'terminal' | 'typedAhead'> {
  /** A session that nobody types at ends after so long; 0: never. A pipe is not hurried. */
  readonly execTimeoutMs: number;
}

export interface ConsoleLineOptions<World> {
  /** For the screen between two sessions. */
  readonly idle: Pick<ConsoleOptions<World>, 'language' | 'world' | 'hostname' | 'onFault'>;
  /** The same keyboard and screen again, for each who opens it. */
  readonly terminal: () => Terminal;
  readonly clock: Clock;
  /** Somebody sits down. */
  readonly session: () => ConsoleSession<World>;
  /** He left, and nobody sits there. */
  readonly left: () => void;
  /** Typed already, at the line before this one. */
  readonly typedAhead: string;
}

type End = 'left' | 'exhausted';

/**
 * The console as a line of the router: one session after another. `exit`, `clear line` and the exec-timeout end a session
 * and not the router; Return begins the next. The line ends with its input, when it is closed, or by Ctrl-C typed while
 * nobody is logged in.
 */
export class ConsoleLine<World> {
  readonly #options: ConsoleLineOptions<World>;
  #console: Console<World> | undefined;
  #typedAhead: string;
  #closed = false;

  constructor(options: ConsoleLineOptions<World>) {
    this.#options = options;
    this.#typedAhead = options.typedAhead;
  }

  async run(): Promise<void> {
    while (!this.#closed && (await this.#sit()) === 'left') {
      this.#options.left();
      if (this.#closed || !(await this.#available())) break;
    }
    this.#options.left();
  }

  /** Ends the line. Returns what a pipe has delivered and nobody has read. */
  close(): string {
    this.#closed = true;
    const unread = this.#console?.close() ?? '';
    return unread === '' ? this.#typedAhead : unread;
  }

  /** Ends the session, as if he who sits there had left. */
  clear(): void {
    this.#console?.leave();
  }

  log(...lines: readonly string[]): void {
    this.#console?.log(...lines);
  }

  /** One session. */
  async #sit(): Promise<End> {
    const { execTimeoutMs, ...session } = this.#options.session();
    const idle = new IdleWatch(this.#options.clock, () => this.clear());
    const onInput = (): void => {
      session.onInput?.();
      idle.touch();
    };
    const end = await this.#open({ ...session, onInput }, (terminal) => {
      if (terminal.interactive) idle.start(execTimeoutMs);
    });
    idle.stop();
    return end;
  }

  /** Between two sessions. A pipe goes straight on; a keyboard waits for Return. False when the line ends here. */
  async #available(): Promise<boolean> {
    let goesOn = false;
    const { idle } = this.#options;
    await this.#open({
      ...idle,
      login: async (io) => {
        for (const line of available(idle.hostname())) io.print(line);
        if (io.readKey === undefined) goesOn = true;
        else io.print('(Ctrl-C here stops the gateway.)');
        while (!goesOn) {
          const key = await io.readKey?.('');
          if (key === undefined || key === ctrlC) return undefined;
          goesOn = key === '\r' || key === '\n';
        }
        io.print('');
        return undefined;
      },
    });
    return goesOn;
  }

  async #open(
    options: Omit<ConsoleOptions<World>, 'terminal' | 'typedAhead'>,
    opened: (terminal: Terminal) => void = () => {},
  ): Promise<End> {
    const terminal = this.#options.terminal();
    const console = new Console<World>({ ...options, terminal, typedAhead: this.#typedAhead });
    this.#typedAhead = '';
    this.#console = console;
    opened(terminal);
    await console.run();
    if (!this.#closed) this.#typedAhead = console.close();
    return console.exhausted ? 'exhausted' : 'left';
  }
}

function available(hostname: string): readonly string[] {
  return ['', `${hostname} con0 is now available`, '', '', 'Press RETURN to get started.', ''];
}

/** Calls when nothing was typed for so long. */
class IdleWatch {
  readonly #clock: Clock;
  readonly #idle: () => void;
  #touchedAt = 0;
  #timer: { cancel(): void } | undefined;

  constructor(clock: Clock, idle: () => void) {
    this.#clock = clock;
    this.#idle = idle;
  }

  /** 0: never. */
  start(limitMs: number): void {
    this.touch();
    if (limitMs > 0) this.#wait(limitMs, limitMs);
  }

  touch(): void {
    this.#touchedAt = this.#clock.monotonic();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #wait(leftMs: number, limitMs: number): void {
    this.#timer = this.#clock.after(leftMs, () => {
      const left = limitMs - (this.#clock.monotonic() - this.#touchedAt);
      if (left > 0) this.#wait(left, limitMs);
      else this.#idle();
    });
  }
}
