/** What a line editor asks a session while a command line is typed. */
export interface Assist {
  /** The lines `?` shows for the text before the cursor. */
  help(text: string): readonly string[];
  /** The text with its last word completed, or undefined when it cannot be. */
  complete(text: string): string | undefined;
}

export interface ReadOptions {
  /** Not echoed, not remembered: passwords. */
  readonly hidden?: boolean;
  /** Present for a command line: `?`, Tab and history work. Absent for an answer in a dialog. */
  readonly assist?: Assist;
}

/**
 * What a session reads from and prints to: a console, an SSH channel, a file, a test.
 * A line that ends in Ctrl-Z or Ctrl-C carries that character as its last one.
 */
export interface LineIo {
  /** The next line without its end; undefined when there are no more. Called again only after it resolved. */
  readLine(prompt: string, options?: ReadOptions): Promise<string | undefined>;
  print(line: string): void;
  /** One keystroke, at `--More--`. Absent where nobody sits in front of it: then nothing is paged. */
  readKey?(prompt: string): Promise<string | undefined>;
  /** `terminal width`: the columns a line may take from now on. */
  setWidth?(columns: number): void;
  /** `terminal monitor`: shows the log here from now on, or no longer. False: nothing changes. */
  monitor?(on: boolean): boolean;
  /** The lines typed before, oldest first; absent where nothing is remembered. */
  readonly history?: readonly string[];
  /** `terminal history size`: how many of them are kept. */
  keepHistory?(lines: number): void;
  /** The size of the screen; 24 by 80 when absent. */
  readonly size?: { readonly rows: number; readonly columns: number };
}

/** Characters of one line; what is longer is refused. */
export const longestLine = 4096;

export const ctrlC = '\x03';
export const ctrlZ = '\x1a';

/** Controls, and what turns the direction of writing or takes no room: U+202E shows a name as another one. */
const unseen = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Control characters made visible: what a peer or a certificate put into a text must not drive or deceive the operator's terminal. */
export function visible(text: string): string {
  return text.replace(unseen, (c) => {
    const code = c.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}
