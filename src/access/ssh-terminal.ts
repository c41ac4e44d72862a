import type { Terminal, TerminalHandler } from '../io/terminal.ts';

/** What of the library's channel a terminal needs. */
export interface SshChannel {
  readonly writable: boolean;
  /** Bytes the client has not made room for. */
  readonly writableLength: number;
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  write(text: string): unknown;
  pause(): unknown;
  resume(): unknown;
  exit(status: number): unknown;
  end(): unknown;
}

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Bytes that may wait for a client that does not read its screen; beyond, the session ends. */
const mostWaitingBytes = 16 * 1024 * 1024;
const largestScreen = 4096;

/** A channel of an SSH connection as a terminal: a keyboard where the client asked for one, else a pair of pipes. */
export class SshTerminal implements Terminal {
  readonly interactive: boolean;
  readonly #channel: SshChannel;
  readonly #touched: () => void;
  readonly #flooded: () => void;
  #size: ScreenSize;
  #handler: TerminalHandler | undefined;
  #closed = false;

  /** `touched` is called at every input, `flooded` once when the client lets too much wait. */
  constructor(
    channel: SshChannel,
    size: ScreenSize | undefined,
    events: { readonly touched: () => void; readonly flooded: () => void },
  ) {
    this.#channel = channel;
    this.interactive = size !== undefined;
    this.#size = sane(size);
    this.#touched = events.touched;
    this.#flooded = events.flooded;
  }

  get columns(): number {
    return this.#size.columns;
  }

  get rows(): number {
    return this.#size.rows;
  }

  resize(size: ScreenSize): void {
    this.#size = sane(size);
    this.#handler?.onResize(this.columns, this.rows);
  }

  open(handler: TerminalHandler): void {
    this.#handler = handler;
    this.#channel.on('data', (bytes) => {
      this.#touched();
      handler.onInput(bytes);
    });
    for (const event of ['end', 'close'] as const) this.#channel.on(event, () => handler.onEnd());
  }

  write(text: string): void {
    if (this.#closed || !this.#channel.writable || text === '') return;
    if (this.#channel.writableLength <= mostWaitingBytes) {
      this.#channel.write(text);
      return;
    }
    this.#closed = true;
    this.#flooded();
  }

  pause(): void {
    this.#channel.pause();
  }

  resume(): void {
    this.#channel.resume();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#channel.exit(0);
    this.#channel.end();
  }
}

/** A client that does not know its size says 0. */
function sane(size: ScreenSize | undefined): ScreenSize {
  const { columns = 0, rows = 0 } = size ?? {};
  return { columns: Math.min(columns || 80, largestScreen), rows: Math.min(rows || 24, largestScreen) };
}
