import type { Address, TlsCredentials, TlsPeer } from '../../io/index.ts';

export type TlsRole = 'client' | 'server';

/** What another room decides about TLS. The transport knows no trustpoint: it is given values and asks for a verdict. */
export interface TlsPolicy {
  /** Before a handshake, by the peer's address and the tenant only. */
  credentialsFor(remoteHost: string, role: TlsRole, tenant: number): CredentialsAnswer;
  /** After every handshake, resumed or not, and before one byte of SIP is read; and again later. Must not throw or reject. */
  judge(peer: TlsPeer, subject: JudgedPeer): Verdict | Promise<Verdict>;
}

export type CredentialsAnswer = GivenCredentials | { readonly refused: string };

export interface GivenCredentials {
  readonly credentials: TlsCredentials;
  /** Names trustpoint and policy, e.g. `user1 strict`: a connection is reused only under the same. */
  readonly policy: string;
  /** Whose certificate we show, for the operator's eyes. */
  readonly trustpoint?: string;
  /** What that certificate proves. */
  readonly names?: readonly string[];
}

export interface JudgedPeer {
  readonly role: TlsRole;
  readonly remote: Address;
  readonly tenant: number;
  /** The DNS name we meant to reach; absent for an address and in the server role. */
  readonly expectedName?: string;
  /** The connection is in use and its peer is judged again. */
  readonly isLive?: boolean;
}

export type Verdict =
  | {
      readonly accepted: true;
      readonly provedName?: string;
      /** All names its certificate proves; absent: that one alone. */
      readonly provedNames?: readonly string[];
      /** When the peer must be judged again, milliseconds since the epoch; absent: not by itself. */
      readonly validUntil?: number | undefined;
    }
  | {
      readonly accepted: false;
      /** Short name of the rule that refused, e.g. `identity`, `chain`, `revocation`. */
      readonly rule: string;
      readonly reason: string;
    };
