import { type Token, tokenGraph } from './token-graph.ts';
import type { Word } from './words.ts';

/** What a grammar needs to know of a command. */
export interface GrammarOwner {
  readonly hidden: boolean;
}

/** Whether a session may use a command; what it may not use it does not know. */
export type Allows<Owner> = (owner: Owner) => boolean;

export type ArgumentRecord = Readonly<Record<string, unknown>>;

/** A word of a line as its syntax has it: a keyword written out, or what was typed for an argument. */
export interface WrittenWord {
  readonly text: string;
  /** The handler's name of the argument; undefined for a keyword. */
  readonly argument: string | undefined;
}

/** What a typed line is. `word`: index of the first word that does not fit. */
export type Match<Owner> =
  | {
      readonly kind: 'match';
      readonly owner: Owner;
      readonly args: ArgumentRecord;
      /** The first word was taken as an argument, not as a keyword: any word would have done. */
      readonly free: boolean;
      /** The line with its keywords written out. */
      readonly written: () => readonly WrittenWord[];
    }
  | { readonly kind: 'invalid'; readonly word: number }
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'incomplete' };

/** A token that may come next, and the one it comes behind. */
export interface NextToken<Owner> {
  readonly token: Token<Owner>;
  readonly behind: Token<Owner> | undefined;
}

/** What may follow some words: tokens, and whether the line may end there. */
export type Following<Owner> =
  | { readonly kind: 'tokens'; readonly tokens: readonly NextToken<Owner>[]; readonly end: boolean }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous' };

/** One way of reading the words so far, as a list that runs backwards. */
interface Path<Owner> {
  readonly token: Token<Owner> | undefined;
  readonly value: string | number | true | undefined;
  readonly before: Path<Owner> | undefined;
  /** How well it fits, earlier words counting more. */
  readonly score: number;
  readonly length: number;
}

type Step<Owner> =
  | { readonly kind: 'paths'; readonly paths: readonly Path<Owner>[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous' };

const exactKeyword = 4;
const shortKeyword = 3;
/** Ways of reading one line that are followed at once, beside one for each command: many begin with the same word. */
const mostPaths = 64;
/** Words that count in the score: as many digits of base 5 as a double holds. */
const scoredWords = 22;

/**
 * The commands of one mode as a graph of tokens. At each word an exact keyword wins, then the one keyword it begins, then
 * what an argument accepts; two different keywords that begin so are an ambiguity.
 */
export class Grammar<Owner extends GrammarOwner> {
  readonly #roots: Token<Owner>[] = [];
  readonly #rootArguments: Token<Owner>[] = [];
  readonly #rootKeywords = new Map<string, Token<Owner>[]>();

  /** `cut`: the line may end anywhere behind the leading keywords. Throws a `TypeError` when the syntax is malformed. */
  add(syntax: string, owner: Owner, cut = false): void {
    for (const token of tokenGraph(syntax, owner, cut)) {
      this.#roots.push(token);
      if (token.type !== undefined) this.#rootArguments.push(token);
      else this.#rootKeywords.set(token.text, [...(this.#rootKeywords.get(token.text) ?? []), token]);
    }
  }

  /** Whether a command begins with this very keyword. */
  knows(word: string): boolean {
    return this.#rootKeywords.has(word.toLowerCase());
  }

  /** Reads `words[from]` to the end; `line` is the text they were cut from. */
  match(line: string, words: readonly Word[], from: number, allows: Allows<Owner>): Match<Owner> {
    let paths: readonly Path<Owner>[] = [start];
    for (let i = from; i < words.length; i++) {
      const step = this.#step(paths, line, words[i]!, allows);
      if (step.kind === 'none') return { kind: 'invalid', word: i };
      if (step.kind === 'ambiguous') return step;
      paths = step.paths;
    }
    return verdict(paths, line, words, from);
  }

  /** What may follow `words[from]` to `words[to - 1]`. */
  following(line: string, words: readonly Word[], from: number, to: number, allows: Allows<Owner>): Following<Owner> {
    let paths: readonly Path<Owner>[] = [start];
    for (let i = from; i < to; i++) {
      const step = this.#step(paths, line, words[i]!, allows);
      if (step.kind === 'none') return { kind: 'unknown' };
      if (step.kind === 'ambiguous') return step;
      paths = step.paths;
    }
    const tokens = paths.flatMap((path) =>
      this.#candidates(path)
        .filter((token) => usable(token, path, allows))
        .map((token) => ({ token, behind: path.token })),
    );
    return { kind: 'tokens', tokens, end: paths.some((path) => path.token?.last === true) };
  }

  #candidates(path: Path<Owner>): readonly Token<Owner>[] {
    return path.token === undefined ? this.#roots : path.token.next;
  }

  #step(paths: readonly Path<Owner>[], line: string, word: Word, allows: Allows<Owner>): Step<Owner> {
    const typed = word.text.toLowerCase();
    const exact: Path<Owner>[] = [];
    const short: Path<Owner>[] = [];
    const values: Path<Owner>[] = [];
    for (const path of paths) {
      for (const token of this.#likely(path, typed)) {
        if (!usable(token, path, allows)) continue;
        if (token.type === undefined) {
          if (token.text === typed) exact.push(extended(path, token, token.key && true, exactKeyword));
          else if (token.text.startsWith(typed)) short.push(extended(path, token, token.key && true, shortKeyword));
          continue;
        }
        // A `line` takes everything from here, so it is read only once: with its first word.
        if (path.token === token && token.type.weight === 0) continue;
        const value = token.type.read(token.type.weight === 0 ? line.slice(word.column).trimEnd() : word.text);
        if (value !== undefined) values.push(extended(path, token, value, token.type.weight));
      }
      if (path.token?.type?.weight === 0) values.push(path);
    }
    return chosen(exact, short, values, this.#roots.length + mostPaths);
  }

  /** The tokens behind a path that `typed` could be; at the start, found by keyword. */
  #likely(path: Path<Owner>, typed: string): readonly Token<Owner>[] {
    if (path.token !== undefined) return path.token.next;
    const exact = this.#rootKeywords.get(typed);
    return exact === undefined ? this.#roots : [...exact, ...this.#rootArguments];
  }
}

const start: Path<never> = { token: undefined, value: undefined, before: undefined, score: 0, length: 0 };

function extended<Owner>(
  before: Path<Owner>,
  token: Token<Owner>,
  value: Path<Owner>['value'] | '',
  weight: number,
): Path<Owner> {
  const score = before.length < scoredWords ? before.score * 5 + weight : before.score;
  return { token, value: value === '' ? undefined : value, before, score, length: before.length + 1 };
}

function usable<Owner extends GrammarOwner>(token: Token<Owner>, path: Path<Owner>, allows: Allows<Owner>): boolean {
  if (!allows(token.owner)) return false;
  if (!token.loop) return true;
  for (let at: Path<Owner> | undefined = path; at !== undefined; at = at.before) if (at.token === token) return false;
  return true;
}

function chosen<Owner extends GrammarOwner>(
  exact: readonly Path<Owner>[],
  short: readonly Path<Owner>[],
  values: readonly Path<Owner>[],
  most: number,
): Step<Owner> {
  const keywords = exact.length > 0 ? exact : unambiguous(short);
  if (keywords === undefined && values.length === 0) return { kind: 'ambiguous' };
  const paths = [...(keywords ?? []), ...values];
  if (paths.length === 0) return { kind: 'none' };
  return { kind: 'paths', paths: paths.length > most ? best(paths, most) : paths };
}

/** The readings of a shortened keyword, hidden commands only when no other begins so; undefined when two words do. */
function unambiguous<Owner extends GrammarOwner>(short: readonly Path<Owner>[]): readonly Path<Owner>[] | undefined {
  const visible = short.filter((path) => path.token?.owner.hidden === false);
  const left = visible.length > 0 ? visible : short;
  return left.every((path) => path.token?.text === left[0]?.token?.text) ? left : undefined;
}

function best<Owner>(paths: readonly Path<Owner>[], most: number): readonly Path<Owner>[] {
  return paths.toSorted((a, b) => b.score - a.score).slice(0, most);
}

function verdict<Owner>(
  paths: readonly Path<Owner>[],
  line: string,
  words: readonly Word[],
  from: number,
): Match<Owner> {
  let won: Path<Owner> | undefined;
  for (const path of paths) {
    if (path.token?.last === true && (won === undefined || path.score > won.score)) won = path;
  }
  if (won?.token === undefined) return { kind: 'incomplete' };
  const path = won;
  return {
    kind: 'match',
    owner: won.token.owner,
    ...argumentsOf(won),
    written: () => writtenWords(path, line, words, from),
  };
}

/** A `line` is one word of the syntax, whatever it holds; it is the last. */
function writtenWords<Owner>(
  last: Path<Owner>,
  line: string,
  words: readonly Word[],
  from: number,
): readonly WrittenWord[] {
  const written: WrittenWord[] = [];
  for (let at: Path<Owner> | undefined = last; at?.token !== undefined; at = at.before) {
    const { text, type, key } = at.token;
    const word = words[from + at.length - 1];
    const rest = type?.weight === 0 ? line.slice(word?.column ?? 0).trimEnd() : (word?.text ?? '');
    written.push(type === undefined ? { text, argument: undefined } : { text: rest, argument: key });
  }
  return written.reverse();
}

function argumentsOf<Owner>(path: Path<Owner>): { args: ArgumentRecord; free: boolean } {
  const args: Record<string, unknown> = {};
  let free = false;
  for (let at: Path<Owner> | undefined = path; at?.token !== undefined; at = at.before) {
    const { key, many, type } = at.token;
    free = type !== undefined;
    if (key === undefined || at.value === undefined) continue;
    const later = args[key];
    args[key] = many ? [at.value, ...(Array.isArray(later) ? later : [])] : at.value;
  }
  return { args, free };
}
