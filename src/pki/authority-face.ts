import type { Certificate } from './certificate.ts';
import type { RevocationReason } from './crl-issue.ts';
import type { Outcome } from './outcome.ts';

/** The embedded certificate authorities, by the name each is configured with. */
export interface AuthorityFace {
  report(name: string): CaServerReport | undefined;
  reports(): readonly CaServerReport[];
  /** Decides pending requests; `all`, or one by its id. Resolves to how many were decided. */
  grant(server: string, id: number | 'all'): Promise<Outcome<number>>;
  reject(server: string, id: number | 'all'): Promise<Outcome<number>>;
  /** Takes requests off the list. Resolves to how many. */
  removeRequest(server: string, id: number | 'all'): Promise<Outcome<number>>;
  /** Revokes a certificate by its number and puts out the CRL that says so. */
  revoke(server: string, serial: number, reason: RevocationReason): Promise<Outcome<void>>;
  /** Takes a revocation back. */
  unrevoke(server: string, serial: number): Promise<Outcome<void>>;
  /** Puts a CRL out without what need not stand on it any more. Resolves to how many entries went. */
  trim(server: string): Promise<Outcome<number>>;
  /** Writes the archive of `database archive` under a password that is kept nowhere. */
  archive(server: string, password: string): Promise<Outcome<void>>;
  /** A one-time challenge password for the next request that shows it. */
  generatePassword(server: string, minutes: number): Outcome<string>;
  /** Makes the certificate that follows the CA's now, or takes it back. */
  rollover(server: string, verb: 'make' | 'cancel'): Promise<Outcome<void>>;
  /** Starts or stops a server without a change of the configuration. */
  run(server: string, verb: 'start' | 'stop'): Promise<Outcome<void>>;
  /** Certificates the database of a server holds, by number. */
  issued(server: string): Promise<Outcome<readonly IssuedReport[]>>;
  /** Issues a certificate for a pasted PKCS#10 request. `mayBeCa` is asked when that is to be one of a CA; absent: no. */
  sign(server: string, text: string, mayBeCa?: () => Promise<boolean>): Promise<Outcome<Certificate>>;

  /** One SCEP operation that came in over HTTP (RFC 8894 4). */
  scep(request: ScepRequest): Promise<ScepResponse>;
  /** The CRL of a server, by its name, or of the one that runs. */
  crl(server?: string): ScepResponse;
  /** Answers an OCSP request for whichever server issued what it asks about (RFC 6960). */
  ocsp(request: Buffer): ScepResponse;
}

export interface CaServerReport {
  readonly name: string;
  readonly enabled: boolean;
  /** Why it does not run although it is to. */
  readonly fault: string | undefined;
  readonly issuerName: string;
  readonly ca: Certificate | undefined;
  /** The key of its certificate is archived. */
  readonly isArchived: boolean;
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
  /** Questions of OCSP that were told to try later, to whichever server. */
  readonly ocspPutOff?: number;
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
  /** Who asks: a router, or a CA that will stand below this one. */
  readonly kind: 'ca' | 'ra' | 'router';
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
