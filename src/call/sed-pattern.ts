/** A compiled `/match/` of a translation rule, and where it was found. */
export interface SedPattern {
  /** The first place from the left, as long as it can be; undefined where there is none. Takes time linear in the number. */
  find(number: string): SedMatch | undefined;
}

export interface SedMatch {
  readonly start: number;
  readonly end: number;
  /** Texts of `\1` to `\9`, `\0` being the whole; '' for a group that took no part. */
  readonly groups: readonly string[];
}

const longestPattern = 64;
const longestNumber = 64;
const mostGroups = 9;
const literal = /^[0-9A-Fa-f*#+,-]$/;

type Instruction =
  | { readonly op: 'key'; readonly keys: string; readonly inverted: boolean }
  | { readonly op: 'any' | 'begin' | 'end' | 'match' }
  /** Both ways are followed, the first one preferred. Offsets are relative. */
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly by: number }
  | { readonly op: 'save'; readonly slot: number };

/**
 * Compiles IOS's SED-like expression: `^ $ . [list] [^list]`, `* + ?` behind an item, `\(...\)` for a group, `\` before a
 * sign that stands for itself. Undefined when it is none, or is longer than 64 characters.
 */
export function compileSed(text: string): SedPattern | undefined {
  if (text.length > longestPattern) return undefined;
  const program = new SedReader(text).read();
  return program === undefined ? undefined : { find: (number) => run(program, number) };
}

/** Whether a `/replace/` can be read: keys, `&` and `\0` to `\9`. */
export function isReplacement(text: string): boolean {
  return text.length <= longestPattern && /^(?:[0-9A-Fa-f*#+,&-]|\\[0-9*#+&])*$/.test(text);
}

/** A replacement with the groups of a match put in. */
export function expand(replacement: string, { groups }: SedMatch): string {
  return replacement.replace(/\\(.)|&/g, (_, sign: string | undefined) => {
    if (sign === undefined) return groups[0] ?? '';
    return /[0-9]/.test(sign) ? (groups[Number(sign)] ?? '') : sign;
  });
}

class SedReader {
  readonly #text: string;
  #at = 0;
  #groups = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly Instruction[] | undefined {
    const body = this.#sequence();
    if (body === undefined || this.#at !== this.#text.length) return undefined;
    return [{ op: 'save', slot: 0 }, ...body, { op: 'save', slot: 1 }, { op: 'match' }];
  }

  #sequence(): readonly Instruction[] | undefined {
    const whole: Instruction[] = [];
    while (this.#at < this.#text.length && !this.#text.startsWith('\\)', this.#at)) {
      const item = this.#item();
      if (item === undefined) return undefined;
      whole.push(...this.#repeated(item));
    }
    return whole;
  }

  #item(): readonly Instruction[] | undefined {
    const sign = this.#text[this.#at++] ?? '';
    if (sign === '^') return [{ op: 'begin' }];
    if (sign === '$') return [{ op: 'end' }];
    if (sign === '.') return [{ op: 'any' }];
    if (sign === '[') return this.#list();
    if (sign !== '\\') return literal.test(sign) ? [{ op: 'key', keys: sign, inverted: false }] : undefined;
    const escaped = this.#text[this.#at++] ?? '';
    if (escaped === '(') return this.#group();
    return /^[0-9A-Fa-f*#+?.^$&/-]$/.test(escaped) ? [{ op: 'key', keys: escaped, inverted: false }] : undefined;
  }

  #group(): readonly Instruction[] | undefined {
    if (this.#groups === mostGroups) return undefined;
    const number = ++this.#groups;
    const inner = this.#sequence();
    if (inner === undefined || !this.#text.startsWith('\\)', this.#at)) return undefined;
    this.#at += 2;
    return [{ op: 'save', slot: 2 * number }, ...inner, { op: 'save', slot: 2 * number + 1 }];
  }

  /** `[5-9]`, `[^135]`. */
  #list(): readonly Instruction[] | undefined {
    const end = this.#text.indexOf(']', this.#at);
    if (end < 0) return undefined;
    const body = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    const inverted = body.startsWith('^');
    const keys = listed(inverted ? body.slice(1) : body);
    return keys === undefined ? undefined : [{ op: 'key', keys, inverted }];
  }

  #repeated(item: readonly Instruction[]): readonly Instruction[] {
    const sign = this.#text[this.#at];
    // A place cannot be repeated: behind `^` the sign stands for itself.
    if (item[0]?.op === 'begin' || item[0]?.op === 'end') return item;
    if (sign !== '*' && sign !== '+' && sign !== '?') return item;
    this.#at++;
    const { length } = item;
    if (sign === '?') return [{ op: 'split', first: 1, second: length + 1 }, ...item];
    if (sign === '+') return [...item, { op: 'split', first: -length, second: 1 }];
    return [{ op: 'split', first: 1, second: length + 2 }, ...item, { op: 'jump', by: -length - 1 }];
  }
}

/** The keys of a list written out; undefined when it is empty or a range is none. */
function listed(body: string): string | undefined {
  let keys = '';
  for (let i = 0; i < body.length; i++) {
    const from = body[i] ?? '';
    const to = body[i + 1] === '-' && i + 2 < body.length ? (body[i + 2] ?? '') : from;
    if (!literal.test(from) || !literal.test(to) || to < from) return undefined;
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) keys += String.fromCharCode(code);
    if (to !== from || body[i + 1] === '-') i += 2;
  }
  return keys === '' ? undefined : keys;
}

interface Thread {
  readonly at: number;
  readonly saved: readonly number[];
}

/** All ways at once, one key after the other, the preferred ones first: no way is tried twice at one place. */
function run(program: readonly Instruction[], number: string): SedMatch | undefined {
  if (number.length > longestNumber) return undefined;
  let found: readonly number[] | undefined;
  let threads: Thread[] = [];
  let seen = new Set<number>();
  for (let i = 0; i <= number.length; i++) {
    if (found === undefined) follow(program, { at: 0, saved: [] }, i, number, threads, seen);
    const next: Thread[] = [];
    const nextSeen = new Set<number>();
    for (const { at, saved } of threads) {
      const instruction = program[at];
      if (instruction?.op === 'match') {
        found = saved;
        break;
      }
      if (i < number.length && takes(instruction, number[i] ?? ''))
        follow(program, { at: at + 1, saved }, i + 1, number, next, nextSeen);
    }
    threads = next;
    seen = nextSeen;
  }
  return found === undefined ? undefined : matchOf(found, number);
}

function takes(instruction: Instruction | undefined, key: string): boolean {
  if (instruction?.op === 'any') return true;
  return instruction?.op === 'key' && instruction.keys.includes(key) !== instruction.inverted;
}

/** Adds a thread where it stands, or where it gets without taking a key. */
function follow(
  program: readonly Instruction[],
  { at, saved }: Thread,
  place: number,
  number: string,
  threads: Thread[],
  seen: Set<number>,
): void {
  if (seen.has(at)) return;
  seen.add(at);
  const instruction = program[at];
  const go = (by: number, more = saved): void =>
    follow(program, { at: at + by, saved: more }, place, number, threads, seen);
  switch (instruction?.op) {
    case 'split':
      go(instruction.first);
      return go(instruction.second);
    case 'jump':
      return go(instruction.by);
    case 'save': {
      const more = [...saved];
      more[instruction.slot] = place;
      return go(1, more);
    }
    case 'begin':
      return place === 0 ? go(1) : undefined;
    case 'end':
      return place === number.length ? go(1) : undefined;
    default:
      threads.push({ at, saved });
  }
}

function matchOf(saved: readonly number[], number: string): SedMatch {
  const groups = Array.from({ length: mostGroups + 1 }, (_, group) => {
    const [from, to] = [saved[2 * group], saved[2 * group + 1]];
    return from === undefined || to === undefined ? '' : number.slice(from, to);
  });
  return { start: saved[0] ?? 0, end: saved[1] ?? 0, groups };
}
