/** The keys a number may consist of; a pattern position is a set of them, one bit each. */
const alphabet = '0123456789ABCDEF*#+';
const anyKey = (1 << alphabet.length) - 1;
const anyDigit = 0x3ff;

const longestPattern = 64;
/** Positions of the automaton: its states are the bits of one small integer. */
const mostPositions = 30;
const deepestGroup = 8;
const longestNumber = 64;
/** Digits `T` takes after what stands before it. */
const variableDigits = 32;

/** Bit of each character code, 0 where the character is no key. */
const bitOf = new Uint32Array(128);
for (let i = 0; i < alphabet.length; i++) bitOf[alphabet.charCodeAt(i)] = 1 << i;

/** What IOS prints for a pattern it cannot read: two lines. */
export const patternError = [
  'Incorrect format for E.164 Number',
  String.raw`        regular expression must be of the form  ^[][^0-9,A-F#*.?+%()-]*T?(\$)?$`,
].join('\n');

export interface PatternMatch {
  /** Leading digits of the number that the pattern names literally: what "longest match" compares and POTS peers strip. */
  readonly explicit: number;
  /** Digits the pattern stands for; `T` does not count. What `forward-digits extra` leaves out. */
  readonly length: number;
}

/**
 * A compiled dial-peer number pattern (ios-facts 3.1). It matches when it describes the beginning of a number, or with
 * `$` the whole of it. The time of a match is bounded by the length of the number times that of the pattern.
 */
export interface Pattern {
  readonly text: string;
  /** The literal digits every number it matches begins with. */
  readonly lead: string;
  match(number: string): PatternMatch | undefined;
}

/** The lines IOS prints when `text` is no pattern, undefined when it is one. */
export function checkPattern(text: string): string | undefined {
  return compilePattern(text) === undefined ? patternError : undefined;
}

/** Compiles a pattern; undefined when it is not one, or is larger than 64 characters or 30 positions. */
export function compilePattern(text: string): Pattern | undefined {
  if (text === '' || text.length > longestPattern) return undefined;
  return new PatternReader(text).read();
}

/** A part of a pattern: the positions it can begin and end with, and whether it can be left out. */
interface Part {
  readonly first: number;
  readonly last: number;
  readonly skippable: boolean;
}

const nothing: Part = { first: 0, last: 0, skippable: true };

/** Builds the position automaton of Glushkov in one pass from left to right. */
class PatternReader {
  readonly #text: string;
  #at = 0;
  readonly #keys: number[] = [];
  readonly #follow: number[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  read(): Pattern | undefined {
    if (this.#text[this.#at] === '^') this.#at++;
    const start = this.#at;
    const whole = this.#sequence(0);
    if (whole === undefined) return undefined;
    const variable = this.#take('T');
    const exact = this.#take('$');
    if (this.#at !== this.#text.length || (this.#keys.length === 0 && !variable)) return undefined;
    const lead = literalLead(this.#text, start);
    return new Automaton(this.#text, lead, whole, this.#keys, this.#follow, variable, exact);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #sequence(depth: number): Part | undefined {
    let whole = nothing;
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined || next === ')' || next === 'T' || next === '$') return whole;
      if (next === ',' || next === '-') {
        this.#at++;
        continue;
      }
      const item = this.#item(depth);
      if (item === undefined) return undefined;
      whole = this.#join(whole, this.#repeated(item));
    }
  }

  #item(depth: number): Part | undefined {
    const character = this.#text[this.#at++] ?? '';
    if (character === '(') return this.#group(depth);
    if (character === '[') return this.#position(this.#list());
    if (character === '.') return this.#position(anyKey);
    if (character === '\\') return this.#position(keyBit(this.#text[this.#at++] ?? ''));
    // A plus sign is a literal only where it cannot repeat anything: at the beginning.
    if (character === '+' && this.#keys.length > 0) return undefined;
    return this.#position(keyBit(character));
  }

  #group(depth: number): Part | undefined {
    if (depth === deepestGroup) return undefined;
    const before = this.#keys.length;
    const inner = this.#sequence(depth + 1);
    if (inner === undefined || this.#keys.length === before || !this.#take(')')) return undefined;
    return inner;
  }

  #position(keys: number): Part | undefined {
    if (keys === 0 || this.#keys.length === mostPositions) return undefined;
    const bit = 1 << this.#keys.length;
    this.#keys.push(keys);
    this.#follow.push(0);
    return { first: bit, last: bit, skippable: false };
  }

  /** `[5-9]`, `[2,5-8]`, `[^135]`: a set of digits, 0 when it is malformed or empty. */
  #list(): number {
    const inverted = this.#take('^');
    let set = 0;
    let low = -1;
    for (;;) {
      const character = this.#text[this.#at++];
      if (character === undefined) return 0;
      if (character === ']') break;
      if (character === ',') {
        low = -1;
        continue;
      }
      const ranged = character === '-';
      const digit = digitOf(ranged ? (this.#text[this.#at++] ?? '') : character);
      if (digit < 0 || (ranged && (low < 0 || digit < low))) return 0;
      for (let d = ranged ? low : digit; d <= digit; d++) set |= 1 << d;
      low = ranged ? -1 : digit;
    }
    if (set === 0) return 0;
    return inverted ? anyDigit & ~set : set;
  }

  #repeated(item: Part): Part {
    const sign = this.#text[this.#at];
    if (sign !== '?' && sign !== '%' && sign !== '+') return item;
    this.#at++;
    if (sign !== '?') this.#link(item.last, item.first);
    return sign === '+' ? item : { ...item, skippable: true };
  }

  #join(before: Part, after: Part): Part {
    this.#link(before.last, after.first);
    return {
      first: before.skippable ? before.first | after.first : before.first,
      last: after.skippable ? before.last | after.last : after.last,
      skippable: before.skippable && after.skippable,
    };
  }

  #link(from: number, to: number): void {
    for (let i = 0; i < this.#follow.length; i++) {
      if ((from & (1 << i)) !== 0) this.#follow[i] = (this.#follow[i] ?? 0) | to;
    }
  }
}

class Automaton implements Pattern {
  readonly text: string;
  readonly lead: string;
  readonly #whole: Part;
  readonly #keys: Uint32Array;
  readonly #follow: Uint32Array;
  readonly #variable: boolean;
  readonly #exact: boolean;

  constructor(
    text: string,
    lead: string,
    whole: Part,
    keys: readonly number[],
    follow: readonly number[],
    variable: boolean,
    exact: boolean,
  ) {
    this.text = text;
    this.lead = lead;
    this.#whole = whole;
    this.#keys = Uint32Array.from(keys);
    this.#follow = Uint32Array.from(follow);
    this.#variable = variable;
    this.#exact = exact;
  }

  match(number: string): PatternMatch | undefined {
    if (!isNumber(number)) return undefined;
    const length = this.#longest(number);
    if (length < 0) return undefined;
    return { explicit: this.lead.length, length };
  }

  /** Digits taken by the longest beginning that is described and may stand, -1 when there is none. */
  #longest(number: string): number {
    let found = this.#whole.skippable && this.#mayEnd(0, number) ? 0 : -1;
    let reachable = this.#whole.first;
    for (let i = 0; i < number.length && reachable !== 0; i++) {
      const active = this.#step(reachable, bitOf[number.charCodeAt(i)] ?? 0);
      if ((active & this.#whole.last) !== 0 && this.#mayEnd(i + 1, number)) found = i + 1;
      reachable = this.#after(active);
    }
    return found;
  }

  #step(reachable: number, key: number): number {
    let active = 0;
    for (let rest = reachable; rest !== 0; rest &= rest - 1) {
      const position = 31 - Math.clz32(rest & -rest);
      if (((this.#keys[position] ?? 0) & key) !== 0) active |= 1 << position;
    }
    return active;
  }

  #after(active: number): number {
    let reachable = 0;
    for (let rest = active; rest !== 0; rest &= rest - 1) reachable |= this.#follow[31 - Math.clz32(rest & -rest)] ?? 0;
    return reachable;
  }

  #mayEnd(taken: number, number: string): boolean {
    const left = number.length - taken;
    if (this.#variable) return left <= variableDigits;
    return left === 0 || !this.#exact;
  }
}

function keyBit(character: string): number {
  return character === '' ? 0 : (bitOf[character.charCodeAt(0)] ?? 0);
}

function digitOf(character: string): number {
  const digit = character.charCodeAt(0) - 48;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

/** Whether `number` consists of keys only, and is of a length a number can have. */
function isNumber(number: string): boolean {
  if (number.length > longestNumber) return false;
  for (let i = 0; i < number.length; i++) if ((bitOf[number.charCodeAt(i)] ?? 0) === 0) return false;
  return true;
}

/** The literals a pattern begins with, up to the first position that is not one or is repeated. */
function literalLead(text: string, start: number): string {
  let lead = '';
  for (let i = start; i < text.length; i++) {
    let character = text[i] ?? '';
    if (character === ',' || character === '-') continue;
    if (character === '\\') character = text[++i] ?? '';
    const following = text[i + 1];
    if (keyBit(character) === 0 || following === '?' || following === '%' || following === '+') break;
    lead += character;
  }
  return lead;
}
