/**
 * cli: the command language of IOS, for whoever brings the commands. It knows no command of ours but those that every
 * session needs (`enable`, `configure terminal`, `exit`, `end`, `terminal length`).
 *
 * - `syntax.ts` and `token-graph.ts` read the notation of a command: the one for the types, the other at start-up.
 *   `argument-type.ts` holds the kinds of arguments.
 * - `grammar.ts` is one mode's commands as a graph: a typed line is matched, or refused at a word.
 * - `mode.ts`, `language.ts`: the modes, their families, and the words that stand in front of any command (`no`,
 *   `default`, `do`). `help.ts` answers `?` and Tab by the same walk; `verdict.ts` has the sentences.
 * - `session.ts` is one operator: modes entered, privilege, one line at a time, over a `LineIo` (`line-io.ts`). `pager.ts`
 *   and `output-filter.ts` (`line-pattern.ts` for its expressions, `json.ts` for `| json`, `output-file.ts` for what goes into a
 *   file) stand between a command and its screen. `load.ts` types a file at a session.
 * - `alias.ts`: a line that begins with another name of a command. `secrets.ts` tells a typed line without the passwords in it: what faults and bad lines are reported with.
 * - `line-editor.ts`: keystrokes in, screen text and finished lines out. Who owns a terminal owns one of these.
 *
 * A `LineIo` is asked for a line by the session; the session asks the language what it means and calls the command; the
 * command prints to its `Terminal` and steers with its `SessionControl`. Nobody below calls up.
 *
 * **Standards:** none; the behaviour is that of IOS 12.4, the notation that of its manuals with two additions of ours,
 * `<name:type>...` and `[a | b]...`.
 */
export type { Aliases, AliasesOf } from './alias.ts';
export { configMode, execMode } from './builtin.ts';
export {
  type Command,
  CommandError,
  type CommandOptions,
  command,
  IncompleteError,
  type Invocation,
  type ModeName,
  type SessionControl,
  type Show,
  showCommand,
  type Terminal,
} from './command.ts';
export type { WrittenWord } from './grammar.ts';
export { Language } from './language.ts';
export { leadingKeywords } from './leading-keywords.ts';
export { type Edited, LineEditor, type LineEditorOptions } from './line-editor.ts';
export { type Assist, ctrlC, type LineIo, type ReadOptions, visible } from './line-io.ts';
export { type BadLine, type LoadOptions, loadLines, type TypedLine } from './load.ts';
export type { Glossary, Mode } from './mode.ts';
export { withoutSecrets } from './secrets.ts';
export { type Outcome, Session, type SessionOptions } from './session.ts';
export type { Args } from './syntax.ts';
export { type Refusal, refusalLines } from './verdict.ts';
