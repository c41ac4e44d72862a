/**
 * config: the running configuration and how it changes. Generic over the tree; `commands/tree.ts` says what ours holds.
 *
 * - `store.ts`: the tree there is, and the services that live by it. A commit asks every service first, then tells each.
 * - `batch.ts`: editing collections in place while one file loads, so that a large file costs what it holds.
 * - `startup-file.ts`: startup-config in NVRAM, read and replaced whole.
 *
 * A command makes a new tree and commits it; the store tells the services; nobody answers back.
 * **Standards:** none; the model is that of IOS (running-config, startup-config).
 */
export { Batch, hasLine, withEntry, withLine, withoutEntry } from './batch.ts';
export { type StartupContent, StartupFile, type TextStore } from './startup-file.ts';
export { type CommitResult, ConfigStore, type ConfiguredService, type StoreEvents } from './store.ts';
