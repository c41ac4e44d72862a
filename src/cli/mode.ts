import { configBuiltins, configMode, execBuiltins, execMode } from './builtin.ts';
import type { Command, ModeName } from './command.ts';
import { Grammar } from './grammar.ts';
import { leadingKeywords } from './leading-keywords.ts';

/**
 * Help texts: by keyword (`sip-ua`), by argument name (`<seconds>`), or either behind the command's leading keywords
 * (`show sip-ua`, `session target <target>`).
 */
export type Glossary = Readonly<Record<string, string>>;

/** A place where commands are typed, as its author writes it. */
export interface Mode<World> {
  readonly name: ModeName;
  /** `config` when absent. */
  readonly kind?: 'exec' | 'config';
  /** Between the brackets of the prompt: `config-sip-ua`. Of no use to EXEC. */
  readonly prompt: string;
  /** The mode that `exit` goes to, whose commands are accepted here too. */
  readonly parent?: ModeName;
  /** Above the list of all its commands: `Dial-peer configuration commands:`. */
  readonly heading?: string;
  readonly glossary?: Glossary;
  readonly commands: readonly Command<World>[];
}

/** A mode made ready for matching. The `no` forms are a grammar of their own. */
export interface CompiledMode<World> {
  readonly name: ModeName;
  readonly kind: 'exec' | 'config';
  readonly prompt: string;
  readonly parent: ModeName | undefined;
  readonly heading: string | undefined;
  readonly glossary: Glossary;
  /** Its own and those that every mode of its kind has. */
  readonly commands: readonly Command<World>[];
  readonly set: Grammar<Command<World>>;
  /** What `no` and `default` take. */
  readonly unset: Grammar<Command<World>>;
}

const headings: Readonly<Record<string, string>> = {
  [execMode]: 'Exec commands:',
  [configMode]: 'Configure commands:',
};

/** Throws a `TypeError` when a syntax is malformed. */
export function compileMode<World>(mode: Mode<World>, glossary: Glossary): CompiledMode<World> {
  const kind = mode.kind ?? 'config';
  const set = new Grammar<Command<World>>();
  const unset = new Grammar<Command<World>>();
  const builtins = kind === 'exec' ? execBuiltins<World>() : configBuiltins<World>();
  const commands = [...mode.commands, ...builtins];
  for (const row of commands) {
    set.add(row.syntax, row);
    if (!row.negatable) continue;
    const cut = row.noSyntax === undefined && leadingKeywords(row.syntax) !== '';
    unset.add(row.noSyntax ?? row.syntax, row, cut);
  }
  return {
    name: mode.name,
    kind,
    prompt: mode.prompt,
    parent: mode.parent,
    heading: mode.heading ?? headings[mode.name],
    glossary: { ...glossary, ...mode.glossary },
    commands,
    set,
    unset,
  };
}
