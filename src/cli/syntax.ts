/**
 * The command notation as the type system reads it. `Args<'expires <seconds:int(60-65535)> [tcp [tls]]'>` is
 * `{ seconds: number; tcp?: true; tls?: true }`: what the handler of that command is given. `grammar.ts` reads the same
 * string when the program starts; the two keep the same rules:
 *
 * - a bare word is a keyword; `<name>` and `<name:type>` are arguments, `<name:type>...` one or more of them (an array);
 * - `{a | b}` is a choice, `[a | b]` one that may be left out, `[a | b]...` any of them, once each, in any order;
 * - a keyword inside a group becomes the flag `true` when its alternative holds no argument; names turn to camelCase.
 */
export interface ArgumentValues {
  /** One word, quotes and all. */
  word: string;
  /** The rest of the line as typed. Last in its syntax. */
  line: string;
  ipv4: string;
  /** A dotted mask whose ones are contiguous. */
  mask: string;
  /** A mask by its length: `/24`. */
  prefix: string;
  /** A host name or an address. */
  host: string;
  /** `scheme:something`. */
  url: string;
  /** Hexadecimal digits. */
  hex: string;
  /** Decimal digits, kept as text: leading zeros count. */
  number: string;
  /** An unsigned 32-bit decimal number. */
  dec: number;
}

/** The arguments that a handler of a command with this syntax is given. */
export type Args<S extends string> = string extends S ? Record<string, unknown> : Flatten<Sequence<S, false>>;

interface UnknownArgumentType<T extends string> {
  readonly unknownArgumentType: T;
}

type Empty = Record<never, never>;
type Flatten<T> = T extends unknown ? { [K in keyof T]: T[K] } : never;
type Trim<S extends string> = S extends ` ${infer R}` ? Trim<R> : S extends `${infer R} ` ? Trim<R> : S;
type Camel<S extends string> = S extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type AllOptional<T> = { [K in keyof T]?: T[K] };

type Value<T extends string> = T extends `int(${string})`
  ? number
  : T extends keyof ArgumentValues
    ? ArgumentValues[T]
    : UnknownArgumentType<T>;

/** The body of `<name>` or `<name:type>`. */
type Argument<Body extends string, Many extends boolean> = Body extends `${infer Name}:${infer T}`
  ? Record<Camel<Name>, Many extends true ? Value<T>[] : Value<T>>
  : Record<Camel<Body>, Many extends true ? string[] : string>;

/** What stands before the bracket that closes a group already opened, and what follows it. */
type Group<S extends string, Depth extends 0[] = [], Body extends string = ''> = S extends `${infer C}${infer R}`
  ? C extends '}' | ']'
    ? Depth extends [0, ...infer Outer extends 0[]]
      ? Group<R, Outer, `${Body}${C}`>
      : [Body, R]
    : Group<R, C extends '{' | '[' ? [...Depth, 0] : Depth, `${Body}${C}`>
  : never;

/** The body of a group cut at its own bars, groups inside left whole. */
type Alternatives<
  S extends string,
  Depth extends 0[] = [],
  Part extends string = '',
  Done extends string[] = [],
> = S extends `${infer C}${infer R}`
  ? C extends '|'
    ? Depth extends []
      ? Alternatives<R, Depth, '', [...Done, Part]>
      : Alternatives<R, Depth, `${Part}|`, Done>
    : Alternatives<R, Deeper<C, Depth>, `${Part}${C}`, Done>
  : [...Done, Part];

type Deeper<C extends string, Depth extends 0[]> = C extends '{' | '['
  ? [...Depth, 0]
  : C extends '}' | ']'
    ? Depth extends [0, ...infer Outer extends 0[]]
      ? Outer
      : []
    : Depth;

type HoldsNoArgument<S extends string> = S extends `${string}<${string}` ? false : true;

type Choice<Parts extends string[]> = Parts extends [infer H extends string, ...infer R extends string[]]
  ? Sequence<Trim<H>, HoldsNoArgument<H>> | Choice<R>
  : never;

/** The alternatives of `[a | b]...` taken together. */
type Each<Parts extends string[]> = Parts extends [infer H extends string, ...infer R extends string[]]
  ? Sequence<Trim<H>, HoldsNoArgument<H>> & Each<R>
  : Empty;

type KeysOfAny<U> = U extends unknown ? keyof U : never;

/** A union whose members know each other's keys, as absent, so that a handler can destructure them all. */
type OneOf<U, K extends PropertyKey = KeysOfAny<U>> = U extends unknown
  ? Flatten<U & { [P in Exclude<K, keyof U>]?: undefined }>
  : never;

type Sequence<S extends string, Flags extends boolean, Out = Empty> = S extends ''
  ? Out
  : S extends ` ${infer R}`
    ? Sequence<R, Flags, Out>
    : S extends `<${infer Body}>...${infer R}`
      ? Body extends `${string}>${string}`
        ? FirstArgument<S, Flags, Out>
        : Sequence<R, Flags, Out & Argument<Body, true>>
      : S extends `<${string}`
        ? FirstArgument<S, Flags, Out>
        : S extends `[${infer R}`
          ? OptionalGroup<Group<R>, Flags, Out>
          : S extends `{${infer R}`
            ? RequiredGroup<Group<R>, Flags, Out>
            : S extends `${infer Word} ${infer R}`
              ? Sequence<R, Flags, Out & Keyword<Word, Flags>>
              : Out & Keyword<S, Flags>;

type FirstArgument<S extends string, Flags extends boolean, Out> = S extends `<${infer Body}>${infer R}`
  ? Sequence<R, Flags, Out & Argument<Body, false>>
  : never;

type OptionalGroup<G, Flags extends boolean, Out> = G extends [infer Body extends string, infer R extends string]
  ? R extends `...${infer After}`
    ? Sequence<After, Flags, Out & AllOptional<Each<Alternatives<Body>>>>
    : Sequence<R, Flags, Out & AllOptional<OneOf<Choice<Alternatives<Body>>>>>
  : never;

type RequiredGroup<G, Flags extends boolean, Out> = G extends [infer Body extends string, infer R extends string]
  ? Sequence<R, Flags, Out & OneOf<Choice<Alternatives<Body>>>>
  : never;

type Keyword<Word extends string, Flags extends boolean> = Flags extends true ? Record<Camel<Word>, true> : Empty;
