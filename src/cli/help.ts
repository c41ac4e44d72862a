import { type Aliases, aliasWords } from './alias.ts';
import { execMode } from './builtin.ts';
import type { Command } from './command.ts';
import type { Allows, Following, NextToken } from './grammar.ts';
import { grammarOf, type Language, prefixOf } from './language.ts';
import { leadingKeywords } from './leading-keywords.ts';
import type { CompiledMode } from './mode.ts';
import { appendWord, filePlaces, isFileKind } from './output-file.ts';
import { type filtersFor, jsonKind, patternHelp } from './output-filter.ts';
import type { Token } from './token-graph.ts';
import { type Word, wordsOf } from './words.ts';

/** One line of the list that `?` shows. */
interface Entry {
  readonly word: string;
  readonly text: string;
  /** An argument's hint: shown, but not a word to complete to. */
  readonly hint: boolean;
}

/** What may stand where the cursor is. */
type Offer =
  | { readonly kind: 'entries'; readonly entries: readonly Entry[]; readonly end: boolean; readonly partial: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ambiguous' };

const prefixes: readonly Entry[] = [
  { word: 'default', text: 'Set a command to its defaults', hint: false },
  { word: 'do', text: 'To run exec commands in config mode', hint: false },
  { word: 'no', text: 'Negate a command or set its defaults', hint: false },
];

/** The answer to `?` behind `text`: after a blank the next words with their help, within a word the words it begins. */
export function help<World>(
  language: Language<World>,
  mode: string,
  text: string,
  allows: Allows<Command<World>>,
  width: number,
  aliases: Aliases = new Map(),
): readonly string[] {
  const offer = offerFor(language, mode, text, allows);
  if (offer.kind === 'ambiguous') return [`% Ambiguous command:  "${text}"`];
  // A blank in front asks for commands only.
  const others = /^[^ \t]+$/.test(text) ? aliasWords(text, aliases) : [];
  const known = offer.kind === 'unknown' ? [] : offer.entries.filter((entry) => !entry.hint);
  const words = [...others, ...known.map((entry) => entry.word)];
  if (/[^ \t]$/.test(text) && words.length > 0) return [...columns(words, width), ''];
  if (offer.kind === 'unknown' || (offer.entries.length === 0 && !offer.end)) return ['% Unrecognized command'];
  const heading = text.trim() === '' ? language.mode(mode).heading : undefined;
  return [...(heading === undefined ? [] : [heading]), ...listed(offer.entries), ...(offer.end ? ['  <cr>'] : []), ''];
}

/** The text with its last word written out and a blank behind it; undefined unless exactly one keyword begins so. */
export function completion<World>(
  language: Language<World>,
  mode: string,
  text: string,
  allows: Allows<Command<World>>,
): string | undefined {
  const offer = offerFor(language, mode, text, allows);
  if (offer.kind !== 'entries' || offer.partial === '') return undefined;
  const words = offer.entries.filter((entry) => !entry.hint);
  const [only] = words;
  if (only === undefined || words.length > 1) return undefined;
  return `${text.slice(0, text.length - offer.partial.length)}${only.word} `;
}

function listed(entries: readonly Entry[]): readonly string[] {
  const widest = Math.max(0, ...entries.map((entry) => entry.word.length));
  return entries.map(({ word, text }) => `  ${word.padEnd(widest)}  ${text}`.trimEnd());
}

/** The words on one line, two blanks between, or in rows when they do not fit. */
function columns(words: readonly string[], width: number): readonly string[] {
  const line = words.join('  ');
  if (line.length <= width) return [line];
  const column = Math.max(...words.map((word) => word.length)) + 2;
  const each = Math.max(1, Math.floor(width / column));
  const rows = Array.from({ length: Math.ceil(words.length / each) }, (_, i) => words.slice(i * each, (i + 1) * each));
  return rows.map((row) =>
    row
      .map((word) => word.padEnd(column))
      .join('')
      .trimEnd(),
  );
}

function offerFor<World>(language: Language<World>, name: string, text: string, allows: Allows<Command<World>>): Offer {
  const words = wordsOf(text);
  const within = words.length > 0 && /[^ \t]$/.test(text);
  const partial = within ? (words.at(-1)?.text.toLowerCase() ?? '') : '';
  const known = within ? words.length - 1 : words.length;
  const mode = language.mode(name);
  const asked: Question = { text, words, known, partial };
  const filters = (command: Command<World>): Filters => language.filters(command, allows);
  if (mode.kind === 'exec') return execOffer(mode, asked, 0, allows, filters);
  const prefix = known > 0 ? prefixOf(words) : undefined;
  if (prefix === 'do') return execOffer(language.mode(execMode), asked, 1, allows, filters);
  if (prefix !== undefined) return following(mode, grammarOf(mode, prefix), asked, 1, allows, []);
  return following(mode, mode.set, asked, 0, allows, known === 0 ? prefixes : []);
}

type Filters = ReturnType<typeof filtersFor>;

interface Question {
  readonly text: string;
  readonly words: readonly Word[];
  /** Words before the one asked about. */
  readonly known: number;
  /** The beginning of the word asked about, in lower case. */
  readonly partial: string;
}

function execOffer<World>(
  mode: CompiledMode<World>,
  asked: Question,
  from: number,
  allows: Allows<Command<World>>,
  filters: (command: Command<World>) => Filters,
): Offer {
  const bar = asked.words.findIndex((word, i) => i > from && i < asked.known && word.text === '|');
  const shown = bar > 0 ? showAt(mode, { ...asked, known: bar }, from, allows) : undefined;
  if (shown !== undefined) return filterOffer(asked, bar, filters(shown));
  return following(mode, mode.set, asked, from, allows, []);
}

/** The `show` command that the known words are: one whose output may be filtered. */
function showAt<World>(
  mode: CompiledMode<World>,
  asked: Question,
  from: number,
  allows: Allows<Command<World>>,
): Command<World> | undefined {
  const match = mode.set.match(asked.text, asked.words.slice(0, asked.known), from, allows);
  return match.kind === 'match' && match.owner.syntax.startsWith('show ') ? match.owner : undefined;
}

function filterOffer({ words, known, partial }: Question, bar: number, filters: Filters): Offer {
  if (known === bar + 1) {
    const entries = filters
      .filter(([kind]) => kind.startsWith(partial))
      .map(([word, text]) => ({ word, text, hint: false }));
    return { kind: 'entries', entries, end: false, partial };
  }
  const name = words[bar + 1]?.text.toLowerCase() ?? '';
  const [found] = filters.filter(([kind]) => kind.startsWith(name));
  if (found === undefined) return { kind: 'unknown' };
  const second = words[bar + 2]?.text.toLowerCase() ?? '';
  if (isFileKind(found[0])) {
    const isTold = found[0] === 'tee' && known > bar + 2 && second === appendWord;
    return urlOffer(partial, known - bar - (isTold ? 3 : 2), found[0] === 'tee' && !isTold);
  }
  if (found[0] === jsonKind) return { kind: 'entries', entries: [], end: known === bar + 2, partial };
  return { kind: 'entries', entries: [{ word: 'LINE', text: patternHelp, hint: true }], end: known > bar + 2, partial };
}

/** `count`: how many words of the URL are there already. */
function urlOffer(partial: string, count: number, mayTell: boolean): Offer {
  if (count > 0) return { kind: 'entries', entries: [], end: count === 1, partial };
  const told = mayTell ? [{ word: appendWord, text: 'Append redirected output to URL', hint: false }] : [];
  const places = filePlaces.map((word) => ({ word, text: 'Uniform Resource Locator', hint: false }));
  const entries = [...told, ...places].filter(({ word }) => word.startsWith(partial));
  return { kind: 'entries', entries, end: false, partial };
}

function following<World>(
  mode: CompiledMode<World>,
  grammar: ReturnType<typeof grammarOf<World>>,
  asked: Question,
  from: number,
  allows: Allows<Command<World>>,
  extra: readonly Entry[],
): Offer {
  const { text, words, known, partial } = asked;
  const found: Following<Command<World>> = grammar.following(text, words, from, known, allows);
  if (found.kind !== 'tokens') return found;
  const spoken = words.slice(from, known).map((word) => word.text);
  const entries = new Map<string, Entry>();
  const seen = found.tokens.filter(
    ({ token }) => !token.owner.hidden && (token.type !== undefined || token.text.startsWith(partial)),
  );
  for (const [word, steps] of Map.groupBy(seen, ({ token }) => wordOf(token))) {
    entries.set(word, { word, text: textOf(mode, steps, spoken), hint: steps[0]?.token.type !== undefined });
  }
  const piped = found.end && mode.kind === 'exec' && showAt(mode, asked, from, allows) !== undefined;
  for (const entry of [...extra, ...(piped ? [pipe] : [])]) {
    if (entry.word.startsWith(partial) && !entries.has(entry.word)) entries.set(entry.word, entry);
  }
  const sorted = [...entries.values()].sort((a, b) => Number(a.hint) - Number(b.hint) || (a.word < b.word ? -1 : 1));
  return { kind: 'entries', entries: sorted, end: found.end && partial === '', partial };
}

const pipe: Entry = { word: '|', text: 'Output modifiers', hint: false };

type Step<World> = NextToken<Command<World>>;

function wordOf<World>({ text, type }: Token<Command<World>>): string {
  return type?.hint ?? text;
}

/** What is said of a word, by whichever command has something to say. A command of one word speaks for itself. */
function textOf<World>(mode: CompiledMode<World>, steps: readonly Step<World>[], spoken: readonly string[]): string {
  const shared = sharedHelp(steps);
  const isWhole = steps.some(
    ({ token }) => token.type === undefined && leadingKeywords(token.owner.syntax) === token.text,
  );
  if (spoken.length === 0 && isWhole && shared !== '') return shared;
  return steps.map((step) => ownHelp(mode, step, spoken)).find((text) => text !== undefined) ?? shared;
}

/** What is said of this word here, in the words of the glossary or of its command. */
function ownHelp<World>(
  mode: CompiledMode<World>,
  { token, behind }: Step<World>,
  spoken: readonly string[],
): string | undefined {
  const { glossary } = mode;
  const leading = leadingKeywords(token.owner.syntax).split(' ');
  const name = token.type === undefined ? token.text : `<${token.text}>`;
  // The command's own sentence belongs to the keyword that makes it this command and no other, and to what is right behind.
  const isLast = token.type === undefined && leading.length === spoken.length + 1 && leading.at(-1) === token.text;
  const known = glossary[[...leading.slice(0, spoken.length), name].join(' ')];
  if (known !== undefined) return known;
  if (token.type === undefined) return isLast ? token.owner.help : glossary[name];
  if (glossary[name] !== undefined) return glossary[name];
  if (!token.type.isVague) return token.type.help;
  // A value without words of its own is what the keyword in front of it says.
  const isNamed = behind !== undefined && behind.type === undefined && leading.length !== spoken.length;
  return isNamed ? glossary[behind.text] : undefined;
}

/** What the commands behind a word say, when they all say the same. */
function sharedHelp<World>(steps: readonly Step<World>[]): string {
  const [help = '', ...others] = new Set(steps.map(({ token }) => token.owner.help));
  return others.length === 0 ? help : '';
}
