import { type Anchor, checkOf, type TrustTerms } from './anchor.ts';
import { type Certificate, extensionIds, isIssuedBy } from './certificate.ts';
import { cnAndSan, namedAddresses } from './identity-rules.ts';
import { shortestModulus } from './key-pair.ts';
import { pathTo } from './path.ts';
import { pathFault, subjectOf } from './path-rules.ts';
import { type Evidence, standingOf } from './revocation/standing.ts';
import type { LintFinding } from './trust-face.ts';
import type { DecodedChain } from './trustpoint.ts';

export interface LintTrustpoint {
  readonly name: string;
  readonly chain: DecodedChain;
  readonly anchors: readonly Anchor[];
  readonly terms: TrustTerms | undefined;
  /** What names it, so that peers are shown its certificate: `crypto signaling`. */
  readonly shownBy: string | undefined;
  readonly hasKey: boolean;
  /** Why it cannot enrol with the key it names. */
  readonly keyFault?: string | undefined;
}

export interface LintSubject {
  readonly trustpoints: readonly LintTrustpoint[];
  /** Trustpoints that do not exist, and what names them. */
  readonly missing: readonly { readonly name: string; readonly namedBy: string }[];
  /** Why some rule allows no handshake. */
  readonly faults: readonly string[];
  /** Names and addresses we tell peers to reach us at. */
  readonly advertised: readonly string[];
  readonly evidence: Evidence;
  /** The wall clock, milliseconds since the epoch. */
  readonly now: number;
}

const soonMs = 30 * 86_400_000;
const weakSignatures = new Map([
  ['1.2.840.113549.1.1.4', 'MD5'],
  ['1.2.840.113549.1.1.5', 'SHA-1'],
  ['1.2.840.10045.4.1', 'SHA-1'],
]);

/** What in keys, certificates and trust will refuse a call, now or soon, and what mends it. */
export function lint(subject: LintSubject): readonly LintFinding[] {
  const missing = subject.missing.map(
    ({ name, namedBy }): LintFinding => ({
      severity: 'error',
      trustpoint: name,
      words: `${namedBy} names it and it does not exist`,
      remedy: 'crypto pki trustpoint, then authenticate and enroll; or name another',
    }),
  );
  const faults = subject.faults.map(
    (words): LintFinding => ({ severity: 'error', words, remedy: 'define it, or name another' }),
  );
  return [...missing, ...faults, ...subject.trustpoints.flatMap((one) => lintTrustpoint(one, subject))];
}

function lintTrustpoint(trustpoint: LintTrustpoint, subject: LintSubject): readonly LintFinding[] {
  const { name, chain, shownBy } = trustpoint;
  const found: LintFinding[] = [];
  const say = (severity: LintFinding['severity'], words: string, remedy: string): void => {
    found.push({ severity, trustpoint: name, words, remedy });
  };
  lintTerms(trustpoint, subject, say);
  const { ca, identity, others } = chain;
  if (trustpoint.keyFault !== undefined) {
    say('error', `it cannot enrol: ${trustpoint.keyFault}`, 'enrollment terminal, or rsakeypair');
  }
  if (shownBy !== undefined && identity === undefined)
    say('error', `${shownBy} names it and it has no certificate`, 'crypto pki enroll');
  if (ca === undefined && identity === undefined && trustpoint.anchors.length === 0) {
    say('warning', 'nothing is authenticated: it validates nobody', 'crypto pki authenticate');
  }
  if (identity !== undefined && !trustpoint.hasKey)
    say('error', 'the key pair of its certificate is gone', 'enroll again');
  for (const certificate of [identity, ca, ...others]) {
    if (certificate !== undefined) lintCertificate(certificate, say, subject.now);
  }
  if (identity !== undefined && shownBy !== undefined) lintShown(identity, chain, say, subject.advertised);
  for (const anchor of trustpoint.anchors.slice(0, 1)) lintRevocation(anchor, identity, say, subject.evidence);
  return found;
}

/** What a trustpoint names and is not there: both close it to everybody. */
function lintTerms({ terms }: LintTrustpoint, { trustpoints }: LintSubject, say: Say): void {
  const maps = new Set(terms?.trust.matches?.map(({ map }) => map));
  for (const map of maps) {
    if (terms?.maps.has(map) === false) {
      say(
        'warning',
        `its match certificate names map ${map}, which does not exist`,
        `crypto pki certificate map ${map}`,
      );
    }
  }
  const parent = terms?.trust.parent;
  if (parent === undefined) return;
  const found = trustpoints.find(({ name }) => name === parent);
  if (found?.chain.ca !== undefined) return;
  say(
    'error',
    `chain-validation continues to ${parent}, which is not authenticated`,
    `crypto pki authenticate ${parent}`,
  );
}

type Say = (severity: LintFinding['severity'], words: string, remedy: string) => void;

function lintCertificate(certificate: Certificate, say: Say, now: number): void {
  const who = subjectOf(certificate);
  const { notBefore, notAfter, modulus, signatureAlgorithm, subjectDer, issuerDer } = certificate;
  const remedy = certificate.isCa ? 'authenticate the new CA certificate' : 'enroll again';
  if (now > notAfter) say('error', `the certificate of ${who} expired on ${day(notAfter)}`, remedy);
  else if (now + soonMs > notAfter) say('warning', `the certificate of ${who} expires on ${day(notAfter)}`, remedy);
  if (now < notBefore)
    say('error', `the certificate of ${who} is not valid before ${day(notBefore)}`, 'check the clock');
  if (modulus !== undefined && modulus < shortestModulus) {
    say('error', `the key of ${who} has ${modulus} bits only`, `use a pair of ${shortestModulus} bits`);
  }
  const weak = weakSignatures.get(signatureAlgorithm);
  // Nobody looks at the signature of a root.
  if (weak !== undefined && !subjectDer.equals(issuerDer)) {
    say('error', `the certificate of ${who} is signed with ${weak}`, 'have it issued with SHA-256');
  }
}

function lintShown(identity: Certificate, { ca, others }: DecodedChain, say: Say, advertised: readonly string[]): void {
  const who = subjectOf(identity);
  if (ca !== undefined && pathTo([identity, ...others], ca) === undefined) {
    const words = `an intermediate certificate between ${who} and ${subjectOf(ca)} is missing`;
    say('error', words, 'authenticate the whole chain of the CA');
  }
  for (const role of ['server', 'client'] as const) {
    const fault = pathFault([identity], role);
    if (fault?.rule === 'purpose') {
      const words = `${fault.words}: peers that check it refuse us as ${role}`;
      say('warning', words, 'have the certificate issued for both roles, or without extended key usage');
    }
  }
  if (identity.alternativeNames === undefined) {
    say('warning', `the certificate of ${who} has no alternative name`, 'subject-alt-name, then enroll again');
  }
  const names = [...cnAndSan(identity), ...namedAddresses(identity)];
  const unnamed = advertised.filter((one) => !names.includes(one.toLowerCase()));
  if (advertised.length > 0 && unnamed.length === advertised.length) {
    const words = `the certificate of ${who} names none of ${advertised.join(', ')}, by which peers reach us`;
    say('warning', words, 'subject-alt-name with the name peers use, then enroll again');
  }
}

/** Our own certificate stands for those of the peers: it says where its CA publishes. */
function lintRevocation(anchor: Anchor, identity: Certificate | undefined, say: Say, evidence: Evidence): void {
  const { terms, certificate: issuer } = anchor;
  const [first] = terms.revocationCheck;
  if (first === undefined || first === 'none') return;
  const below = identity !== undefined && isIssuedBy(identity, issuer) ? identity : undefined;
  if (below === undefined) {
    if (first === 'crl' && terms.trust.crlQuery === undefined && !issuer.extensions.some(isPoint)) {
      const words = 'revocation-check crl rests on what peers’ certificates say of their CRL';
      say('warning', words, 'crl query where they do not, or revocation-check none');
    }
    return;
  }
  const standing = standingOf(checkOf({ certificate: below, issuer, terms }), evidence);
  if (standing.state === 'revoked') say('error', `our own certificate was revoked ${standing.words}`, 'enroll again');
  if (standing.state === 'open') {
    const what = `${standing.source.kind === 'crl' ? 'the CRL' : 'the OCSP answer'} of ${standing.source.url}`;
    const again = `crypto pki crl request ${terms.trustpoint}`;
    const failure = evidence.lastFailure(standing.source);
    if (failure === undefined) say('warning', `${what} was not fetched yet`, again);
    else
      say(
        'error',
        `${what} could not be had at ${minute(failure.at)}: ${failure.reason}`,
        `mend the server, then ${again}`,
      );
  }
  if (standing.state === 'unknown') {
    const words = `revocation-check ${terms.revocationCheck.join(' ')} cannot be done: ${standing.reasons.join('; ')}`;
    say('error', words, 'mend the server, crl query or ocsp url, or add none');
  }
}

function isPoint({ id }: { readonly id: string }): boolean {
  return id === extensionIds.crlDistributionPoints;
}

function minute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
