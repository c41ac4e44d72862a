/** `transport tcp tls [...]`: the versions spoken, as typed. `all`: no version named. */
export type TlsVersions = 'all' | 'v1.0' | 'v1.1' | 'v1.2' | 'v1.2 minimum' | 'v1.3';

/** `ecdsa-cipher [curve-size 384]` or `strict-cipher`. */
export type CipherChoice = 'strict' | 'ecdsa' | 'ecdsa 384';

/** One `crypto signaling` line. `remote` absent: the `default` line. */
export type SignalingEntry = TrustpointEntry | ProfileEntry;

interface Remote {
  readonly remote?: { readonly address: string; readonly mask: string };
}

export interface TrustpointEntry extends Remote {
  readonly trustpoint: string;
  readonly strictCipher: boolean;
  readonly ecdsaCipher?: 'any' | '384';
  /** `client-vtp NAME`: the one trustpoint that may validate the peer. */
  readonly clientVtp?: string;
  /** `cn-san-validate server`. */
  readonly cnSanServer?: true;
}

export interface ProfileEntry extends Remote {
  readonly tlsProfile: number;
}

/** `voice class tls-profile TAG`. */
export interface TlsProfile {
  readonly tag: number;
  readonly description?: string;
  /** `client`: another certificate where we are the TLS client. */
  readonly trustpoint?: { readonly name: string; readonly client?: string };
  /** A number names a `voice class tls-cipher`. */
  readonly cipher?: CipherChoice | number;
  readonly clientVtp?: string;
  /** Whose name is proved: that of a server we call, of a client that calls us, or of both. */
  readonly cnSan?: 'server' | 'client' | 'bidirectional';
  /** `cn-san N FQDN`, by N. */
  readonly names: ReadonlyMap<number, string>;
  readonly sni: boolean;
}

/** `voice class tls-cipher TAG`: cipher names by preference. */
export interface TlsCipherClass {
  readonly tag: number;
  readonly ciphers: ReadonlyMap<number, CipherName>;
}

export interface TlsClasses {
  readonly profiles: ReadonlyMap<number, TlsProfile>;
  readonly ciphers: ReadonlyMap<number, TlsCipherClass>;
}

/** IOS's names of cipher suites, and OpenSSL's. A name that begins with `TLS_` is one of TLS 1.3. */
export const cipherNames = {
  ECDHE_RSA_AES128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  ECDHE_RSA_AES256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  ECDHE_ECDSA_AES128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  ECDHE_ECDSA_AES256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  DHE_RSA_AES128_GCM_SHA256: 'DHE-RSA-AES128-GCM-SHA256',
  DHE_RSA_AES256_GCM_SHA384: 'DHE-RSA-AES256-GCM-SHA384',
  DHE_RSA_WITH_AES_128_CBC_SHA: 'DHE-RSA-AES128-SHA',
  DHE_RSA_WITH_AES_256_CBC_SHA: 'DHE-RSA-AES256-SHA',
  RSA_WITH_AES_128_CBC_SHA: 'AES128-SHA',
  RSA_WITH_AES_256_CBC_SHA: 'AES256-SHA',
  AES128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  AES256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
  CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
} as const;
export type CipherName = keyof typeof cipherNames;
