import { type ArgumentType, argumentType } from './argument-type.ts';

/** One place in a command where a word is expected. */
export interface Token<Owner> {
  /** The keyword, in lower case, or the argument's name as written between `<` and `>`. */
  readonly text: string;
  /** Undefined for a keyword. */
  readonly type: ArgumentType | undefined;
  /** The handler's name for it; undefined for a keyword that carries no information. */
  readonly key: string | undefined;
  /** `<name:type>...`: may follow itself, the values make an array. */
  readonly many: boolean;
  readonly owner: Owner;
  readonly next: Token<Owner>[];
  /** The line may end here. */
  last: boolean;
  /** Stands in a loop (`[a | b]...`): a line passes it once at most. */
  loop: boolean;
}

/** A stretch of syntax: where it may begin and end, and whether a line may do without it. */
interface Stretch<Owner> {
  readonly first: Token<Owner>[];
  readonly last: Token<Owner>[];
  readonly skippable: boolean;
}

/**
 * The token graph of one syntax string: the tokens it may begin with. `cut`: the line may end anywhere behind the leading
 * keywords (the `no` form of most commands). Throws a `TypeError` when the syntax is malformed: a mistake of its author.
 */
export function tokenGraph<Owner>(syntax: string, owner: Owner, cut = false): Token<Owner>[] {
  const reader = new SyntaxReader(syntax, owner, cut);
  const whole = reader.whole();
  if (whole.skippable) throw new TypeError(`"${syntax}": a command needs a word that cannot be left out`);
  for (const token of whole.last) token.last = true;
  return whole.first;
}

class SyntaxReader<Owner> {
  readonly #syntax: string;
  readonly #owner: Owner;
  readonly #cut: boolean;
  readonly #symbols: readonly string[];
  #at = 0;
  #depth = 0;
  /** Past the leading keywords: where the cut form may end. */
  #cuttable = false;

  constructor(syntax: string, owner: Owner, cut: boolean) {
    this.#syntax = syntax;
    this.#owner = owner;
    this.#cut = cut;
    this.#symbols = syntax.match(/<[^<>]*>|\.\.\.|[{}[\]|]|[^\s{}[\]|<>]+/g) ?? [];
  }

  whole(): Stretch<Owner> {
    const whole = this.#sequence(false);
    if (this.#at < this.#symbols.length) this.#fail(`"${this.#symbols[this.#at]}" is out of place`);
    return whole;
  }

  #sequence(flags: boolean): Stretch<Owner> {
    let whole: Stretch<Owner> = { first: [], last: [], skippable: true };
    for (let symbol = this.#peek(); symbol !== undefined && !/^[}\]|]$/.test(symbol); symbol = this.#peek()) {
      whole = joined(whole, this.#element(flags));
    }
    return whole;
  }

  #element(flags: boolean): Stretch<Owner> {
    const symbol = this.#symbols[this.#at++] ?? '';
    if (symbol === '{') return this.#group('}');
    if (symbol === '[') return { ...this.#group(']'), skippable: true };
    const token = symbol.startsWith('<') ? this.#argument(symbol.slice(1, -1)) : this.#keyword(symbol, flags);
    if (token.many) token.next.push(token);
    return { first: [token], last: [token], skippable: false };
  }

  #group(close: string): Stretch<Owner> {
    this.#depth++;
    const alternatives: Stretch<Owner>[] = [];
    do {
      alternatives.push(this.#sequence(!this.#alternativeHoldsArgument()));
    } while (this.#symbols[this.#at++] === '|');
    if (this.#symbols[this.#at - 1] !== close) this.#fail(`"${close}" is missing`);
    this.#depth--;
    const group = {
      first: alternatives.flatMap((a) => a.first),
      last: alternatives.flatMap((a) => a.last),
      skippable: alternatives.some((a) => a.skippable),
    };
    if (this.#peek() === '...') this.#repeat(group);
    return group;
  }

  #repeat(group: Stretch<Owner>): void {
    this.#at++;
    for (const token of group.last) token.next.push(...group.first);
    for (const token of group.first) token.loop = true;
  }

  #keyword(word: string, flags: boolean): Token<Owner> {
    if (this.#depth > 0) this.#cuttable = true;
    const mayCut = this.#cut && (this.#cuttable || this.#isLastLeadingKeyword());
    return this.#token(word.toLowerCase(), undefined, flags ? camel(word) : undefined, false, mayCut);
  }

  #argument(body: string): Token<Owner> {
    this.#cuttable = true;
    const [name = '', type = 'word'] = body.split(':', 2);
    const many = this.#peek() === '...';
    if (many) this.#at++;
    return this.#token(name, argumentType(type), camel(name), many, this.#cut);
  }

  #token(
    text: string,
    type: ArgumentType | undefined,
    key: string | undefined,
    many: boolean,
    last: boolean,
  ): Token<Owner> {
    return { text, type, key, many, owner: this.#owner, next: [], last, loop: false };
  }

  #peek(): string | undefined {
    return this.#symbols[this.#at];
  }

  /** Called with the keyword just read: whether what follows is no keyword. */
  #isLastLeadingKeyword(): boolean {
    const next = this.#peek();
    return next === undefined || /^[<{[]/.test(next);
  }

  #alternativeHoldsArgument(): boolean {
    let depth = 0;
    for (let i = this.#at; i < this.#symbols.length; i++) {
      const symbol = this.#symbols[i] ?? '';
      if (symbol.startsWith('<')) return true;
      if (symbol === '{' || symbol === '[') depth++;
      else if ((symbol === '}' || symbol === ']') && depth-- === 0) return false;
      else if (symbol === '|' && depth === 0) return false;
    }
    return false;
  }

  #fail(why: string): never {
    throw new TypeError(`syntax "${this.#syntax}": ${why}`);
  }
}

function joined<Owner>(a: Stretch<Owner>, b: Stretch<Owner>): Stretch<Owner> {
  for (const token of a.last) token.next.push(...b.first);
  return {
    first: a.skippable ? [...a.first, ...b.first] : a.first,
    last: b.skippable ? [...a.last, ...b.last] : b.last,
    skippable: a.skippable && b.skippable,
  };
}

/** The handler's name for a word of the syntax, as `Args` spells it. */
export function camel(name: string): string {
  return name.replace(/-(.?)/g, (_, letter: string) => letter.toUpperCase());
}
