import type { CallFace } from '../call/index.ts';
import type { Batch, ConfigArchive, FileSystem, Reverting } from '../config/index.ts';
import type { PkiFace } from '../pki/index.ts';
import type { SipFace } from '../sip/index.ts';
import type { Tree } from './tree.ts';

/** What commands work on: the configuration and the faces of the rooms. `gateway.ts` makes the one there is. */
export interface World {
  readonly config: Configuration;
  readonly system: System;
  readonly fileSystem: Pick<FileSystem, 'read' | 'write' | 'remove' | 'list'>;
  readonly archive: Pick<ConfigArchive, 'save' | 'list'>;
  readonly reverting: Pick<Reverting<Tree>, 'begin' | 'confirm' | 'postpone' | 'revert' | 'stop'>;
  readonly sip: SipFace;
  readonly calls: CallFace;
  readonly pki: PkiFace;
}

export interface Configuration {
  readonly running: Tree;
  /** Makes `next` the running configuration. Throws a `CommandError` with the reason when a service refuses it; nothing changed then. */
  commit(next: Tree): void;
  /** While a file loads: the maps that may be edited in place. Hand it to `withEntry`; absent for a typed line. */
  readonly batch?: Batch | undefined;
}

export interface System {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since start. */
  uptimeMs(): number;
  /** Writes the running configuration as startup-config, atomically. */
  writeStartup(): Promise<void>;
  /** Startup-config as text, undefined when there is none. Rejects with the reason when it is there and cannot be read. */
  readStartup(): Promise<string | undefined>;
  /** Releases calls, closes connections and starts again from startup-config. */
  reload(): void;
  /** The newest log lines, oldest first, as they were written. Absent: no buffer is kept. */
  logBuffer?(): readonly string[];
}
