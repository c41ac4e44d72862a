import { longestLine } from './line-io.ts';

/** Nothing of its own to show: the editor repaints from the buffer. */
type Change = Record<string, never>;
const change: Change = {};

/** A line as the screen shows it. */
export interface View {
  readonly text: string;
  readonly cursor: number;
}

/** The text of a line, the cursor in it, and what was last cut out of it. Counts code points, each taken to be one column wide. */
export class LineBuffer {
  #characters: string[] = [];
  #cursor = 0;
  /** What the last key took away that takes more than one character. */
  #deleted = '';

  get text(): string {
    return this.#characters.join('');
  }

  /** What stands in front of the cursor. */
  get before(): string {
    return this.#characters.slice(0, this.#cursor).join('');
  }

  /** The part that fits into `room` columns, the cursor in it. A `$` stands where the line goes on. */
  view(room: number): View {
    const shown = this.#characters.map((c) => (c < ' ' ? '^' : c));
    if (shown.length <= room) return { text: shown.join(''), cursor: this.#cursor };
    const start = Math.max(0, Math.min(this.#cursor - Math.floor(room / 2), shown.length - room));
    const part = shown.slice(start, start + room);
    if (start > 0) part[0] = '$';
    if (start + room < shown.length) part[room - 1] = '$';
    return { text: part.join(''), cursor: this.#cursor - start };
  }

  /** False when the line is full. */
  insert(character: string): boolean {
    if (this.#characters.length >= longestLine) return false;
    if (this.#cursor === this.#characters.length) this.#characters.push(character);
    else this.#characters.splice(this.#cursor, 0, character);
    this.#cursor++;
    return true;
  }

  /** A new line begins; what was cut out of the last one can still be put in. */
  clear(): void {
    this.replace('');
  }

  replace(text: string): Change {
    this.#characters = Array.from(text);
    this.#cursor = this.#characters.length;
    return change;
  }

  /** Puts `text` in the place of what stands in front of the cursor. */
  replaceBefore(text: string): Change {
    const characters = Array.from(text);
    this.#characters = [...characters, ...this.#characters.slice(this.#cursor)];
    this.#cursor = characters.length;
    return change;
  }

  moveTo(position: number): Change {
    this.#cursor = Math.max(0, Math.min(position, this.#characters.length));
    return change;
  }

  moveBy(step: number): Change {
    return this.moveTo(this.#cursor + step);
  }

  moveWord(step: -1 | 1): Change {
    return this.moveTo(step < 0 ? this.#wordStart() : this.#wordEnd());
  }

  deleteBack(): Change {
    return this.#remove(this.#cursor - 1, this.#cursor);
  }

  deleteForward(): Change {
    return this.#remove(this.#cursor, this.#cursor + 1);
  }

  deleteToEnd(): Change {
    return this.#cut(this.#cursor, this.#characters.length);
  }

  deleteToStart(): Change {
    return this.#cut(0, this.#cursor);
  }

  deleteWord(): Change {
    return this.#cut(this.#wordStart(), this.#cursor);
  }

  deleteWordForward(): Change {
    return this.#cut(this.#cursor, this.#wordEnd());
  }

  /** Puts back what was deleted last. */
  yank(): Change {
    for (const character of this.#deleted) this.insert(character);
    return change;
  }

  /** The character before the cursor and the one at it (at the end: the last two) change places. */
  transpose(): Change {
    const at = Math.min(this.#cursor, this.#characters.length - 1);
    if (at < 1) return change;
    const [before = '', after = ''] = this.#characters.slice(at - 1, at + 1);
    this.#characters.splice(at - 1, 2, after, before);
    return this.moveTo(at + 1);
  }

  /** The word from the cursor on in another case. */
  recase(make: (word: string) => string): Change {
    const end = this.#wordEnd();
    const word = this.#characters.slice(this.#cursor, end).join('');
    this.#characters.splice(this.#cursor, end - this.#cursor, ...make(word));
    return this.moveTo(end);
  }

  #cut(from: number, to: number): Change {
    if (to > from) this.#deleted = this.#characters.slice(from, to).join('');
    return this.#remove(from, to);
  }

  #remove(from: number, to: number): Change {
    const start = Math.max(0, from);
    this.#characters.splice(start, to - start);
    return this.moveTo(start);
  }

  #wordStart(): number {
    let at = this.#cursor;
    while (at > 0 && this.#characters[at - 1] === ' ') at--;
    while (at > 0 && this.#characters[at - 1] !== ' ') at--;
    return at;
  }

  #wordEnd(): number {
    let at = this.#cursor;
    while (at < this.#characters.length && this.#characters[at] === ' ') at++;
    while (at < this.#characters.length && this.#characters[at] !== ' ') at++;
    return at;
  }
}
