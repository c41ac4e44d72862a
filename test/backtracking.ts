/**
 * Whether a regular expression can make the engine go back more than a fixed number of times for each character. It is read into an automaton
 * of its character positions, and that is slow where one text leads round a loop and as well out of it into another (A. Weber, H. Seidl: "On
 * the Degree of Ambiguity of Finite Automata", 1991), or round the same one twice. It errs towards "slow": what it cannot read is.
 */

/** Positions that begin, that end, and whether nothing at all matches. */
interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly isEmpty: boolean;
}

/** A repetition of fewer than so many is as good as a fixed number, where it is not repeated itself. */
const fewAtMost = 1024;
/** So many copies of what is repeated are written out. */
const copiesAtMost = 64;
/** Every character of ASCII, and one for all others. */
const characters = [...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)), '\u{2603}'];
/** A character, a class or an escape. */
const singleAtom =
  /^(?:\[(?:[^\]\\]|\\[\s\S])*\]|\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|u\{[0-9a-f]+\}|[pP]\{[^}]*\}|[\s\S])|[\s\S])/i;
const nothing: Part = { first: [], last: [], isEmpty: true };

/** A text that tells why it is slow; undefined when its time is linear. */
export function whySlow({ source, flags }: RegExp): string | undefined {
  const automaton = new Automaton(source, flags.replace(/[gyd]/g, ''));
  return automaton.unreadable ?? automaton.ambiguity();
}

class Automaton {
  unreadable: string | undefined;
  readonly #source: string;
  readonly #flags: string;
  #at = 0;
  /** Depth of repetitions without end around what is read. */
  #loops = 0;
  readonly #sets: (readonly boolean[])[] = [];
  readonly #atoms: string[] = [];
  readonly #next: number[][] = [];
  /** Where a match may end, with nothing that could still fail. */
  readonly #ends: ReadonlySet<number>;
  /** Positions in front of an assertion: to be there is not yet a match. */
  readonly #asserted = new Set<number>();

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = flags;
    // The engine tries anew at each character, which is a loop over them all.
    const start = this.#position('[\\s\\S]');
    this.#join([start], [start]);
    const whole = this.#alternatives(start);
    if (this.#at < source.length) this.unreadable ??= `nobody expects ${source.slice(this.#at)}`;
    this.#ends = new Set(whole.last.filter((one) => !this.#asserted.has(one)));
  }

  ambiguity(): string | undefined {
    const reach = this.#next.map((_, from) => this.#reached(from));
    const looping = [...reach.keys()].filter((one) => reach[one]?.has(one));
    for (const p of looping) {
      const twice = this.#next[p]?.find((to, i, all) => all.indexOf(to) !== i && reach[to]?.has(p));
      if (twice !== undefined) return `${this.#atoms[twice]} is repeated by two loops at once`;
      for (const q of looping) {
        if (p === q || this.#ends.has(q) || reach[p]?.has(q) !== true) continue;
        if (this.#isAmbiguous(p, q, reach))
          return `${this.#named(p)} and ${this.#named(q)} can share a text in many ways`;
      }
    }
    return undefined;
  }

  /** Whether some text leads from `p` to itself, from `p` to `q` and from `q` to itself. */
  #isAmbiguous(p: number, q: number, reach: readonly ReadonlySet<number>[]): boolean {
    const size = this.#next.length;
    const seen = new Set<number>();
    const waiting: (readonly [number, number, number])[] = [[p, p, q]];
    for (let now = waiting.pop(); now !== undefined; now = waiting.pop()) {
      for (const one of new Set(this.#next[now[0]])) {
        if (reach[one]?.has(p) !== true) continue;
        for (const two of new Set(this.#next[now[1]])) {
          if (reach[two]?.has(q) !== true) continue;
          for (const three of new Set(this.#next[now[2]])) {
            if (reach[three]?.has(q) !== true || !this.#share(one, two, three)) continue;
            if (one === p && two === q && three === q) return true;
            const key = (one * size + two) * size + three;
            if (seen.has(key)) continue;
            seen.add(key);
            waiting.push([one, two, three]);
          }
        }
      }
    }
    return false;
  }

  #share(one: number, two: number, three: number): boolean {
    const [a, b, c] = [this.#sets[one], this.#sets[two], this.#sets[three]];
    return characters.some((_, i) => a?.[i] && b?.[i] && c?.[i]);
  }

  #reached(from: number): ReadonlySet<number> {
    const found = new Set<number>();
    const waiting = [...(this.#next[from] ?? [])];
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      if (found.has(one)) continue;
      found.add(one);
      waiting.push(...(this.#next[one] ?? []));
    }
    return found;
  }

  #named(position: number): string {
    return position === 0 ? 'the place where it begins' : (this.#atoms[position] ?? '');
  }

  #position(atom: string): number {
    const one = new RegExp(`^(?:${atom})$`, this.#flags.replace('m', ''));
    this.#atoms.push(atom);
    this.#sets.push(characters.map((character) => one.test(character)));
    return this.#next.push([]) - 1;
  }

  #join(from: readonly number[], to: readonly number[]): void {
    for (const one of from) this.#next[one]?.push(...to);
  }

  /** `start`: the position in front of them all, where the engine begins; each that is not held by `^` follows it. */
  #alternatives(start?: number): Part {
    const parts: Part[] = [];
    do {
      const isHeld = this.#peek('^') && !this.#flags.includes('m');
      const part = this.#sequence();
      if (start !== undefined && !isHeld) this.#join([start], part.first);
      parts.push(part);
    } while (this.#take('|'));
    return {
      first: parts.flatMap(({ first }) => first),
      last: parts.flatMap(({ last }) => last),
      isEmpty: parts.some(({ isEmpty }) => isEmpty),
    };
  }

  #sequence(): Part {
    let whole = nothing;
    while (this.#at < this.#source.length && !this.#peek('|') && !this.#peek(')')) {
      const isAssertion = /^(?:[$^]|\\b|\(\?[=!])/i.test(this.#source.slice(this.#at, this.#at + 3));
      if (isAssertion) for (const one of whole.last) this.#asserted.add(one);
      const part = this.#repeated();
      this.#join(whole.last, part.first);
      whole = {
        first: whole.isEmpty ? [...whole.first, ...part.first] : whole.first,
        // What looks ahead leads nowhere.
        last: isAssertion ? whole.last : part.isEmpty ? [...whole.last, ...part.last] : part.last,
        isEmpty: whole.isEmpty && part.isEmpty,
      };
    }
    return whole;
  }

  /** An atom and how often. It is read anew for each copy. */
  #repeated(): Part {
    const began = this.#at;
    const [least, most] = this.#skipAtom();
    const behind = this.#at;
    const isFew = most <= copiesAtMost && (least === most || most <= 4);
    const isLoop = !isFew && (most > fewAtMost || this.#loops > 0);
    const copies = isFew ? most : 1;
    let whole = nothing;
    if (isLoop) this.#loops++;
    for (let copy = 0; copy < copies; copy++) {
      this.#at = began;
      const part = this.#atom();
      this.#join(whole.last, part.first);
      const isEmpty = part.isEmpty || copy >= least;
      whole = {
        first: whole.isEmpty ? [...whole.first, ...part.first] : whole.first,
        last: isEmpty ? [...whole.last, ...part.last] : part.last,
        isEmpty: whole.isEmpty && isEmpty,
      };
    }
    if (isLoop) {
      this.#loops--;
      this.#join(whole.last, whole.first);
    }
    this.#at = behind;
    return least === 0 ? { ...whole, isEmpty: true } : whole;
  }

  /** Steps over an atom and its quantifier, and says how often it may be there. */
  #skipAtom(): readonly [least: number, most: number] {
    const rest = this.#source.slice(this.#at);
    this.#at += rest.startsWith('(') ? groupLength(rest) : (singleAtom.exec(rest)?.[0].length ?? 1);
    const found = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(this.#source.slice(this.#at));
    if (found === null) return [1, 1];
    this.#at += found[0].length;
    const [, sign, least = '', comma, most = ''] = found;
    if (sign !== undefined) return [sign === '+' ? 1 : 0, sign === '?' ? 1 : Number.POSITIVE_INFINITY];
    return [Number(least), most === '' ? (comma === '' ? Number(least) : Number.POSITIVE_INFINITY) : Number(most)];
  }

  #atom(): Part {
    if (this.#take('^') || this.#take('$') || this.#take('\\b') || this.#take('\\B')) return nothing;
    if (this.#peek('(')) return this.#group();
    const rest = this.#source.slice(this.#at);
    const atom = singleAtom.exec(rest)?.[0];
    if (atom === undefined || /^\\[1-9k]/.test(atom)) {
      this.unreadable ??= `${atom} refers back`;
      this.#at = this.#source.length;
      return nothing;
    }
    this.#at += atom.length;
    const position = this.#position(atom);
    return { first: [position], last: [position], isEmpty: false };
  }

  #group(): Part {
    const opening = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(this.#source.slice(this.#at))?.[0] ?? '(';
    if (opening.startsWith('(?<=') || opening.startsWith('(?<!')) this.unreadable ??= `${opening} looks back`;
    this.#at += opening.length;
    const inner = this.#alternatives();
    if (!this.#take(')')) this.unreadable ??= 'a group has no end';
    if (opening !== '(?=' && opening !== '(?!') return inner;
    for (const one of inner.last) this.#asserted.add(one);
    return { first: inner.first, last: [], isEmpty: true };
  }

  #peek(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#peek(text)) return false;
    this.#at += text.length;
    return true;
  }
}

/** Characters up to the parenthesis that closes the first. */
function groupLength(text: string): number {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/\[(?:[^\]\\]|\\[\s\S])*\]|\\[\s\S]|[()]/g)) {
    if (token === '(') depth++;
    else if (token === ')' && --depth === 0) return index + 1;
  }
  return text.length;
}
