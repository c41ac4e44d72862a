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

const mostGroups = 9;

/** What an expression may be made of. */
export interface Signs {
  /** Stands for itself, unless it is special. */
  readonly literal: RegExp;
  readonly special: RegExp;
  /** Stands for itself behind a backslash. */
  readonly escaped: RegExp;
  /** Of a group. */
  readonly open: string;
  readonly close: string;
  /** Between ways to choose from; absent: there is no such sign. */
  readonly choice?: string;
  readonly longestPattern: number;
  readonly longestText: number;
}

const numberSigns: Signs = {
  literal: /^[0-9A-Fa-f*#+,-]$/,
  special: /^[\\^$.[]$/,
  escaped: /^[0-9A-Fa-f*#+?.^$&/-]$/,
  open: '\\(',
  close: '\\)',
  longestPattern: 64,
  longestText: 64,
};

type Instruction =
  | { readonly op: 'key'; readonly keys: string; readonly inverted: boolean }
  | { readonly op: 'any' | 'begin' | 'end' | 'match' }
  /** Both ways are followed, the first one preferred. Offsets are relative. */
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly by: number }
  | { readonly op: 'save'; readonly slot: number };

/**
 * Compiles IOS's SED-like expression: `^ $ . [list] [^list]`, `* + ?` behind an item, `\(...\)` for a group, `\` before a
 * sign that stands for itself. Undefined when it is none, or is too long. Other `signs` make other expressions of the same kind.
 */
export function compileSed(text: string, signs: Signs = numberSigns): SedPattern | undefined {
  if (text.length > signs.longestPattern) return undefined;
  const program = new SedReader(text, signs).read();
  return program && { find: (subject) => (subject.length > signs.longestText ? undefined : run(program, subject)) };
}

/** Whether a `/replace/` can be read: keys, `&` and `\0` to `\9`. */
export function isReplacement(text: string): boolean {
  return text.length <= numberSigns.longestPattern && /^(?:[0-9A-Fa-f*#+,&-]|\\[0-9*#+&])*$/.test(text);
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
  readonly #signs: Signs;
  #at = 0;
  #groups = 0;

  constructor(text: string, signs: Signs) {
    this.#text = text;
    this.#signs = signs;
  }

  read(): readonly Instruction[] | undefined {
    const body = this.#choice();
    if (body === undefined || this.#at !== this.#text.length) return undefined;
    return [{ op: 'save', slot: 0 }, ...body, { op: 'save', slot: 1 }, { op: 'match' }];
  }

  #choice(): readonly Instruction[] | undefined {
    const { choice } = this.#signs;
    const left = this.#sequence();
    if (left === undefined || choice === undefined || !this.#text.startsWith(choice, this.#at)) return left;
    this.#at += choice.length;
    const right = this.#choice();
    if (right === undefined) return undefined;
    const either = { op: 'split', first: 1, second: left.length + 2 } as const;
    return [either, ...left, { op: 'jump', by: right.length + 1 }, ...right];
  }

  /** A closing sign, or one of a choice, is no item. */
  get #isOver(): boolean {
    const { close, choice = close } = this.#signs;
    return this.#text.startsWith(close, this.#at) || this.#text.startsWith(choice, this.#at);
  }

  #sequence(): readonly Instruction[] | undefined {
    const whole: Instruction[] = [];
    while (this.#at < this.#text.length && !this.#isOver) {
      const item = this.#item();
      if (item === undefined) return undefined;
      whole.push(...this.#repeated(item));
    }
    return whole;
  }

  #item(): readonly Instruction[] | undefined {
    const { literal, special, escaped: bare, open } = this.#signs;
    if (this.#text.startsWith(open, this.#at)) return this.#group();
    const sign = this.#text[this.#at++] ?? '';
    if (sign === '^') return [{ op: 'begin' }];
    if (sign === '$') return [{ op: 'end' }];
    if (sign === '.') return [{ op: 'any' }];
    if (sign === '[') return this.#list();
    if (sign !== '\\')
      return literal.test(sign) && !special.test(sign) ? [{ op: 'key', keys: sign, inverted: false }] : undefined;
    const escaped = this.#text[this.#at++] ?? '';
    return bare.test(escaped) ? [{ op: 'key', keys: escaped, inverted: false }] : undefined;
  }

  #group(): readonly Instruction[] | undefined {
    if (this.#groups === mostGroups) return undefined;
    const { open, close } = this.#signs;
    this.#at += open.length;
    const number = ++this.#groups;
    const inner = this.#choice();
    if (inner === undefined || !this.#text.startsWith(close, this.#at)) return undefined;
    this.#at += close.length;
    return [{ op: 'save', slot: 2 * number }, ...inner, { op: 'save', slot: 2 * number + 1 }];
  }

  /** `[5-9]`, `[^135]`. */
  #list(): readonly Instruction[] | undefined {
    const end = this.#text.indexOf(']', this.#at);
    if (end < 0) return undefined;
    const body = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    const inverted = body.startsWith('^');
    const keys = listed(inverted ? body.slice(1) : body, this.#signs.literal);
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
function listed(body: string, literal: RegExp): string | undefined {
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
