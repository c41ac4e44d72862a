import type { TlsCredentials, TlsPeer } from '../io/index.ts';
import type { Certificate } from './certificate.ts';
import type { Outcome } from './outcome.ts';
import type { PkiSettings } from './settings.ts';

/** What the rest of the gateway sees of keys, certificates and trust. Private keys never cross this border. */
export interface PkiFace {
  readonly keys: Keys;
  /** The router's own serial number, eight hex digits, made once per NVRAM. */
  readonly serialNumber: string;

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

  /** The embedded certificate authority of that name. */
  server(name: string): CaServerReport | undefined;
  servers(): readonly CaServerReport[];
  /** Decides pending requests; `all`, or one by its id. Resolves to how many were decided. */
  grant(server: string, id: number | 'all'): Promise<Outcome<number>>;
  reject(server: string, id: number | 'all'): Promise<Outcome<number>>;
  /** Issues a certificate for a pasted PKCS#10 request. */
  signRequest(server: string, text: string): Promise<Outcome<Certificate>>;

  /** What is going to happen by itself, and when. */
  timers(): readonly PkiTimer[];

  /** Resolves when the work the last commits caused (CA made, files written) is done. */
  settled(): Promise<void>;

  /** One SCEP operation that came in over HTTP (RFC 8894 4). */
  scep(request: ScepRequest): Promise<ScepResponse>;

  /** The certificate to show and the anchors to trust for a peer address, by `crypto signaling`: most specific mask, else default. */
  credentialsFor(peerAddress: string, signaling: readonly SignalingRule[]): Outcome<ChosenCredentials>;
  /** Judges a finished handshake by our own policy. To be asked for every connection, resumed or not. */
  judge(peer: TlsPeer, expected: ExpectedPeer): Verdict;
}

export interface Keys {
  list(): readonly RsaKeyReport[];
  find(label: string): RsaKeyReport | undefined;
  /** Makes and saves a pair (two for usage keys), replacing one of that label. What cannot be saved replaces nothing. */
  generate(order: KeyOrder): Promise<Outcome<void>>;
  /** Removes one label, or all, with every router certificate issued on those keys. */
  zeroize(label?: string): Promise<Outcome<number>>;
}

export type KeyUsage = 'general' | 'signature' | 'encryption';

export interface KeyOrder {
  readonly label: string;
  readonly kind: 'general-keys' | 'usage-keys' | 'signature' | 'encryption';
  readonly modulus: number;
  readonly exportable: boolean;
}

export interface RsaKeyReport {
  readonly label: string;
  readonly usage: KeyUsage;
  readonly modulus: number;
  readonly exportable: boolean;
  /** Milliseconds since the epoch. */
  readonly generatedAt: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
}

export interface TrustpointReport {
  readonly name: string;
  readonly ca: Certificate | undefined;
  /** Certificates of registration authorities, and other CA certificates of the chain. */
  readonly others: readonly Certificate[];
  readonly identity: Certificate | undefined;
  readonly selfSigned: boolean;
  /** Label of the key our certificate was issued on, or the one configured when that exists. */
  readonly key: RsaKeyReport | undefined;
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
      readonly subject: string;
    };

/** One line of `show crypto pki timers`. */
export interface PkiTimer {
  /** `RENEW` our certificate, `POLL` the CA, ask for its `SHADOW`: the certificate that follows its own. */
  readonly kind: 'RENEW' | 'POLL' | 'SHADOW';
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
  readonly grant: 'none' | 'auto';
  readonly databaseLevel: 'minimum' | 'names' | 'complete';
  /** Last serial number issued, 0 before the CA's own. */
  readonly lastSerial: number;
  readonly requests: readonly CaRequestReport[];
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
}

export interface ScepResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** One `crypto signaling` line; `remote` absent: the default. */
export interface SignalingRule {
  readonly remote?: { readonly address: string; readonly mask: string };
  readonly trustpoint: string;
  readonly strictCipher: boolean;
}

export interface ChosenCredentials {
  readonly trustpoint: string;
  readonly tls: TlsCredentials;
}

export interface ExpectedPeer {
  /** What the peer is in this handshake. */
  readonly role: 'server' | 'client';
  /** Name of a `dns:` target: the certificate must prove it. */
  readonly dnsName?: string;
  /** The peer's address, of an `ipv4:` target. */
  readonly address?: string;
}

export type Verdict =
  | { readonly accepted: true; readonly provedName: string; readonly trustpoint: string }
  | { readonly accepted: false; readonly rule: PolicyRule; readonly reason: string };

export type PolicyRule =
  | 'no-certificate'
  | 'malformed'
  | 'chain'
  | 'purpose'
  | 'name'
  | 'address'
  | 'anchor'
  | 'revocation';

/** How the room changes the running configuration: chains it received or made. Throws when the commit is refused. */
export type ChangePki = (change: (settings: PkiSettings) => PkiSettings) => void;
