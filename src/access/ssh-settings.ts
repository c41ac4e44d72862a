import type { AliasesOf, Command, Language } from '../cli/index.ts';

/** What the running configuration makes of the SSH server. Values only: who made them is of no interest here. */
export interface SshServerSettings {
  readonly port: number;
  /** Local address to answer on; `0.0.0.0` for every one. */
  readonly address: string;
  /**
   * The host key's private half, PEM. It is handed over by the gateway as a value, for this use alone, goes from here into
   * the library that signs with it, and into no report, log or error.
   */
  readonly hostKey: string;
  /** How long a client has to log in. */
  readonly loginMs: number;
  /** Wrong passwords after which the connection is closed. */
  readonly attempts: number;
  /** Shown before the login. */
  readonly banner?: string;
  /** The lines that take SSH, in the order they are given out. As many sessions as lines. */
  readonly lines: readonly SshLine[];
}

export interface SshLine {
  readonly number: number;
  /** 0: never. */
  readonly execTimeoutMs: number;
}

/** Who may come in. */
export interface SshDoor {
  /** Whether this is the user's password. Takes as long for a user there is not. */
  password(user: string, password: string): Promise<boolean>;
  /** Whether the user may prove who he is with this public key (its wire form, RFC 4253 6.6). */
  key(user: string, key: Buffer): boolean;
}

/** Somebody who has come in. */
export interface SshLogin {
  readonly user: string;
  readonly address: string;
  readonly line: number;
}

/** What he is given. */
export interface SshSession<World> {
  readonly language: Language<World>;
  readonly levelOf?: (command: Command<World>) => number;
  /** Other names of commands. */
  readonly aliasesOf?: AliasesOf;
  readonly world: World;
  readonly hostname: () => string;
  readonly privilege: number;
  /** Above the first prompt. */
  readonly greeting: readonly string[];
  /** Lines of a screen, where the line says so. */
  readonly pageLength?: number;
  /** Configuration mode was left. */
  readonly onConfigured?: () => void;
  readonly onFault: (error: unknown, line: string) => void;
  /** For `terminal monitor`: shows each line of the log until the function returned is called. */
  readonly watchLog?: (show: (line: string) => void) => () => void;
}
