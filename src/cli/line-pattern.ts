const longestPattern = 256;
const deepestGroup = 16;

type Instruction =
  | { readonly op: 'sign'; readonly signs: string; readonly inverted: boolean }
  | { readonly op: 'any' | 'begin' | 'end' | 'delimiter' | 'match' }
  /** Both ways. Offsets are relative. */
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly by: number };

type Program = readonly Instruction[];

/**
 * The regular expressions of IOS's output filters: `. * + ?`, `[...]`, `( )`, `|`, `^`, `$`, `\` before a sign, and `_` for the
 * beginning, the end or what stands between words. Undefined when the text is none. The time of a search grows with the
 * line times the pattern and no faster, whatever both hold.
 */
export function compileLinePattern(text: string): ((line: string) => boolean) | undefined {
  if (text === '' || text.length > longestPattern) return undefined;
  const body = new PatternReader(text).read();
  if (body === undefined) return undefined;
  const program: Program = [...body, { op: 'match' }];
  return (line) => found(program, line);
}

class PatternReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Program | undefined {
    const whole = this.#choice();
    return this.#at === this.#text.length ? whole : undefined;
  }

  #choice(): Program | undefined {
    const first = this.#sequence();
    if (first === undefined || this.#text[this.#at] !== '|') return first;
    this.#at++;
    const rest = this.#choice();
    if (rest === undefined) return undefined;
    return [
      { op: 'split', first: 1, second: first.length + 2 },
      ...first,
      { op: 'jump', by: rest.length + 1 },
      ...rest,
    ];
  }

  #sequence(): Program | undefined {
    const whole: Instruction[] = [];
    while (this.#at < this.#text.length && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')') {
      const item = this.#item();
      if (item === undefined) return undefined;
      whole.push(...this.#repeated(item));
    }
    return whole;
  }

  #item(): Program | undefined {
    const sign = this.#text[this.#at++] ?? '';
    switch (sign) {
      case '^':
        return [{ op: 'begin' }];
      case '$':
        return [{ op: 'end' }];
      case '.':
        return [{ op: 'any' }];
      case '_':
        return [{ op: 'delimiter' }];
      case '[':
        return this.#list();
      case '(':
        return this.#group();
      case '*':
      case '+':
      case '?':
        return undefined;
      default:
        return this.#literal(sign === '\\' ? this.#text[this.#at++] : sign);
    }
  }

  #literal(sign: string | undefined): Program | undefined {
    return sign === undefined ? undefined : [{ op: 'sign', signs: sign, inverted: false }];
  }

  #group(): Program | undefined {
    if (this.#depth === deepestGroup) return undefined;
    this.#depth++;
    const inner = this.#choice();
    this.#depth--;
    return this.#text[this.#at++] === ')' ? inner : undefined;
  }

  /** `[a-z0-9]`, `[^ ]`. A bracket that closes at once stands for itself. */
  #list(): Program | undefined {
    const inverted = this.#text[this.#at] === '^';
    if (inverted) this.#at++;
    const end = this.#text.indexOf(']', this.#at + 1);
    if (end < 0) return undefined;
    const body = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    const signs = body.replace(/(.)-(.)/gs, (_, low: string, high: string) => between(low, high));
    return [{ op: 'sign', signs, inverted }];
  }

  #repeated(item: Program): Program {
    const sign = this.#text[this.#at];
    if (sign !== '*' && sign !== '+' && sign !== '?') return item;
    this.#at++;
    const { length } = item;
    if (sign === '?') return [{ op: 'split', first: 1, second: length + 1 }, ...item];
    if (sign === '+') return [...item, { op: 'split', first: -length, second: 1 }];
    return [{ op: 'split', first: 1, second: length + 2 }, ...item, { op: 'jump', by: -length - 1 }];
  }
}

function between(low: string, high: string): string {
  let signs = '';
  for (let code = low.charCodeAt(0); code <= high.charCodeAt(0) && code < 256; code++)
    signs += String.fromCharCode(code);
  return signs;
}

/** Follows all ways at once, beginning anew at each place of the line. */
function found(program: Program, line: string): boolean {
  const ends = program.length - 1;
  let places = new Set<number>();
  for (let i = 0; i <= line.length; i++) {
    follow(program, 0, i, line, places);
    if (places.has(ends)) return true;
    const next = new Set<number>();
    for (const at of places) if (takes(program[at], line[i])) follow(program, at + 1, i + 1, line, next);
    if (next.has(ends)) return true;
    places = next;
  }
  return false;
}

const delimiters = ' ,{}()_"';

function takes(instruction: Instruction | undefined, sign: string | undefined): boolean {
  if (sign === undefined) return false;
  if (instruction?.op === 'any') return true;
  if (instruction?.op === 'delimiter') return delimiters.includes(sign);
  return instruction?.op === 'sign' && instruction.signs.includes(sign) !== instruction.inverted;
}

/** Adds where one gets from `start` without taking a sign. */
function follow(program: Program, start: number, place: number, line: string, places: Set<number>): void {
  const left = [start];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    if (places.has(at)) continue;
    places.add(at);
    const instruction = program[at];
    const isEdge = place === 0 || place === line.length;
    if (instruction?.op === 'split') left.push(at + instruction.second, at + instruction.first);
    else if (instruction?.op === 'jump') left.push(at + instruction.by);
    else if (instruction?.op === 'begin' && place === 0) left.push(at + 1);
    else if (instruction?.op === 'end' && place === line.length) left.push(at + 1);
    else if (instruction?.op === 'delimiter' && isEdge) left.push(at + 1);
  }
}
