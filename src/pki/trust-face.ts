import type { Certificate } from './certificate.ts';
import type { SignalingRule, Verdict } from './handshake-face.ts';
import type { Outcome } from './outcome.ts';

/** Whom we believe: revocation, the trustpool, and what will refuse a call. */
export interface TrustFace {
  crls(): { readonly lists: readonly CrlReport[]; readonly bytes: number; readonly bytesAtMost: number };
  /** Fetches the CRLs of a trustpoint's CA anew. */
  requestCrl(name: string): Promise<Outcome<void>>;
  clearCrls(): void;
  counters(): ValidationCounters;
  clearCounters(): void;
  /** A handshake without SIP, and all there is to know of it. */
  testPeer(order: PeerTestOrder): Promise<Outcome<PeerTestReport>>;
  /** What breaks or soon will. `advertised`: names and addresses peers are told to reach us at. */
  lint(signaling: readonly SignalingRule[], advertised: readonly string[]): readonly LintFinding[];

  /** CA certificates of the trustpool. */
  pool(): readonly Certificate[];
  fetchPool(url: string): Promise<Outcome<Buffer>>;
  readPool(bundle: Buffer): Outcome<readonly Certificate[]>;
  /** Adds to the pool, or takes the place of all in it (`clean`). Resolves to how many are new. */
  acceptPool(certificates: readonly Certificate[], clean: boolean): Promise<Outcome<number>>;
  cleanPool(): Promise<Outcome<number>>;
}

/** One CRL that is held. */
export interface CrlReport {
  readonly issuer: readonly string[];
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly fetchedAt: number;
  readonly url: string;
  /** Asked for where the trustpoint enrols: no distribution point is named. */
  readonly byScep: boolean;
  readonly size: number;
  readonly revoked: number;
}

/** Something that breaks or soon will. */
export interface LintFinding {
  readonly severity: 'error' | 'warning';
  /** Absent: of no trustpoint. */
  readonly trustpoint?: string;
  readonly words: string;
  readonly remedy: string;
}

/** What `test crypto pki peer` is to try. */
export interface PeerTestOrder {
  /** A name, which the peer must prove, or an address. */
  readonly host: string;
  readonly port: number;
  /** Whose certificate is shown, whatever `crypto signaling` says. */
  readonly trustpoint?: string;
  readonly signaling: readonly SignalingRule[];
}

/** What `test crypto pki peer` found. */
export interface PeerTestReport {
  readonly address: string;
  readonly port: number;
  /** Whose certificate we showed; undefined: none, for the reason beside it. */
  readonly shown: string | undefined;
  readonly notShown: string | undefined;
  readonly version: string;
  readonly cipher: string;
  readonly stapled: boolean;
  readonly chain: readonly CertificateReport[];
  readonly verdict: Verdict;
  /** What the peer did after the handshake, when it ended the connection. */
  readonly ended: string | undefined;
}

export interface CertificateReport {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly names: readonly string[];
  /** Object identifiers; undefined: any purpose. */
  readonly purposes: readonly string[] | undefined;
  /** In words; undefined: nobody on the way to an anchor would ask. */
  readonly revocation: string | undefined;
}

/** `show crypto pki counters`. */
export interface ValidationCounters {
  readonly started: number;
  readonly ended: number;
  readonly successful: number;
  readonly failed: number;
  /** Accepted without revocation check. */
  readonly bypassed: number;
  readonly pending: number;
  readonly listsChecked: number;
  readonly attempts: number;
  readonly failedAttempts: number;
  readonly busy: number;
}
