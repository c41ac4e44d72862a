import type { Readable, Writable } from 'node:stream';
import type { Terminal, TerminalHandler } from '../terminal.ts';

/** Standard input and output, as far as they are used here: a terminal, a pipe or a file. */
type Input = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };

/** The terminal this process was started in, or the pipes it was given. Interactive when both ends are a terminal. */
export class NodeTerminal implements Terminal {
  readonly interactive: boolean;
  readonly #input: Input;
  readonly #output: Output;
  #close: () => void = () => {};

  constructor(input: Input = process.stdin, output: Output = process.stdout) {
    this.#input = input;
    this.#output = output;
    this.interactive = input.isTTY === true && output.isTTY === true;
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  open(handler: TerminalHandler): void {
    const onData = (bytes: Uint8Array): void => handler.onInput(bytes);
    const onEnd = (): void => handler.onEnd();
    const onResize = (): void => handler.onResize(this.columns, this.rows);
    if (this.interactive) this.#input.setRawMode?.(true);
    this.#input.on('data', onData).once('end', onEnd).once('error', onEnd);
    // Whoever had the terminal before may have paused it, or seen its end.
    this.#input.resume();
    if (this.#input.readableEnded) queueMicrotask(onEnd);
    this.#output.on('resize', onResize);
    this.#close = () => {
      this.#input.off('data', onData).off('end', onEnd).off('error', onEnd).pause();
      this.#output.off('resize', onResize);
      if (this.interactive) this.#input.setRawMode?.(false);
    };
  }

  write(text: string): void {
    // In raw mode Node leaves it to the terminal to make CR LF of LF.
    if (this.#output.writable) this.#output.write(this.interactive ? text.replaceAll('\r\n', '\n') : text);
  }

  pause(): void {
    this.#input.pause();
  }

  resume(): void {
    this.#input.resume();
  }

  close(): void {
    const close = this.#close;
    this.#close = () => {};
    close();
  }
}
