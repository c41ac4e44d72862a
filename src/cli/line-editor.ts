import { History } from './history.ts';
import { LineBuffer, type View } from './line-buffer.ts';
import { ctrlC, ctrlZ, type ReadOptions } from './line-io.ts';

/** What the editor makes of some input. */
export interface Edited {
  /** To be written to the terminal. */
  readonly screen: string;
  /** The finished line, when there is one. Ends in Ctrl-Z or Ctrl-C when that ended it. */
  readonly line: string | undefined;
  /** Input behind the finished line: hand it back when the next line is begun. */
  readonly rest: string;
}

export interface LineEditorOptions {
  /**
   * `terminal`: every key shows at once, lines end in CR LF. `pipe`: a line shows whole when it is finished, so that a
   * transcript reads as on a terminal, without anything that moves a cursor.
   */
  readonly style: 'terminal' | 'pipe';
  readonly columns: number;
}

const unseen: View = { text: '', cursor: 0 };
const bell = '\x07';
const escapeKey = '\x1b';

/**
 * The line being typed: keystrokes in, screen text and the finished line out. Owns no terminal and waits for nothing, so
 * a console, an SSH channel and a test use the same. One line at a time: `begin`, then `feed` until a line comes back.
 */
export class LineEditor {
  readonly #style: 'terminal' | 'pipe';
  readonly #history = new History();
  #buffer: LineBuffer;
  #columns: number;
  #prompt = '';
  #options: ReadOptions = {};
  #active = false;
  #wasHidden = false;
  /** The beginning of an escape sequence, or Ctrl-V, waiting for what follows. */
  #pending = '';
  /** The last key was a carriage return: a line feed right behind it belongs to it. */
  #returned = false;

  constructor(options: LineEditorOptions) {
    this.#style = options.style;
    this.#columns = options.columns;
    this.#buffer = new LineBuffer();
  }

  /** Begins a line. Gives the prompt to write. */
  begin(prompt: string, options: ReadOptions = {}): string {
    this.#prompt = prompt;
    this.#options = options;
    // A password that was cut must not come back in a line that shows.
    if (this.#wasHidden) this.#buffer = new LineBuffer();
    else this.#buffer.clear();
    this.#wasHidden = options.hidden === true;
    this.#pending = '';
    this.#active = true;
    this.#history.rewind();
    return prompt;
  }

  /** Takes decoded input up to the end of the line. */
  feed(input: string): Edited {
    let screen = '';
    let at = 0;
    while (at < input.length) {
      const key = String.fromCodePoint(input.codePointAt(at) ?? 0);
      at += key.length;
      const afterReturn = this.#returned && key === '\n';
      this.#returned = key === '\r';
      if (afterReturn) continue;
      const before = this.#shownView();
      const done = this.#key(key);
      screen += done.screen ?? this.#repaint(before);
      if (done.line === undefined) continue;
      this.#active = false;
      return { screen, line: done.line, rest: input.slice(at) };
    }
    return { screen, line: undefined, rest: '' };
  }

  /** The input has ended: what was typed without a line end is a line still, undefined when nothing was. */
  finish(): Edited {
    const { text } = this.#buffer;
    if (!this.#active || text === '') return { screen: this.#active ? this.#newline : '', line: undefined, rest: '' };
    const done = this.#enter('');
    this.#active = false;
    return { screen: done.screen ?? '', line: done.line, rest: '' };
  }

  /** Screen text that puts `lines` above the line being typed. */
  announce(lines: readonly string[]): string {
    const text = lines.map((line) => `${line}${this.#newline}`).join('');
    if (!this.#active) return text;
    if (this.#style === 'pipe') return `${this.#newline}${text}${this.#prompt}`;
    const view = this.#shownView();
    const toStart = `\r${' '.repeat(this.#prompt.length + view.text.length)}\r`;
    return `${toStart}${text}${this.#prompt}${view.text}${'\b'.repeat(view.text.length - view.cursor)}`;
  }

  /** The lines typed before, oldest first. */
  get history(): readonly string[] {
    return this.#history.lines;
  }

  /** How many of them are kept. */
  keep(lines: number): void {
    this.#history.resize(lines);
  }

  /** The terminal has a new width. */
  resize(columns: number): void {
    this.#columns = columns;
  }

  /** Columns behind the prompt, the last one kept for the cursor. */
  get #room(): number {
    return Math.max(8, this.#columns - this.#prompt.length - 1);
  }

  get #newline(): string {
    return this.#style === 'terminal' ? '\r\n' : '\n';
  }

  /** What of the line stands on the screen while it is typed. */
  #shownView(): View {
    return this.#options.hidden || this.#style === 'pipe' ? unseen : this.#buffer.view(this.#room);
  }

  /** Screen text from what was shown to what is: nothing but blanks, backspaces and characters. */
  #repaint(before: View): string {
    const after = this.#shownView();
    if (before === after) return '';
    let same = 0;
    while (same < before.text.length && before.text[same] === after.text[same]) same++;
    if (before.text === after.text) return moved(after.text, before.cursor, after.cursor);
    const blanks = Math.max(0, before.text.length - after.text.length);
    const painted = `${after.text.slice(same)}${' '.repeat(blanks)}`;
    const end = same + painted.length;
    return `${moved(after.text, before.cursor, same)}${painted}${'\b'.repeat(end - after.cursor)}`;
  }

  #key(key: string): { screen?: string; line?: string } {
    if (this.#pending !== '') return this.#continued(key);
    switch (key) {
      case '\r':
      case '\n':
        return this.#enter('');
      case ctrlZ:
        return this.#enter(ctrlZ);
      case ctrlC:
        return this.#enter(ctrlC);
      case '?':
        return this.#options.assist === undefined ? this.#insert(key) : { screen: this.#help() };
      case '\t':
        return this.#options.assist === undefined ? {} : { screen: this.#complete() };
      case escapeKey:
      case '\x16':
        this.#pending = key;
        return {};
      default:
        return this.#edit(key);
    }
  }

  #edit(key: string): { screen?: string } {
    const buffer = this.#buffer;
    switch (key) {
      case '\x01':
        return buffer.moveTo(0);
      case '\x02':
        return buffer.moveBy(-1);
      case '\x04':
        return buffer.deleteForward();
      case '\x05':
        return buffer.moveTo(Number.POSITIVE_INFINITY);
      case '\x06':
        return buffer.moveBy(1);
      case '\x08':
      case '\x7f':
        return buffer.deleteBack();
      case '\x0b':
        return buffer.deleteToEnd();
      case '\x0c':
      case '\x12':
        return { screen: this.#redisplay('') };
      case '\x0e':
        return this.#recall(1);
      case '\x10':
        return this.#recall(-1);
      case '\x14':
        return buffer.transpose();
      case '\x15':
      case '\x18':
        return buffer.deleteToStart();
      case '\x17':
        return buffer.deleteWord();
      case '\x19':
        return buffer.yank();
      default:
        return key < ' ' ? {} : this.#insert(key);
    }
  }

  #insert(key: string): { screen?: string } {
    return this.#buffer.insert(key) ? {} : { screen: this.#style === 'terminal' ? bell : '' };
  }

  /** A key behind Ctrl-V, taken as it is, or behind Escape. */
  #continued(key: string): { screen?: string } {
    const sequence = `${this.#pending}${key}`;
    this.#pending = '';
    if (sequence.startsWith('\x16')) return this.#insert(key);
    if (sequence === `${escapeKey}[` || sequence === `${escapeKey}O`) return this.#await(sequence);
    if (sequence.length > 2 && sequence.length < 16 && /[0-9;]/.test(key)) return this.#await(sequence);
    return this.#command(sequence.slice(1));
  }

  #await(sequence: string): Record<string, never> {
    this.#pending = sequence;
    return {};
  }

  #command(sequence: string): { screen?: string } {
    const buffer = this.#buffer;
    // Letters behind Escape are the same in either case; those of a key of the keyboard (`[A`) are not.
    const name = /^[A-Za-z]$/.test(sequence) ? sequence.toLowerCase() : sequence.replace(/^O/, '[');
    switch (name) {
      case '[A':
        return this.#recall(-1);
      case '[B':
        return this.#recall(1);
      case '[C':
        return buffer.moveBy(1);
      case '[D':
        return buffer.moveBy(-1);
      case '[H':
      case '[1~':
        return buffer.moveTo(0);
      case '[F':
      case '[4~':
        return buffer.moveTo(Number.POSITIVE_INFINITY);
      case '[3~':
        return buffer.deleteForward();
      case 'b':
        return buffer.moveWord(-1);
      case 'c':
        return buffer.recase(capitalized);
      case 'd':
        return buffer.deleteWordForward();
      case 'f':
        return buffer.moveWord(1);
      case 'l':
        return buffer.recase((word) => word.toLowerCase());
      case 'q':
        return this.#await('\x16');
      case 'u':
        return buffer.recase((word) => word.toUpperCase());
      case '\x7f':
      case '\b':
        return buffer.deleteWord();
      default:
        return {};
    }
  }

  #recall(step: -1 | 1): { screen?: string } {
    if (this.#options.assist === undefined) return {};
    const line = this.#history.step(step, this.#buffer.text);
    if (line === undefined) return { screen: this.#style === 'terminal' ? bell : '' };
    this.#buffer.replace(line);
    return {};
  }

  #enter(control: string): { screen?: string; line?: string } {
    const { text } = this.#buffer;
    const caret = control === '' ? '' : control === ctrlZ ? '^Z' : '^C';
    const shown = this.#style === 'pipe' && !this.#options.hidden ? text : '';
    const screen = `${shown}${caret}${this.#newline}`;
    if (this.#options.assist !== undefined && control !== ctrlC) this.#history.add(text);
    return { screen, line: `${text}${control}` };
  }

  /** The prompt and the line again, on a new row, behind `above`. */
  #redisplay(above: string): string {
    const view = this.#shownView();
    if (this.#style === 'pipe') return `${above}${this.#prompt}`;
    const start = above === '' ? this.#newline : above;
    return `${start}${this.#prompt}${view.text}${'\b'.repeat(view.text.length - view.cursor)}`;
  }

  #help(): string {
    const { before } = this.#buffer;
    const lines = this.#options.assist?.help(before) ?? [];
    const echoed = this.#style === 'pipe' ? `${before}?` : '?';
    return this.#redisplay(`${echoed}${this.#newline}${lines.map((line) => `${line}${this.#newline}`).join('')}`);
  }

  /** As on IOS the line appears again below, longer when exactly one word begins so. */
  #complete(): string {
    const { before } = this.#buffer;
    const echoed = this.#style === 'pipe' ? before : '';
    const completed = this.#options.assist?.complete(before);
    if (completed !== undefined) this.#buffer.replaceBefore(completed);
    const alarm = completed === undefined && this.#style === 'terminal' ? bell : '';
    return this.#redisplay(`${echoed}${alarm}${this.#newline}`);
  }
}

function capitalized(word: string): string {
  return word.replace(/[a-z]/i, (letter) => letter.toUpperCase());
}

/** Screen text that moves the cursor over text already shown. */
function moved(text: string, from: number, to: number): string {
  return to < from ? '\b'.repeat(from - to) : text.slice(from, to);
}
