import type { DatabaseUrls, PublishUrls } from './ca-places.ts';
import type { HttpCommand, ProfileParameter } from './http-command.ts';
import type { PurposeName } from './purposes.ts';

/** `crypto pki trustpoint NAME`, as typed. */
export interface TrustpointSettings {
  readonly name: string;
  readonly enrollment: Enrollment;
  /** `rsakeypair LABEL [SIZE [ENCRYPTION-SIZE]]`. */
  readonly rsaKeyPair?: { readonly label: string; readonly size?: number; readonly encryptionSize?: number };
  /** `eckeypair LABEL`, in the place of `rsakeypair`. */
  readonly ecKeyPair?: string;
  /** `serial-number [none]`: true include, false never, absent ask. */
  readonly serialNumber?: boolean;
  /** `ip-address {A.B.C.D | INTERFACE | none}`: the word typed, absent ask. */
  readonly ipAddress?: string;
  /** `subject-name X.500`: as typed. */
  readonly subjectName?: string;
  /** `fqdn {NAME | none}`. */
  readonly fqdn?: string;
  /** `subject-alt-name NAME...`: DNS names. */
  readonly subjectAltNames?: readonly string[];
  /** `revocation-check`, in order; `crl optional` is `crl none`. */
  readonly revocationCheck: readonly RevocationMethod[];
  /** Challenge password in clear; printed as type 7. */
  readonly password?: string;
  /** The same, sealed with the configuration key: type 6. In the place of the one in clear. */
  readonly sealedPassword?: string;
  /** `fingerprint HEX`, upper case, no blanks: MD5 (32) or SHA1 (40). SHA256 (64) is ours. */
  readonly fingerprint?: string;
  readonly hash?: HashName;
  /** `source interface NAME`: what the trustpoint asks over http leaves from its address. */
  readonly sourceInterface?: string;
  /** `storage DEVICE:`: where key pairs that its enrolment makes are kept; absent: with the private configuration. */
  readonly storage?: string;
  /** `usage`: what its certificate is for; absent: all of it. */
  readonly usage?: readonly TrustpointUsage[];
  /** `auto-enroll [PERCENT [regenerate]]`. */
  readonly autoEnroll?: { readonly percent?: number; readonly regenerate: boolean };
  readonly trust?: TrustSettings;
}

export const trustpointUsages = ['ike', 'ssl-client', 'ssl-server'] as const;
export type TrustpointUsage = (typeof trustpointUsages)[number];

/** How a trustpoint judges the peers it anchors; what is absent is IOS's default. */
export interface TrustSettings {
  /** `crl query URL`: where the CRL is when a certificate does not say. */
  readonly crlQuery?: string;
  /** `crl cache delete-after MINUTES`: a CRL is fetched anew when it is this old. */
  readonly crlCacheMinutes?: number;
  /** `ocsp url URL`: asked instead of the responder a certificate names. */
  readonly ocspUrl?: string;
  /** `ocsp disable-nonce`. */
  readonly ocspWithoutNonce?: true;
  /** `match certificate`, in the order typed. */
  readonly matches?: readonly CertificateMatch[];
  /** `chain-validation continue PARENT`; absent: the validation stops at this trustpoint's CA. */
  readonly parent?: string;
  /** Ours: `peer-purpose {any-eku | ignore}`; absent: strict. */
  readonly peerPurpose?: PeerPurpose;
  /** Ours: `trustpool`: the CAs of the pool are trusted too. */
  readonly trustpool?: true;
  /** Ours: `fetch private-address`: what a certificate names may be fetched from private and loopback addresses. */
  readonly fetchPrivate?: true;
}

export type PeerPurpose = 'strict' | 'any-eku' | 'ignore';

/** One `match certificate MAP` line. `accept`: the map says whom this trustpoint accepts at all. */
export interface CertificateMatch {
  readonly map: string;
  readonly effect:
    | { readonly kind: 'accept' }
    | { readonly kind: 'skip-revocation' }
    | { readonly kind: 'cdp'; readonly url: string }
    | { readonly kind: 'ocsp'; readonly order: number; readonly url: string };
}

/** `crypto pki certificate map NAME SEQ`. */
export interface CertificateMapEntry {
  readonly name: string;
  readonly sequence: number;
  readonly criteria: readonly MapCriterion[];
}

export const mapNameFields = ['subject-name', 'issuer-name', 'alt-subject-name', 'serial-number'] as const;
export const mapTimeFields = ['valid-start', 'expires-on'] as const;

export type MapCriterion =
  | {
      readonly field: (typeof mapNameFields)[number];
      readonly operator: 'co' | 'eq' | 'nc' | 'ne';
      readonly value: string;
    }
  | {
      readonly field: (typeof mapTimeFields)[number];
      readonly operator: 'eq' | 'ne' | 'lt' | 'ge';
      readonly value: string;
      /** Milliseconds since the epoch. */
      readonly time: number;
    };

/** `crypto pki trustpool policy`. */
export interface TrustpoolPolicy {
  readonly revocationCheck: readonly RevocationMethod[];
}

export interface Enrollment {
  /** Absent: no `enrollment` line. */
  readonly method?:
    | UrlMethod
    | { readonly kind: 'terminal'; readonly pem: boolean }
    | { readonly kind: 'selfsigned' }
    | AcmeMethod;
  /** `enrollment profile NAME`: what is said there takes the place of `method`. */
  readonly profile?: string;
  /** Of a profile: how the CA certificate is had, where to renew, and whose certificate vouches for the first request. */
  readonly authentication?: Enrollment['method'];
  readonly reenrollUrl?: string;
  readonly credential?: string;
  readonly modeRa: boolean;
  readonly retryPeriodMinutes: number;
  readonly retryCount: number;
}

/** `crypto pki profile enrollment NAME`. */
export interface EnrollmentProfile {
  readonly name: string;
  readonly authentication?: ProfileMethod;
  readonly enrollment?: ProfileMethod;
  readonly reenrollUrl?: string;
  /** A trustpoint. */
  readonly credential?: string;
  readonly authenticationCommand?: string;
  readonly enrollmentCommand?: string;
  /** By number, 1 to 8. */
  readonly parameters?: ReadonlyMap<number, ProfileParameter>;
}

/** SCEP or files; of a profile with a command for it, a request in HTTP. */
export interface UrlMethod {
  readonly kind: 'url';
  readonly url: string;
  readonly pem: boolean;
  readonly http?: HttpCommand;
}

export type ProfileMethod = { readonly kind: 'url'; readonly url: string } | { readonly kind: 'terminal' };

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

/** One block of `crypto pki certificate chain NAME`. `rollover`: ours of the CA that follows, until that one is in force. */
export interface ChainCertificate {
  readonly kind: 'identity' | 'ca' | 'self-signed' | 'rollover';
  /** Serial number as IOS names the block: upper-case hex. */
  readonly serial: string;
  readonly der: Buffer;
}

/** `crypto pki server NAME`: the embedded certificate authority. */
export interface CaServerSettings {
  readonly name: string;
  readonly shutdown: boolean;
  readonly issuerName?: string;
  /** `ra-auto` grants what a registration authority vouches for; all others wait. */
  readonly grant: 'none' | 'auto' | 'ra-auto';
  readonly hash: HashName;
  readonly databaseLevel: 'minimum' | 'names' | 'complete';
  /** Certificates in days; a CRL, and a request that waits, in hours. */
  readonly lifetime: {
    readonly caCertificate: number;
    readonly certificate: number;
    readonly crlHours: number;
    readonly requestHours: number;
  };
  /** What issued certificates say of where the CRL and the OCSP responder are. */
  readonly cdpUrl?: string;
  readonly ocspUrl?: string;
  /** Days before the end of its certificate that the server makes the next one. */
  readonly autoRolloverDays?: number;
  /** `mode sub-cs`: its certificate comes from the CA where the trustpoint of its name enrols. Absent: it is a root. */
  readonly mode?: 'sub-cs';
  /** `database url [KIND] URL` and `database url KIND publish URL`. */
  readonly databaseUrls?: DatabaseUrls;
  readonly publishUrls?: PublishUrls;
  readonly archive?: CaArchiveSettings;
  /** `no database archive` was typed, which an IOS configuration says; nothing is archived without it either. */
  readonly unarchived?: boolean;
  /** `grant auto trustpoint NAME`: a renewal by a certificate that this trustpoint accepts is granted. */
  readonly grantTrustpoint?: string;
  /** `grant auto rollover ca-cert`: a subordinate CA that renews its certificate is granted it. */
  readonly grantsRollover?: true;
  /** `grant auto rollover ra-cert`: the same of a registration authority. */
  readonly grantsRegistrarRollover?: true;
  /** `eku`: purposes that issued certificates name. */
  readonly purposes?: readonly PurposeName[];
}

/** `database archive {pem | pkcs12} [password PASSWORD]`. */
export interface CaArchiveSettings {
  readonly format: 'pem' | 'pkcs12';
  readonly password?: string;
  /** In its place, sealed with the configuration key: type 6. */
  readonly sealedPassword?: string;
}

/** The PKI part of the running configuration. */
export interface PkiSettings {
  readonly trustpoints: ReadonlyMap<string, TrustpointSettings>;
  readonly chains: ReadonlyMap<string, readonly ChainCertificate[]>;
  readonly servers: ReadonlyMap<string, CaServerSettings>;
  /** `password encryption aes`. */
  readonly encryptPasswords?: true;
  /** By name and sequence number, a blank between. */
  readonly certificateMaps?: ReadonlyMap<string, CertificateMapEntry>;
  readonly trustpool?: TrustpoolPolicy;
  readonly profiles?: ReadonlyMap<string, EnrollmentProfile>;
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
  lifetime: { caCertificate: 1095, certificate: 365, crlHours: 168, requestHours: 168 },
} as const;
