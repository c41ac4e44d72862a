import { longestLine } from './line-io.ts';

/** Nothing of its own to show: the editor repaints from the buffer. */
type Change = Record<string, never>;
const change: Change = {};

/** A line as the screen shows it. */
export interface View {
  readonly text: string;
  readonly cursor: number;
}

/** The text of a line and the cursor in it. Counts code points, each taken to be one column wide. */
export class LineBuffer {
  #characters: string[] = [];
  #cursor = 0;

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
    return this.#remove(this.#cursor, this.#characters.length);
  }

  deleteToStart(): Change {
    return this.#remove(0, this.#cursor);
  }

  deleteWord(): Change {
    return this.#remove(this.#wordStart(), this.#cursor);
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
