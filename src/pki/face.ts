import type { TlsCredentials, TlsPeer } from '../io/index.ts';
import type { Certificate } from './certificate.ts';
import type { RevocationReason } from './crl-issue.ts';
import type { Outcome } from './outcome.ts';
import type { PkiSettings } from './settings.ts';
import type { DistinguishedName } from './x500-name.ts';

/** What the rest of the gateway sees of keys, certificates and trust. Private keys never cross this border. */
export interface PkiFace {
  readonly keys: Keys;
  readonly configKey: ConfigKeyFace;
  readonly trust: TrustFace;
  /** The router's own serial number, eight hex digits, made once per NVRAM. */
  readonly serialNumber: string;

  /** Whether the clock can be relied on; without that nothing is enrolled, issued or judged. A refusal is logged, once. */
  ready(): Outcome<void>;

  /** State of one configured trustpoint, or of all, in configuration order. */
  trustpoint(name: string): TrustpointReport | undefined;
  trustpoints(): readonly TrustpointReport[];

  /**
   * From the trustpoint's enrolment URL, by GetCACert or out of a file: the CA certificate first, RA certificates after it.
   * `router`: the file's name when the URL has none.
   */
  fetchCa(name: string, router?: string): Promise<Outcome<readonly Certificate[]>>;
  /** Certificates in pasted text, base64 or PEM. */
  readCertificates(text: string): Outcome<readonly Certificate[]>;
  /** Stores an authenticated CA certificate (with its RA certificates) in the trustpoint's chain. */
  acceptCa(name: string, certificates: readonly Certificate[]): Outcome<void>;

  /** Makes the request (and the key pair when there is none) and sends it by SCEP or ACME. Resolves with the first answer. */
  enroll(name: string, answers: EnrollmentAnswers): Promise<Outcome<EnrollmentSent>>;
  /** Makes the request for cut and paste: PKCS#10, DER. */
  request(name: string, answers: EnrollmentAnswers): Promise<Outcome<Buffer>>;
  /** Writes the request to the file of a `tftp:` enrolment URL; resolves to the URL of it. */
  writeRequest(name: string, answers: EnrollmentAnswers, router: string): Promise<Outcome<string>>;
  /** Reads our certificate from the file of such a URL, and stores it. */
  importFromFile(name: string, router: string): Promise<Outcome<void>>;
  /** Makes and stores a self-signed certificate for the trustpoint. */
  selfSign(name: string, answers: EnrollmentAnswers): Promise<Outcome<void>>;
  /** Stores an issued certificate pasted by the operator; it must carry one of our keys. */
  importCertificate(name: string, text: string): Outcome<void>;

  /** CA certificate, private key and our certificate, each as pasted. Makes key pair and trustpoint. */
  importPem(name: string, pasted: PemImport): Promise<Outcome<void>>;
  exportPem(name: string, protection?: PemProtection): Outcome<PemExport>;
  /** The same in one file (RFC 7292), DER. */
  importPkcs12(name: string, file: Pkcs12Import): Promise<Outcome<void>>;
  exportPkcs12(name: string, password: string): Promise<Outcome<Buffer>>;

  /** The embedded certificate authority of that name. */
  server(name: string): CaServerReport | undefined;
  servers(): readonly CaServerReport[];
  /** Decides pending requests; `all`, or one by its id. Resolves to how many were decided. */
  grant(server: string, id: number | 'all'): Promise<Outcome<number>>;
  reject(server: string, id: number | 'all'): Promise<Outcome<number>>;
  /** Takes requests off the list. Resolves to how many. */
  removeRequest(server: string, id: number | 'all'): Promise<Outcome<number>>;
  /** Revokes a certificate by its number and puts out the CRL that says so. */
  revoke(server: string, serial: number, reason: RevocationReason): Promise<Outcome<void>>;
  /** A one-time challenge password for the next request that shows it. */
  generatePassword(server: string, minutes: number): Outcome<string>;
  /** Makes the certificate that follows the CA's now, or takes it back. */
  rollover(server: string, verb: 'make' | 'cancel'): Promise<Outcome<void>>;
  /** Starts or stops a server without a change of the configuration. */
  run(server: string, verb: 'start' | 'stop'): Promise<Outcome<void>>;
  /** Certificates the database of a server holds, by number. */
  issuedCertificates(server: string): Promise<Outcome<readonly IssuedReport[]>>;
  /** Issues a certificate for a pasted PKCS#10 request. */
  signRequest(server: string, text: string): Promise<Outcome<Certificate>>;

  /** What is going to happen by itself, and when. */
  timers(): readonly PkiTimer[];

  /** Resolves when the work the last commits caused (CA made, files written) is done. */
  settled(): Promise<void>;

  /** One SCEP operation that came in over HTTP (RFC 8894 4). */
  scep(request: ScepRequest): Promise<ScepResponse>;
  /** The CRL of a server, by its name, or of the one that runs. */
  crl(server?: string): ScepResponse;
  /** Answers an OCSP request for whichever server issued what it asks about (RFC 6960). */
  ocsp(request: Buffer): ScepResponse;

  /** The certificate to show and the anchors to trust for a peer address, by `crypto signaling`: most specific mask, else default. */
  credentialsFor(peerAddress: string, signaling: readonly SignalingRule[]): Outcome<ChosenCredentials>;
  /**
   * Judges a finished handshake by our own policy. To be asked for every connection, resumed or not. A promise when something
   * must be fetched first; it does not reject.
   */
  judge(peer: TlsPeer, expected: ExpectedPeer): Verdict | Promise<Verdict>;
}

export interface Keys {
  list(): readonly KeyReport[];
  /** The pair of a label: RSA (of usage keys the signature pair) unless EC is asked for. */
  find(label: string, type?: KeyType): KeyReport | undefined;
  /** Makes and saves a pair (two for usage keys), replacing one of that label. What cannot be saved replaces nothing. */
  generate(order: KeyOrder): Promise<Outcome<void>>;
  /** Removes one label, or all, of a type (RSA), with every router certificate issued on those keys. */
  zeroize(label?: string, type?: KeyType): Promise<Outcome<number>>;
  /** The pairs of a label as text, only when they may leave. */
  exportPem(label: string, type: KeyType, protection: PemProtection): Outcome<readonly KeyPem[]>;
  /** Takes in the pairs of a label as they were exported: all or none, and none in the place of another. */
  importPem(order: KeyImport): Promise<Outcome<void>>;
  /** Exportable no longer; there is no way back. */
  makeUnexportable(label: string, type: KeyType): Promise<Outcome<void>>;
}

/** The key of `key config-key password-encrypt`: seals private keys and type 6 passwords. It is never given out. */
export interface ConfigKeyFace {
  /** Locked: one is set and is not at hand. */
  readonly state: 'absent' | 'locked' | 'set';
  isKey(password: string): boolean;
  /** Sets the first, unlocks, or changes it; private keys are sealed anew then. */
  set(password: string): Promise<Outcome<void>>;
  /** Forgets it, once private keys lie in clear. What type 6 hid is lost. */
  remove(): Promise<Outcome<void>>;
  /** Undefined when no key is at hand. */
  sealPassword(clear: string): string | undefined;
  /** What type 6 hides; undefined when the key is not at hand or another. */
  openPassword(sealed: string): string | undefined;
  /** Sealed with the key that is set now. */
  isCurrent(sealed: string): boolean;
}

export type KeyUsage = 'general' | 'signature' | 'encryption';
export type KeyType = 'rsa' | 'ec';

export type KeyOrder = RsaKeyOrder | EcKeyOrder;

interface AnyKeyOrder {
  readonly label: string;
  readonly exportable: boolean;
  /** The device to keep it on: `flash`. Absent: with the private configuration. */
  readonly storage?: string;
}

export interface RsaKeyOrder extends AnyKeyOrder {
  readonly kind: 'general-keys' | 'usage-keys' | 'signature' | 'encryption';
  readonly modulus: number;
  /** Of the encryption pair of usage keys, where it is another. */
  readonly encryptionModulus?: number;
}

export interface EcKeyOrder extends AnyKeyOrder {
  readonly kind: 'ec';
  readonly keysize: 256 | 384 | 521;
}

export interface KeyReport {
  readonly label: string;
  readonly type: KeyType;
  readonly usage: KeyUsage;
  /** Length of the modulus, or of the curve. */
  readonly bits: number;
  readonly exportable: boolean;
  /** The device it is kept on, when that is not the private configuration. */
  readonly storage?: string;
  /** Milliseconds since the epoch. */
  readonly generatedAt: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
}

/** One pair of an export. */
export interface KeyPem {
  readonly usage: KeyUsage;
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface KeyImport {
  readonly label: string;
  readonly type: KeyType;
  readonly exportable: boolean;
  readonly passphrase: string;
  /** One for a general-purpose or EC pair; the signature and the encryption pair of usage keys. */
  readonly pairs: readonly KeyPem[];
}

export interface TrustpointReport {
  readonly name: string;
  readonly ca: Certificate | undefined;
  /** Certificates of registration authorities, and other CA certificates of the chain. */
  readonly others: readonly Certificate[];
  readonly identity: Certificate | undefined;
  readonly selfSigned: boolean;
  /** Label of the key our certificate was issued on, or the one configured when that exists. */
  readonly key: KeyReport | undefined;
  readonly enrollment: EnrollmentState;
  /** When our certificate renews itself, milliseconds since the epoch. */
  readonly renewAt: number | undefined;
  readonly scepUrl: string | undefined;
}

export type EnrollmentState =
  | { readonly state: 'none' | 'granted' | 'denied' | 'failed' }
  | {
      readonly state: 'sent' | 'pending';
      readonly requestMd5: string;
      readonly requestSha1: string;
      readonly subject: DistinguishedName;
      /** Of the pair it asks for, as SubjectPublicKeyInfo. */
      readonly publicKey: Buffer;
    };

/** One line of `show crypto pki timers`. */
export interface PkiTimer {
  /**
   * `RENEW` our certificate, `POLL` the CA, ask for its `SHADOW`: the certificate that follows its own, fetch a CRL again.
   * `CS` of a certificate server: it makes a CRL or the certificate that follows its own, and that ends.
   */
  readonly kind:
    | 'RENEW'
    | 'POLL'
    | 'SHADOW'
    | 'CRL UPDATE'
    | 'CS CRL UPDATE'
    | 'CS SHADOW CERT GENERATION'
    | 'CS CERT EXPIRE';
  /** Of a CRL its URL, of a certificate server its name, else the trustpoint. */
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What the enrolment dialog settled. Absent means: not in the subject. */
export interface EnrollmentAnswers {
  /** unstructuredName. */
  readonly fqdn?: string;
  readonly serialNumber?: string;
  readonly ipAddress?: string;
  readonly challengePassword?: string;
  /** Label used when the trustpoint names none: the router's own name. */
  readonly defaultKeyLabel: string;
}

export interface EnrollmentSent {
  /** Fingerprints of the request, IOS grouping. */
  readonly requestMd5: string;
  readonly requestSha1: string;
  readonly state: 'granted' | 'pending' | 'denied' | 'failed';
}

export interface PemImport {
  readonly ca: string;
  readonly privateKey: string;
  readonly certificate: string;
  readonly passphrase: string;
  readonly exportable: boolean;
}

export interface Pkcs12Import {
  readonly content: Buffer;
  readonly password: string;
  readonly exportable: boolean;
}

export interface PemProtection {
  readonly cipher: 'des' | '3des' | 'aes';
  readonly passphrase: string;
}

export interface PemExport {
  readonly ca: string | undefined;
  readonly selfSigned: boolean;
  readonly certificate: string | undefined;
  readonly key: { readonly label: string; readonly pem: string } | undefined;
}

export interface CaServerReport {
  readonly name: string;
  readonly enabled: boolean;
  /** Why it does not run although it is to. */
  readonly fault: string | undefined;
  readonly issuerName: string;
  readonly ca: Certificate | undefined;
  readonly grant: 'none' | 'auto' | 'ra-auto';
  readonly databaseLevel: 'minimum' | 'names' | 'complete';
  /** Last serial number issued, 0 before the CA's own. */
  readonly lastSerial: number;
  readonly requests: readonly CaRequestReport[];
  /** The CRL in force. Times are milliseconds since the epoch. */
  readonly crl?: {
    readonly number: number;
    readonly thisUpdate: number;
    readonly nextUpdate: number;
    readonly bytes: number;
    readonly revoked: readonly { readonly serial: string; readonly at: number; readonly reason: RevocationReason }[];
  };
  /** The certificate that follows the CA's, when it is made. */
  readonly next?: Certificate;
  /** `auto-rollover`, and when it makes the next certificate. */
  readonly rollover?: { readonly days: number; readonly at?: number };
  readonly refused: { readonly messages: number; readonly passwords: number; readonly lockedOut: number };
}

export interface IssuedReport {
  readonly serial: number;
  readonly subject: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface CaRequestReport {
  readonly id: number;
  readonly state: 'pending' | 'granted' | 'rejected';
  /** MD5 of the request, hex without blanks. */
  readonly fingerprint: string;
  readonly subject: string;
}

export interface ScepRequest {
  readonly method: 'GET' | 'POST';
  readonly operation: string;
  /** `message` of the query, decoded from its URL form. */
  readonly message?: string;
  readonly body?: Buffer;
  /** Address of the asker. */
  readonly source?: string;
}

export interface ScepResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  /** How long caches may keep it; absent: not at all. Times are milliseconds since the epoch. */
  readonly cache?: { readonly maxAgeSeconds: number; readonly modifiedAt: number; readonly expiresAt: number };
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
}

export interface ChosenCredentials {
  readonly trustpoint: string;
  /** The rule they were chosen by. */
  readonly rule: SignalingRule;
  readonly tls: TlsCredentials;
}

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
  readonly trustpoint: string;
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

/** How the room changes the running configuration: chains it received or made. Throws when the commit is refused. */
export type ChangePki = (change: (settings: PkiSettings) => PkiSettings) => void;
