/** A line of the router with somebody at it. */
export interface SessionLine {
  readonly kind: 'con' | 'vty';
  readonly number: number;
  /** Absent where nobody logged in. */
  readonly user?: string;
  /** Where the session comes from. */
  readonly address?: string;
}

/** What commands see of the ways in. */
export interface AccessFace {
  ssh(): SshReport;
  /** Every line in use, the console first. */
  users(): readonly LineReport[];
  /** Ends the SSH session of that number. False when there is none. */
  disconnect(connection: number): boolean;
  /** Ends the session at a line, if there is one. */
  clearLine(kind: 'con' | 'vty', number: number): void;
  /** Sessions there were at each line, by `con 0`, `vty 3`. */
  lineUses(): ReadonlyMap<string, number>;
  /** Three wrong passwords for `enable`: logged, and answered late. */
  enableRefused(line: SessionLine): Promise<void>;
}

export interface LineReport extends SessionLine {
  readonly idleMs: number;
}

export interface SshReport {
  /** Undefined while SSH is off. */
  readonly port: number | undefined;
  /** What is missing for it to be on. */
  readonly missing: readonly string[];
  /** Of the host key, as OpenSSH writes it. */
  readonly hostKey: { readonly label: string; readonly openssh: string } | undefined;
  readonly connections: readonly SshConnectionReport[];
  readonly refused: SshCounters;
}

export interface SshConnectionReport {
  readonly number: number;
  readonly user: string;
  readonly cipherIn: string;
  readonly cipherOut: string;
  readonly macIn: string;
  readonly macOut: string;
}

/** What was turned away since start. */
export interface SshCounters {
  /** Connections above the bound. */
  readonly connections: number;
  /** Connections above the rate. */
  readonly hasty: number;
  /** Passwords and keys that were wrong. */
  readonly logins: number;
  /** Logins that found every line in use. */
  readonly lines: number;
  /** Connections that did not log in in time. */
  readonly late: number;
}
