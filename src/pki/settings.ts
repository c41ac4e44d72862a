/** `crypto pki trustpoint NAME`, as typed. */
export interface TrustpointSettings {
  readonly name: string;
  readonly enrollment: Enrollment;
  /** `rsakeypair LABEL [SIZE [ENCRYPTION-SIZE]]`. */
  readonly rsaKeyPair?: { readonly label: string; readonly size?: number; readonly encryptionSize?: number };
  /** `serial-number [none]`: true include, false never, absent ask. */
  readonly serialNumber?: boolean;
  /** `ip-address {A.B.C.D | INTERFACE | none}`: the word typed, absent ask. */
  readonly ipAddress?: string;
  /** `subject-name X.500`: as typed. */
  readonly subjectName?: string;
  /** `fqdn {NAME | none}`. */
  readonly fqdn?: string;
  readonly subjectAltName?: string;
  /** `revocation-check`, in order; `crl optional` is `crl none`. */
  readonly revocationCheck: readonly RevocationMethod[];
  /** Challenge password in clear; printed as type 7. */
  readonly password?: string;
  /** `fingerprint HEX`, upper case, no blanks: MD5 (32) or SHA1 (40). SHA256 (64) is ours. */
  readonly fingerprint?: string;
  readonly hash?: HashName;
  /** `auto-enroll [PERCENT [regenerate]]`. */
  readonly autoEnroll?: { readonly percent?: number; readonly regenerate: boolean };
}

export interface Enrollment {
  /** Absent: no `enrollment` line. */
  readonly method?:
    | { readonly kind: 'url'; readonly url: string; readonly pem: boolean }
    | { readonly kind: 'terminal'; readonly pem: boolean }
    | { readonly kind: 'selfsigned' }
    | AcmeMethod;
  readonly modeRa: boolean;
  readonly retryPeriodMinutes: number;
  readonly retryCount: number;
}

/** `enrollment acme url URL ...`, ours. */
export interface AcmeMethod {
  readonly kind: 'acme';
  /** The directory of the ACME server. */
  readonly url: string;
  readonly contact?: string;
  /** Whose CA the https of that server must chain to: a trustpoint, absent our own one. */
  readonly trustpoint?: string;
  /** The store of the host instead. */
  readonly hostTrust: boolean;
}

export type RevocationMethod = 'crl' | 'ocsp' | 'none';
export type HashName = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** One block of `crypto pki certificate chain NAME`. */
export interface ChainCertificate {
  readonly kind: 'identity' | 'ca' | 'self-signed';
  /** Serial number as IOS names the block: upper-case hex. */
  readonly serial: string;
  readonly der: Buffer;
}

/** `crypto pki server NAME`: the embedded certificate authority. */
export interface CaServerSettings {
  readonly name: string;
  readonly shutdown: boolean;
  readonly issuerName?: string;
  readonly grant: 'none' | 'auto';
  readonly hash: HashName;
  readonly databaseLevel: 'minimum' | 'names' | 'complete';
  /** Days. */
  readonly lifetime: { readonly caCertificate: number; readonly certificate: number };
}

/** The PKI part of the running configuration. */
export interface PkiSettings {
  readonly trustpoints: ReadonlyMap<string, TrustpointSettings>;
  readonly chains: ReadonlyMap<string, readonly ChainCertificate[]>;
  readonly servers: ReadonlyMap<string, CaServerSettings>;
}

export const trustpointDefaults = {
  enrollment: { modeRa: false, retryPeriodMinutes: 1, retryCount: 10 },
  revocationCheck: ['crl'],
} as const;

export const caServerDefaults = {
  shutdown: true,
  grant: 'none',
  hash: 'sha256',
  databaseLevel: 'minimum',
  lifetime: { caCertificate: 1095, certificate: 365 },
} as const;
