import type { CallFace } from '../call/index.ts';
import type { Batch, ConfigArchive, FileSystem, Reverting } from '../config/index.ts';
import type { Echo, LoggingReport, ProcessUsage, Random, RemoteFiles, Trace } from '../io/index.ts';
import type { PkiFace, SignalingRule } from '../pki/index.ts';
import type { SipFace } from '../sip/index.ts';
import type { TimeFace } from '../time/index.ts';
import type { AccessFace, SessionLine } from './access/face.ts';
import type { HttpFace } from './http-face.ts';
import type { Tree } from './tree.ts';

/** What commands work on: the configuration and the faces of the rooms. `gateway.ts` makes the one there is. */
export interface World {
  readonly config: Configuration;
  readonly system: System;
  readonly fileSystem: Pick<FileSystem, 'read' | 'readBytes' | 'write' | 'remove' | 'list'>;
  /** Files at `tftp:` URLs. */
  readonly remoteFiles: RemoteFiles;
  readonly archive: Pick<ConfigArchive, 'save' | 'list'>;
  readonly reverting: Pick<Reverting<Tree>, 'begin' | 'confirm' | 'postpone' | 'revert' | 'stop'>;
  readonly time: TimeFace;
  /** Other hosts: the addresses of a name (rejects when it has none), whether they answer, and the way to them. */
  readonly reach: {
    readonly addresses: (name: string) => Promise<readonly string[]>;
    readonly echo: Echo;
    readonly hops: Trace;
  };
  readonly sip: SipFace;
  readonly calls: CallFace;
  readonly patternFiles: PatternFilesFace;
  readonly pki: PkiFace;
  readonly access: AccessFace;
  readonly http: HttpFace;
  readonly signaling: SignalingRules;
  /** The line the session is at; absent at the console that the program was started with. */
  readonly line?: SessionLine;
}

/** `crypto signaling`, and the `tls-profile` of tenants, their classes looked up. */
export interface SignalingRules {
  /** As they hold for a tenant, or for everybody else (0), for what we are in a handshake. */
  readonly of: (role: 'client' | 'server', tenant: number) => readonly SignalingRule[];
  /** Every one of them, in both roles. */
  readonly all: () => readonly SignalingRule[];
}

/** The files of `voice class e164-pattern-map`. */
export interface PatternFilesFace {
  /** What the file of a map had; undefined while none was read. */
  loaded(tag: number): readonly string[] | undefined;
  load(tag: number): Promise<{ readonly kind: 'loaded' } | { readonly kind: 'failed'; readonly reason: string }>;
}

export interface Configuration {
  readonly running: Tree;
  /** For salts. */
  readonly random: Random;
  /** Makes `next` the running configuration. Throws a `CommandError` with the reason when a service refuses it; nothing changed then. */
  commit(next: Tree): void;
  /** While a file loads: the maps that may be edited in place. Hand it to `withEntry`; absent for a typed line. */
  readonly batch?: Batch | undefined;
}

export interface System {
  /** Version of the program. */
  readonly release: string;
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since start. */
  uptimeMs(): number;
  /** Writes the running configuration as startup-config, atomically. */
  writeStartup(): Promise<void>;
  /** Startup-config as text, undefined when there is none. Rejects with the reason when it is there and cannot be read. */
  readStartup(): Promise<string | undefined>;
  readonly reload: ReloadFace;
  /** What this program has used of its host. */
  usage(): ProcessUsage;
  readonly logging: LoggingFace;
  readonly debug: DebugFace;
}

/** A reload that waits. */
export interface PlannedReload {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number;
  /** Whoever asked for it. */
  readonly by: string;
  readonly reason: string;
}

/** Releases calls, closes connections and starts again from startup-config. */
export interface ReloadFace {
  now(by: string, reason: string): void;
  /** In the place of another one that waits. */
  schedule(plan: PlannedReload): void;
  /** False: none waits. */
  cancel(by: string): boolean;
  planned(): (PlannedReload & { readonly remainingMs: number }) | undefined;
}

/** The log, for `show logging` and `clear logging`. */
interface LoggingFace {
  report(): LoggingReport;
  clear(): void;
}

/** The topics of `debug`, by name: `ccsip messages`. */
interface DebugFace {
  active(): readonly string[];
  set(topic: string, on: boolean): void;
  allOff(): void;
}
