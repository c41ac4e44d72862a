import type { TlsCredentials, TlsPeer } from '../io/index.ts';
import type { Outcome } from './outcome.ts';

/** What TLS asks: what to show to a peer, and what to make of what it showed. */
export interface HandshakeFace {
  /**
   * The certificate to show and the anchors to trust for a peer address, by `crypto signaling`: most specific mask, else default. `role`: what
   * we are in the handshake, where it matters to `usage`.
   */
  credentialsFor(
    peerAddress: string,
    signaling: readonly SignalingRule[],
    role?: ExpectedPeer['role'],
  ): Outcome<ChosenCredentials>;
  /**
   * Judges a finished handshake by our own policy. To be asked for every connection, resumed or not. A promise when something
   * must be fetched first; it does not reject.
   */
  judge(peer: TlsPeer, expected: ExpectedPeer): Verdict | Promise<Verdict>;
}

/** One `crypto signaling` line; `remote` absent: the default. */
export interface SignalingRule {
  readonly remote?: { readonly address: string; readonly mask: string };
  readonly trustpoint: string;
  readonly strictCipher: boolean;
  /** The peer's chain is validated by this trustpoint only; absent: by any. */
  readonly clientVtp?: string;
  /** `server`: as client, the dns target must be in CN or SAN. `client`: as server, the peer's certificate must fit `names`. */
  readonly cnSan?: { readonly server: boolean; readonly client: boolean; readonly names: readonly string[] };
  /** In place of what the PKI offers by itself. */
  readonly cipherPolicy?: CipherPolicy;
  /** Why no handshake can be begun by this rule. */
  readonly fault?: string;
  /** What of the configuration it is, in the words of a finding; absent: `crypto signaling`. */
  readonly namedBy?: string;
}

export type CipherPolicy = Pick<TlsCredentials, 'minVersion' | 'maxVersion' | 'ciphers' | 'curves'>;

export interface ChosenCredentials {
  readonly trustpoint: string;
  /** What the certificate to show proves. */
  readonly names: readonly string[];
  /** The rule they were chosen by. */
  readonly rule: SignalingRule;
  readonly tls: TlsCredentials;
}

export interface ExpectedPeer {
  /** What the peer is in this handshake. */
  readonly role: 'server' | 'client';
  /** Name of a `dns:` target: the certificate must prove it. */
  readonly dnsName?: string;
  /** The peer's address, of an `ipv4:` target. */
  readonly address?: string;
  /** Of the `crypto signaling` rule of the connection. */
  readonly clientVtp?: string;
  readonly cnSan?: SignalingRule['cnSan'];
  /** The connection is in use: what cannot be found out about its peer just now does not end it. */
  readonly isLive?: boolean;
}

export type Verdict =
  | {
      readonly accepted: true;
      readonly provedName: string;
      /** All names and addresses its certificate proves. */
      readonly provedNames: readonly string[];
      readonly trustpoint: string;
      /** When it must be asked for again: a certificate or a proof that it is not revoked runs out. Wall clock. */
      readonly validUntil: number;
    }
  | { readonly accepted: false; readonly rule: PolicyRule; readonly reason: string };

export type PolicyRule =
  | 'clock'
  | 'no-certificate'
  | 'malformed'
  | 'chain'
  | 'purpose'
  | 'name'
  | 'address'
  | 'anchor'
  | 'map'
  | 'revoked'
  /** Whether it is revoked cannot be found out. */
  | 'revocation';
