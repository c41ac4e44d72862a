/** What a terminal tells whoever drives it. */
export interface TerminalHandler {
  /** Bytes as they come from the keyboard, or from the pipe that stands in for one. */
  onInput(bytes: Uint8Array): void;
  /** There will be no more input: the pipe ended, the window closed. */
  onEnd(): void;
  onResize(columns: number, rows: number): void;
}

/** A screen and a keyboard, or a pair of pipes in their place. */
export interface Terminal {
  /** False for pipes: nobody sits there, and nothing may move a cursor. */
  readonly interactive: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Keys come one by one and unechoed from here on. Once only. */
  open(handler: TerminalHandler): void;
  write(text: string): void;
  /** Stops and resumes input, when its reader is behind. */
  pause(): void;
  resume(): void;
  /** Gives the terminal back as it was. */
  close(): void;
}
