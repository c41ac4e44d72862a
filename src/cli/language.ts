import { execMode } from './builtin.ts';
import type { Command, ModeName } from './command.ts';
import type { Allows, ArgumentRecord, Grammar, Match, WrittenWord } from './grammar.ts';
import { type CompiledMode, compileMode, type Glossary, type Mode } from './mode.ts';
import { appendWord, isFileKind, type SaveOutput, savingCommand } from './output-file.ts';
import { filtersFor, jsonKind, type OutputFilter } from './output-filter.ts';
import type { Refusal } from './verdict.ts';
import { type Word, wordsOf } from './words.ts';

/** A line that is a command. */
export interface Resolved<World> {
  readonly kind: 'command';
  readonly command: Command<World>;
  readonly args: ArgumentRecord;
  readonly form: 'set' | 'no' | 'default';
  /** The line for the handler: without `do`, without the filter. */
  readonly line: string;
  /** The words of that line, keywords written out, without `no` or `default`. */
  readonly written: () => readonly WrittenWord[];
  /** How far up the modes the line was understood: 0 the current mode, 1 its parent. */
  readonly up: number;
  /** Typed behind `do`: the session stays in its mode. */
  readonly done: boolean;
  readonly filter: OutputFilter | undefined;
  /** Its mode takes it because it takes any word there. */
  readonly free: boolean;
}

export type Resolution<World> = Resolved<World> | Refusal;

/** The modes and their commands. Made once, immutable, shared by every session. */
export class Language<World> {
  /** `| redirect` and its like; absent where nothing can be written. */
  readonly save: SaveOutput<World> | undefined;
  readonly #modes = new Map<ModeName, CompiledMode<World>>();

  /**
   * Two rows for one mode name are one mode with the commands of both. Throws a `TypeError` when a syntax is malformed, a
   * parent is missing, or there is no mode `exec`.
   */
  constructor(modes: readonly Mode<World>[], glossary: Glossary = {}, save?: SaveOutput<World>) {
    this.save = save;
    for (const [name, same] of Map.groupBy(modes, (mode) => mode.name)) {
      const [first] = same;
      if (first === undefined) continue;
      const kind = first.kind ?? (name === execMode ? 'exec' : 'config');
      const terms = Object.assign({}, ...same.map((mode) => mode.glossary ?? {}));
      const commands = same.flatMap((mode) => mode.commands);
      this.#modes.set(name, compileMode({ ...first, kind, glossary: terms, commands }, glossary));
    }
    if (!this.#modes.has(execMode)) throw new TypeError(`a language needs the mode "${execMode}"`);
    for (const { name, parent } of this.#modes.values()) {
      if (parent !== undefined && !this.#modes.has(parent)) throw new TypeError(`${name}: no mode "${parent}"`);
    }
  }

  /** Every mode, EXEC first, for a reference of the commands. */
  get modes(): readonly CompiledMode<World>[] {
    const exec = this.mode(execMode);
    return [exec, ...[...this.#modes.values()].filter((mode) => mode !== exec)];
  }

  /** Throws a `TypeError` for a mode that does not exist: a mistake of the command that names it. */
  mode(name: ModeName): CompiledMode<World> {
    const mode = this.#modes.get(name);
    if (mode === undefined) throw new TypeError(`no mode "${name}"`);
    return mode;
  }

  /** The mode and, for a configuration mode, its parents up to global configuration. */
  lineage(name: ModeName): readonly CompiledMode<World>[] {
    const modes: CompiledMode<World>[] = [];
    for (let mode = this.#modes.get(name); mode !== undefined; mode = this.#modes.get(mode.parent ?? '')) {
      if (modes.length > 0 && (mode.kind === 'exec' || modes.includes(mode))) break;
      modes.push(mode);
    }
    return modes;
  }

  /** What a line typed in a mode means. The line is neither empty nor a comment. */
  resolve(name: ModeName, line: string, allows: Allows<Command<World>>): Resolution<World> {
    const words = wordsOf(line);
    const mode = this.mode(name);
    if (mode.kind === 'exec') return this.#resolveExec(mode, line, words, 0, allows);
    const prefix = prefixOf(words);
    if (prefix === 'do') {
      const answer = this.#resolveExec(this.mode(execMode), line, words, 1, allows);
      return answer.kind === 'command' ? { ...answer, done: true } : answer;
    }
    const straight = this.#resolveConfig(name, line, words, prefix ?? 'set', allows);
    // `default` may be cut short where no command begins so.
    const short = words[0]?.text.toLowerCase() ?? '';
    const isDefault = prefix === undefined && short.length >= 3 && 'default'.startsWith(short);
    return straight.kind === 'invalid' && isDefault
      ? this.#resolveConfig(name, line, words, 'default', allows)
      : straight;
  }

  #resolveExec(
    mode: CompiledMode<World>,
    line: string,
    words: readonly Word[],
    from: number,
    allows: Allows<Command<World>>,
  ): Resolution<World> {
    if (words.length === from) return { kind: 'incomplete' };
    const bar = words.findIndex((word, i) => i > from && word.text === '|');
    const whole = (): Resolution<World> => answer(mode.set.match(line, words, from, allows), line, words, from, 'set');
    if (bar < 0) return oneWord(whole(), words, from);
    const head = line.slice(0, words[bar]!.column).trimEnd();
    const match = mode.set.match(head, words.slice(0, bar), from, allows);
    if (match.kind !== 'match' || !match.owner.syntax.startsWith('show ')) return whole();
    const filter = filterOf(line, words, bar, this.filters(match.owner, allows));
    if ('refusal' in filter) return filter.refusal;
    const shown = answer(match, head, words, from, 'set');
    return shown.kind === 'command' ? { ...shown, filter } : shown;
  }

  /** What may stand behind the bar of a `show`. */
  filters(shown: Command<World>, allows: Allows<Command<World>>): ReturnType<typeof filtersFor> {
    return filtersFor(shown.read !== undefined, this.save !== undefined && allows(savingCommand));
  }

  /**
   * The mode first, then its parents: so a pasted configuration leaves a sub-mode. A line that the mode would take only
   * because it takes any word, or for the abbreviation of a word that a parent knows in full (`ip` of `ip-address`), belongs
   * to a parent that understands it, unless it is indented. So does one that is ambiguous or incomplete only as such an abbreviation.
   */
  #resolveConfig(
    name: ModeName,
    line: string,
    words: readonly Word[],
    form: Resolved<World>['form'],
    allows: Allows<Command<World>>,
  ): Resolution<World> {
    const from = form === 'set' ? 0 : 1;
    const first = words[from]?.text;
    if (first === undefined) return { kind: 'incomplete' };
    const indented = (words[0]?.column ?? 0) > 0;
    let refusal: Refusal | undefined;
    let free: Resolved<World> | undefined;
    let abbreviated: Resolved<World> | undefined;
    let up = -1;
    let known = false;
    let halfRead = false;
    for (const mode of this.lineage(name)) {
      up++;
      const knows = mode.set.knows(first) || mode.unset.knows(first);
      if ((known || halfRead || abbreviated !== undefined) && !knows) continue;
      known = knows;
      const match = grammarOf(mode, form).match(line, words, from, allows);
      const here = answer(match, line, words, from, form);
      if (here.kind !== 'command') refusal = further(refusal, here);
      else if (match.kind === 'match' && match.free && !indented) free ??= { ...here, up };
      else if (!knows && !indented) abbreviated ??= { ...here, up };
      else return { ...here, up };
      if (here.kind !== 'ambiguous' && here.kind !== 'incomplete') continue;
      if (knows) break;
      halfRead = true;
    }
    return free ?? abbreviated ?? refusal ?? { kind: 'incomplete' };
  }
}

/** The grammar that a form of a line is matched against. */
export function grammarOf<World>(mode: CompiledMode<World>, form: 'set' | 'no' | 'default'): Grammar<Command<World>> {
  return form === 'set' ? mode.set : mode.unset;
}

/** The word in front of a command that every configuration mode knows. */
export function prefixOf(words: readonly Word[]): 'no' | 'default' | 'do' | undefined {
  const word = words[0]?.text.toLowerCase();
  return word === 'no' || word === 'default' || word === 'do' ? word : undefined;
}

function answer<World>(
  match: Match<Command<World>>,
  line: string,
  words: readonly Word[],
  from: number,
  form: Resolved<World>['form'],
): Resolution<World> {
  switch (match.kind) {
    case 'match': {
      const { owner, args, written, free } = match;
      const start = words[form === 'set' ? from : 0]?.column ?? 0;
      const text = line.slice(start).trimEnd();
      return {
        kind: 'command',
        command: owner,
        args,
        form,
        line: text,
        written,
        up: 0,
        done: false,
        filter: undefined,
        free,
      };
    }
    case 'invalid':
      return { kind: 'invalid', column: words[match.word]?.column ?? line.length, line: line.trim() };
    case 'ambiguous':
      return { kind: 'ambiguous', line: line.trim() };
    case 'incomplete':
      return match;
  }
}

/** Words that stand for many commands. Alone they are answered otherwise than other unfinished lines. */
const families = ['show', 'clear'];

/** What IOS says otherwise where a single word was typed. */
function oneWord<World>(resolution: Resolution<World>, words: readonly Word[], from: number): Resolution<World> {
  const [word, more] = words.slice(from);
  if (word === undefined || more !== undefined) return resolution;
  const family = families.find((name) => name.startsWith(word.text.toLowerCase()));
  if (resolution.kind === 'incomplete' && family !== undefined) return { kind: 'subcommand wanted', word: family };
  const isName = resolution.kind === 'invalid' && from === 0 && /^[A-Za-z]/.test(word.text);
  return isName ? { kind: 'unknown word' } : resolution;
}

/** The refusal to report of two: an ambiguous or incomplete line was understood; of two invalid ones, the later caret. */
function further(old: Refusal | undefined, found: Refusal): Refusal {
  if (old === undefined || found.kind !== 'invalid' || old.kind !== 'invalid') return found;
  return found.column > old.column ? found : old;
}

function filterOf(
  line: string,
  words: readonly Word[],
  bar: number,
  filters: ReturnType<typeof filtersFor>,
): OutputFilter | { readonly refusal: Refusal } {
  const name = words[bar + 1];
  const pattern = words[bar + 2];
  if (name === undefined) return { refusal: { kind: 'incomplete' } };
  const invalid = (word: Word) => ({ refusal: { kind: 'invalid', column: word.column, line: line.trim() } }) as const;
  const [found] = filters.filter(([kind]) => kind.startsWith(name.text.toLowerCase()));
  if (found === undefined) return invalid(name);
  const [kind] = found;
  if (kind === jsonKind) return pattern === undefined ? { kind } : invalid(pattern);
  if (pattern === undefined) return { refusal: { kind: 'incomplete' } };
  if (isFileKind(kind)) {
    const isTold = kind === 'tee' && pattern.text.toLowerCase() === appendWord;
    const [url, more] = words.slice(bar + (isTold ? 3 : 2));
    if (url === undefined) return { refusal: { kind: 'incomplete' } };
    return more === undefined ? { kind, appends: isTold || kind === 'append', url: url.text } : invalid(more);
  }
  return { kind, pattern: line.slice(pattern.column).trimEnd() };
}
