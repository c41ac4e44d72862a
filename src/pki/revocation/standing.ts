import type { Certificate } from '../certificate.ts';
import type { RevocationMethod } from '../settings.ts';
import { type Crl, crlAnswer } from './crl.ts';
import type { OcspAnswer } from './ocsp.ts';

/** Where evidence about a certificate can be had. */
export type Source = CrlSource | OcspSource;

export interface CrlSource extends FetchTerms {
  readonly kind: 'crl';
  readonly url: string;
  readonly issuer: Certificate;
  /** The URL is where this trustpoint enrols, and the list is asked for by SCEP. */
  readonly scepTrustpoint?: string;
  /** The issuer is a certificate server of ours, and its list is taken from it without asking anybody. */
  readonly ownServer?: string;
}

/** The CRL of a certificate server of ours, DER. */
export interface OwnList {
  readonly server: string;
  readonly der: Buffer;
}

export interface OcspSource extends FetchTerms {
  readonly kind: 'ocsp';
  readonly url: string;
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly withNonce: boolean;
}

export interface FetchTerms {
  /** A private or loopback address is in order: the operator typed the URL, or allows it. */
  readonly allowsPrivate: boolean;
  /** Our address to ask from; absent: the host chooses. */
  readonly localHost?: string;
  /** The evidence is fetched anew when it is this old, however long it holds. */
  readonly cacheMs?: number;
}

/** What is known now: evidence that holds until then, why there is none, or undefined: not asked yet. */
export type Known<T> =
  | { readonly value: T; readonly usableUntil: number }
  | { readonly failed: string; readonly until: number }
  | undefined;

export interface Evidence {
  crl(source: CrlSource): Known<Crl>;
  /** An answer about this certificate, whoever brought it: fetched from any of its sources, or stapled. */
  ocsp(certificate: Certificate, issuer: Certificate): Known<OcspAnswer>;
  ocspFailure(source: OcspSource): string | undefined;
  /** The last time this could not be had, until it is had: it may be asked for again. */
  lastFailure(source: Source): { readonly reason: string; readonly at: number } | undefined;
  /** Takes in what a peer stapled to its handshake; what proves nothing is let fall. */
  staple(der: Buffer, check: Check): void;
}

/** How one certificate of a path is to be checked. */
export interface Check {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly methods: readonly RevocationMethod[];
  readonly crls: readonly CrlSource[];
  readonly responders: readonly OcspSource[];
}

export type Standing =
  | { readonly state: 'good'; readonly by: RevocationMethod; readonly usableUntil: number; readonly words: string }
  | { readonly state: 'revoked'; readonly at: number; readonly words: string }
  /** No method could answer. */
  | { readonly state: 'unknown'; readonly reasons: readonly string[] }
  /** Something is to be fetched first. */
  | { readonly state: 'open'; readonly source: Source };

type Step = Exclude<Standing, { state: 'unknown' }> | { readonly state: 'silent'; readonly reasons: readonly string[] };

/** The methods in their order: the next one speaks only when the one before could not answer, and "revoked" ends it. */
export function standingOf(check: Check, evidence: Evidence): Standing {
  const reasons: string[] = [];
  for (const method of check.methods) {
    const step = ask[method](check, evidence);
    if (step.state !== 'silent') return step;
    reasons.push(...step.reasons);
  }
  return { state: 'unknown', reasons };
}

const ask: Readonly<Record<RevocationMethod, (check: Check, evidence: Evidence) => Step>> = {
  none: () => ({ state: 'good', by: 'none', usableUntil: Number.POSITIVE_INFINITY, words: 'not checked' }),
  crl: askLists,
  ocsp: askResponders,
};

function askLists({ certificate, crls }: Check, evidence: Evidence): Step {
  const reasons: string[] = [];
  for (const source of crls) {
    const known = evidence.crl(source);
    if (known === undefined) return { state: 'open', source };
    if ('failed' in known) {
      reasons.push(`CRL ${source.url}: ${known.failed}`);
      continue;
    }
    const answer = crlAnswer(known.value, certificate, source.url);
    if (answer.state === 'revoked') return { ...answer, words: `by the CRL of ${source.url}` };
    if (answer.state === 'good') {
      return { state: 'good', by: 'crl', usableUntil: known.usableUntil, words: `not in the CRL of ${source.url}` };
    }
    reasons.push(`CRL ${source.url}: ${answer.reason}`);
  }
  return { state: 'silent', reasons: crls.length > 0 ? reasons : ['no http CRL distribution point is known'] };
}

function askResponders({ certificate, issuer, responders }: Check, evidence: Evidence): Step {
  const known = evidence.ocsp(certificate, issuer);
  if (known !== undefined && 'value' in known) {
    const { status, revokedAt = 0, responder } = known.value;
    if (status === 'revoked') return { state: 'revoked', at: revokedAt, words: `by the OCSP responder ${responder}` };
    if (status === 'good') {
      const words = `good by the OCSP responder ${responder}`;
      return { state: 'good', by: 'ocsp', usableUntil: known.usableUntil, words };
    }
    return { state: 'silent', reasons: [`the OCSP responder ${responder} does not know the certificate`] };
  }
  const reasons: string[] = [];
  for (const source of responders) {
    const failed = evidence.ocspFailure(source);
    if (failed === undefined) return { state: 'open', source };
    reasons.push(`OCSP ${source.url}: ${failed}`);
  }
  return { state: 'silent', reasons: responders.length > 0 ? reasons : ['no http OCSP responder is known'] };
}
