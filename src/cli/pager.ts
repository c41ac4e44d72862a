import type { LineIo } from './line-io.ts';

const morePrompt = ' --More-- ';
/** Lines that may wait behind `--More--`. */
const mostWaiting = 200_000;

/**
 * Stops long output every screenful: a blank shows the next screen, Enter the next line, anything else drops the rest of
 * the command's output. Without a keyboard (`readKey`) or with length 0 it lets everything pass.
 */
export class Pager {
  /** Lines of a screen; 0 for no stops. */
  length: number;
  readonly #io: LineIo;
  readonly #waiting: string[] = [];
  #next = 0;
  #shown = 0;
  #quit = false;
  #dropped = 0;
  #asking: Promise<void> | undefined;

  constructor(io: LineIo, length: number) {
    this.#io = io;
    this.length = length;
  }

  /** A new command begins, with a whole screen before it. */
  restart(): void {
    this.#shown = 0;
    this.#quit = false;
    this.#dropped = 0;
  }

  print(line: string): void {
    if (this.#quit) return;
    if (this.#asking === undefined && !this.#full()) return this.#show(line);
    if (this.#waiting.length - this.#next >= mostWaiting) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(line);
    this.#asking ??= this.#ask();
  }

  /** Resolves when nothing waits; undefined when nothing waits now. */
  drained(): Promise<void> | undefined {
    return this.#asking;
  }

  #full(): boolean {
    return this.#io.readKey !== undefined && this.length > 0 && this.#shown >= this.length - 1;
  }

  #show(line: string): void {
    this.#shown++;
    this.#io.print(line);
  }

  async #ask(): Promise<void> {
    while (this.#next < this.#waiting.length && !this.#quit) {
      if (this.#full()) this.#answer(await this.#io.readKey?.(morePrompt));
      else this.#show(this.#waiting[this.#next++] ?? '');
    }
    this.#waiting.length = 0;
    this.#next = 0;
    this.#asking = undefined;
    if (this.#dropped > 0 && !this.#quit) this.#io.print(`% ${this.#dropped} lines of output were dropped`);
  }

  #answer(key: string | undefined): void {
    if (key === ' ') this.#shown = 0;
    else if (key === '\r' || key === '\n') this.#shown = Math.max(0, this.length - 2);
    else this.#quit = true;
  }
}
