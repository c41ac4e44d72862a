/**
 * commands: the command reference as code. A file holds one mode or one family of `show`: syntax, help, what it does in
 * its set, `no` and `default` forms, and its printer, side by side. `show running-config` is the printers walked over the
 * tree, with the law that what is printed, loaded again, gives the same tree.
 *
 * How a mode is written (`config-mode.ts`; `interface.ts` is a short example)
 *
 *     const setting = settingsOf<VoicePortSettings>();
 *     const lens = entryLens<string, VoicePortSettings>((t) => t.voicePorts, (t, voicePorts) => ({ ...t, voicePorts }));
 *     export const voicePortMode = configMode<VoicePortSettings>({
 *       name: 'config-voiceport', prompt: 'config-voiceport', lens,       // parent: 'config' unless said
 *       settings: [                                                      // in the order running-config prints them
 *         setting('description <text:line>', 'Description of the port', {
 *           set: (port, { text }) => ({ ...port, description: text }),     // a new record; CommandError refuses
 *           unset: ({ description: _, ...port }) => port,                  // `no`, and `default` unless `reset` is given
 *           print: (port) => (port.description === undefined ? undefined : `description ${port.description}`),
 *         }),
 *       ],
 *       commands: [],                                                    // deeper modes, actions
 *     });
 *     opener('voice-port <name:word>', help, { mode, focus: (a) => a.name, create: (tree, a, i) => tree', remove })
 *
 * - `unset` without `noSyntax` accepts the leading keywords, with or without the rest (`no description`, `no description
 *   x`). Give `noSyntax` where the arguments of `no` matter; they are typed from it.
 * - A setting commits by itself; other handlers call `config.commit(next)`. Maps are edited with
 *   `withEntry(config.batch, map, key, value)` / `withoutEntry(...)` from config/: while a file loads they edit in place.
 *   A lens's `write(tree, focus, record, config.batch)` does so already.
 * - A line per commit when typed; a file is one commit. While a file loads the faces (`world.sip`, `world.pki` ...) refuse:
 *   a file configures, it does not act. Parse what a line needs with pure functions.
 * - A folder exports one `CommandSet` { exec, config, modes, sections }: `crypto/index.ts` as `cryptoCommands`,
 *   `voice/index.ts` as `voiceCommands`. Sections carry the names of `section-order.ts`:
 *   `section('voice-port', (tree) => blocks([...tree.voicePorts.keys()].map((name) => [`voice-port ${name}`, ...voicePortMode.print(tree, name)])))`.
 *   The walker puts the `!` after a section; `blocks` puts it between blocks.
 * - A command that cannot have an effect here is one row of `inert.ts` (any mode): kept, read back, told. Not your own code.
 *
 * Files of commands import `config-mode.ts`, `section.ts`, `command-set.ts`, `tree.ts`, `world.ts` and the faces of other
 * rooms themselves, never this page: `reference.ts` composes them, and this page is the face for the gateway:
 * `commandReference()` gives the language for sessions and the sections of running-config, `loadConfiguration(text,
 * { language })` a tree and its bad lines, `printConfiguration(tree, sections)` the text of startup-config,
 * `storeConfiguration(store)` the `config` of a `World`. `test-console.ts` is a console for transcript tests.
 *
 * Who tells whom: the session calls a handler; the handler commits a tree or prints a record of a face; nothing here keeps
 * state. **Standards:** none; IOS 12.4 is the model.
 */
export type { AccessFace, SessionLine } from './access/face.ts';
export { lineName } from './access/line-name.ts';
export { commandLevels } from './access/privilege.ts';
export { isKey, opensshPublic } from './access/public-key.ts';
export { same, verifySecret } from './access/secret.ts';
export { execTimeoutDefault, type LineSettings, lineDefaults } from './access/settings.ts';
export { aliasesOf } from './alias.ts';
export { type Block, underBlock } from './block.ts';
export { routerName } from './crypto/key.ts';
export { settledAnswers } from './crypto/subject-answers.ts';
export { keptWithoutEffect } from './inert-mode.ts';
export { keptGroups } from './kept.ts';
export {
  caretLine,
  type LoadContext,
  type LoadedConfiguration,
  type LoadProblem,
  loadConfiguration,
  sentenceOf,
} from './load-configuration.ts';
export { type CommandReference, commandReference } from './reference.ts';
export { isOfInterface, touchesReferences, undefinedReferences } from './references.ts';
export { printConfiguration } from './running-config.ts';
export { storeConfiguration } from './store-configuration.ts';
export { targetText } from './target.ts';
export { emptyTree, type Tree } from './tree.ts';
export { sealPasswords } from './type6.ts';
export { unaddressed } from './unaddressed.ts';
export type {
  Configuration,
  PatternFilesFace,
  PlannedReload,
  ReloadFace,
  SignalingRules,
  System,
  World,
} from './world.ts';
