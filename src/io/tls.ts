import type { Stream } from './network.ts';

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** What a handshake needs from our side, as plain values; where they come from is another room's business. */
export interface TlsCredentials {
  /** Our chain, PEM, leaf first. Absent: we have none to show (client role only). */
  readonly certificateChainPem?: string;
  readonly privateKeyPem?: string;
  /** Exactly the anchors that may sign the peer. Never the system's store. */
  readonly trustAnchorsPem: readonly string[];
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** OpenSSL cipher list for TLS 1.2 and below and suite names for 1.3, colon separated. Absent: the library's default. */
  readonly ciphers?: string;
  /** Key-exchange groups, colon separated. Absent: the library's default. */
  readonly curves?: string;
  /** An OCSP answer about our certificate, DER, stapled to the handshake when the client asks for one (server role). */
  readonly ocspResponse?: Buffer;
  /** Under which policy sessions may be resumed: one of another policy never is. Absent: none is, in either role. */
  readonly resumption?: string;
}

/** What the handshake showed. Judging it is the caller's work; the wrap itself accepts any peer that finished. */
export interface TlsPeer {
  readonly version: TlsVersion;
  /** Standard (RFC) cipher suite name. */
  readonly cipher: string;
  /** OpenSSL cipher name. */
  readonly cipherOpenssl: string;
  readonly curve?: string;
  readonly resumed: boolean;
  /** The peer's chain as sent, DER, leaf first; empty when it showed none. Resumed: as sent when the session began. */
  readonly chainDer: readonly Buffer[];
  /** The library's verdict on chain building and validity, e.g. `CERT_HAS_EXPIRED`; absent when it verified. */
  readonly chainError?: string;
  /** The OCSP answer the server stapled, DER, unproved (client role). */
  readonly stapled?: Buffer;
}

export interface TlsSession {
  readonly stream: Stream;
  readonly peer: TlsPeer;
  /** Tells what our policy made of the peer. Only sessions of those accepted are kept; a session of those refused is forgotten. */
  judged(isAccepted: boolean): void;
}

/** Wraps an open TCP stream. Rejects with a `GatewayError` `tls-failed` whose message is the library's reason. */
export interface Tls {
  /**
   * Server role. A client certificate is always demanded: a peer without one fails the handshake. `showHello` is shown the client's first
   * record before it is read, so far as it is no longer than 4096 bytes.
   */
  accept(
    stream: Stream,
    credentials: TlsCredentials,
    timeoutMs: number,
    showHello?: (record: Buffer) => void,
  ): Promise<TlsSession>;
  /** Client role. `serverName` goes into SNI and must be a DNS name, never an address. */
  connect(stream: Stream, credentials: TlsCredentials, options: TlsConnectOptions): Promise<TlsSession>;
  /** No session from before is resumed any more, in either role. */
  forgetSessions(): void;
}

export interface TlsConnectOptions {
  readonly serverName?: string;
  readonly timeoutMs: number;
}
