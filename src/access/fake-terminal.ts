import type { Terminal, TerminalHandler } from '../io/terminal.ts';

/** A terminal whose keyboard is the test. */
export class FakeTerminal implements Terminal {
  readonly interactive: boolean;
  readonly columns = 80;
  readonly rows = 5;
  written = '';
  closed = false;
  #handler: TerminalHandler | undefined;

  constructor(interactive: boolean) {
    this.interactive = interactive;
  }

  open(handler: TerminalHandler): void {
    this.#handler = handler;
  }

  async type(text: string): Promise<void> {
    this.#handler?.onInput(new TextEncoder().encode(text));
    await settled();
  }

  end(): void {
    this.#handler?.onEnd();
  }

  write(text: string): void {
    this.written += text;
  }

  pause(): void {}
  resume(): void {}

  close(): void {
    this.closed = true;
  }
}

/** What was begun has gone as far as it goes by itself. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
