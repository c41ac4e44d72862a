/**
 * config: the running configuration and how it changes. Generic over the tree; `commands/tree.ts` says what ours holds.
 *
 * - `store.ts`: the tree there is, and the services that live by it. A commit asks every service first, then tells each.
 * - `batch.ts`: editing collections in place while one file loads, so that a large file costs what it holds.
 * - `startup-file.ts`: startup-config in NVRAM, read and replaced whole.
 * - `file-system.ts`: the other files an operator may make and name, `nvram:` and `flash:`.
 * - `archive.ts`: earlier configurations, kept as numbered files.
 * - `reverting.ts`: changes on trial, taken back unless they are confirmed in time.
 * - `differences.ts`: what became of a configuration, line by line. `reuse.ts`: a loaded tree that keeps what is unchanged.
 *
 * A command makes a new tree and commits it; the store tells the services; nobody answers back.
 * **Standards:** none; the model is that of IOS (running-config, startup-config).
 */
export { type ArchiveListing, type ArchiveSettings, archiveDefaults, ConfigArchive } from './archive.ts';
export { Batch, hasLine, withEntry, withLine, withoutEntry } from './batch.ts';
export { type Change, commandsOf, configurationChanges, printChanges } from './differences.ts';
export {
  type DirectoryEntry,
  type FileName,
  FileSystem,
  parseFileName,
  printFileName,
  startupConfig,
} from './file-system.ts';
export { reuse } from './reuse.ts';
export { Reverting } from './reverting.ts';
export { largestConfigurationBytes, type StartupContent, StartupFile, type TextStore } from './startup-file.ts';
export { type CommitResult, ConfigStore, type ConfiguredService, type StoreEvents } from './store.ts';
