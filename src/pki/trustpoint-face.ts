import type { Certificate } from './certificate.ts';
import type { TypedParameters } from './http-command.ts';
import type { KeyReport } from './key-face.ts';
import type { Outcome } from './outcome.ts';
import type { ChainCertificate } from './settings.ts';
import type { DistinguishedName } from './x500-name.ts';

/** Trustpoints, and every way by which one comes to its certificates. */
export interface TrustpointFace {
  /** State of one configured trustpoint, or of all, in configuration order. */
  trustpoint(name: string): TrustpointReport | undefined;
  trustpoints(): readonly TrustpointReport[];

  /** When a certificate of a trustpoint was installed, milliseconds since the epoch; undefined: not known. */
  installedAt(name: string, entry: ChainCertificate): number | undefined;

  /**
   * From the trustpoint's enrolment URL, by GetCACert or out of a file: the CA certificate first, RA certificates after it.
   * `router`: the file's name when the URL has none. `typed`: for the command of a profile.
   */
  fetchCa(name: string, router?: string, typed?: TypedParameters): Promise<Outcome<readonly Certificate[]>>;
  /** A CA certificate in pasted text, base64 or PEM, that could be trusted now; others after it. */
  readCa(text: string): Outcome<readonly Certificate[]>;
  /** Stores an authenticated CA certificate (with its RA certificates) in the trustpoint's chain. */
  acceptCa(name: string, certificates: readonly Certificate[]): Outcome<void>;

  /** Makes the request (and the key pair when there is none) and sends it by SCEP or ACME. Resolves with the first answer. */
  enroll(name: string, answers: EnrollmentAnswers): Promise<Outcome<EnrollmentSent>>;
  /** Makes the request for cut and paste, or the two of usage keys. */
  requests(name: string, answers: EnrollmentAnswers): Promise<Outcome<RequestsToCarry>>;
  /** Writes them to the files of a `tftp:` enrolment URL. */
  writeRequests(name: string, answers: EnrollmentAnswers, router: string): Promise<Outcome<void>>;
  /** Reads our certificates from the files of such a URL, and stores them. */
  importFromFile(name: string, router: string): Promise<Outcome<void>>;
  /** Makes and stores a self-signed certificate for the trustpoint, or the two of usage keys. */
  selfSign(name: string, answers: EnrollmentAnswers): Promise<Outcome<void>>;
  /** Stores an issued certificate pasted by the operator; it must carry one of our keys. */
  importCertificate(name: string, text: string): Outcome<void>;
}

export interface TrustpointReport {
  readonly name: string;
  readonly ca: Certificate | undefined;
  /** Certificates of registration authorities, and other CA certificates of the chain. */
  readonly others: readonly Certificate[];
  readonly identity: Certificate | undefined;
  readonly selfSigned: boolean;
  /** The second of two usage certificates. */
  readonly encryption: Certificate | undefined;
  /** Ours of the CA that follows, kept until that one is in force; and when. */
  readonly rollover: Certificate | undefined;
  readonly rolloverAt: number | undefined;
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

/** What the enrolment dialog settled. Absent means: not in the subject. */
export interface EnrollmentAnswers {
  /** unstructuredName. */
  readonly fqdn?: string;
  readonly serialNumber?: string;
  readonly ipAddress?: string;
  readonly challengePassword?: string;
  /** What was typed for the parameters of an enrollment profile. */
  readonly parameters?: TypedParameters;
  /** Name of the subordinate CA that asks; then nothing else is in the subject. */
  readonly authorityName?: string;
  /** Label used when the trustpoint names none: the router's own name. */
  readonly defaultKeyLabel: string;
}

/** PKCS#10, DER. */
export interface RequestsToCarry {
  readonly request: Buffer;
  /** That of the second usage key. */
  readonly encryption?: Buffer;
}

export interface EnrollmentSent {
  /** Fingerprints of the request, IOS grouping. */
  readonly requestMd5: string;
  readonly requestSha1: string;
  readonly state: 'granted' | 'pending' | 'denied' | 'failed';
}
