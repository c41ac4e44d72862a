import type { NameAddress } from './name-address.ts';
import type { Via } from './via.ts';

const none: readonly NameAddress[] = [];

/** Numbers kept for each header line: its id together with where its name starts, and where its value ends. */
const fieldWidth = 2;
const idBits = 5;
/** Room made at once for the lines of a usual message; more of them make it grow. */
const usualLines = 16;

/** What one walk over the head of a message found: where its lines stand, and the values that every owner will need. */
export class Head {
  /** Folded lines are joined. */
  readonly text: string;
  /** After the empty line. */
  bodyStart: number;
  bodyEnd: number;
  topVia: Via | undefined = undefined;
  from: NameAddress | undefined = undefined;
  to: NameAddress | undefined = undefined;
  callIdStart = 0;
  /** 0 while there is none. */
  callIdEnd = 0;
  cseqNumber = 0;
  /** The whole value, where it is no number and method that may stand there, but can be told back. */
  oddCseq = '';
  /** Empty while there is none. */
  cseqMethod = '';
  /** -1 when absent. */
  maxForwards = -1;
  contacts: readonly NameAddress[] = none;
  hasWildcardContact = false;
  routes: readonly NameAddress[] = none;
  recordRoutes: readonly NameAddress[] = none;
  viaLines = 0;
  /** Values of Via: a line may hold several. */
  vias = 0;
  /** -1 when absent. */
  declaredLength = -1;
  /** 0 while nothing is wrong; the first fault stays. */
  status = 0;
  reason = '';
  /** A bit for each id of which there is a line. */
  #seen = 0;
  readonly #fields = new Array<number>(fieldWidth * usualLines);
  #fieldsLength = 0;

  constructor(text: string) {
    this.text = text;
    this.bodyStart = text.length;
    this.bodyEnd = text.length;
  }

  fail(status: number, reason: string): void {
    if (this.status !== 0) return;
    this.status = status;
    this.reason = reason;
  }

  /** Notes a well-formed line. Lines that are malformed never come here: they are only told in `reason`. */
  add(id: number, start: number, valueEnd: number): void {
    this.#seen |= 1 << id;
    const at = this.#fieldsLength;
    this.#fields[at] = (start << idBits) | id;
    this.#fields[at + 1] = valueEnd;
    this.#fieldsLength = at + fieldWidth;
  }

  has(id: number): boolean {
    return (this.#seen & (1 << id)) !== 0;
  }

  /** Index of the first line of this id from `index` on, which is 0 or one more than an earlier answer; -1 at the end. */
  find(id: number, index: number): number {
    if (!this.has(id)) return -1;
    for (let i = index * fieldWidth; i < this.#fieldsLength; i += fieldWidth) {
      if ((this.#fields[i]! & ((1 << idBits) - 1)) === id) return i / fieldWidth;
    }
    return -1;
  }

  /** Name of a line as written. */
  name(index: number): string {
    const start = this.#nameStart(index);
    return this.text.slice(start, this.text.indexOf(':', start)).trimEnd();
  }

  /** Value of a line as written, without the blanks about it, from the offset `from` on when that is given. */
  value(index: number, from = this.#valueStart(index)): string {
    return this.text.slice(from, this.#fields[index * fieldWidth + 1]!);
  }

  #nameStart(index: number): number {
    return this.#fields[index * fieldWidth]! >> idBits;
  }

  #valueStart(index: number): number {
    const end = this.#fields[index * fieldWidth + 1]!;
    const { text } = this;
    let at = text.indexOf(':', this.#nameStart(index)) + 1;
    while (at < end && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at++;
    return at;
  }
}
