import { type Certificate, extensionIds, isSelfIssued } from './certificate.ts';
import type { ExpectedPeer } from './handshake-face.ts';
import { constraintFault } from './name-constraints.ts';
import type { Path } from './path.ts';
import type { PeerPurpose } from './settings.ts';
import { displayName } from './x500-name.ts';

/** What is wrong with a path: our words with the subject concerned, and the name an operator can look up. */
export interface PathFault {
  readonly rule: 'chain' | 'purpose';
  readonly words: string;
  readonly code: string;
}

type Role = ExpectedPeer['role'];
type Rule = (certificate: Certificate, at: number, path: Path) => PathFault | undefined;

/**
 * RFC 5280 6.1 as far as one certificate after the other can tell: no critical extension nobody here understands, every
 * issuer a CA that may sign certificates and as far down, a purpose that allows the role on every step, and no name that a
 * CA above forbids. The first fault, from the leaf up.
 */
export function pathFault(path: Path, role: Role, purpose: PeerPurpose = 'strict'): PathFault | undefined {
  const purposeRule: Rule = (certificate, at) => purposeFault(certificate, at, role, purpose);
  return firstFault(path, [criticalRule, authorityRule, purposeRule, constraintRule]);
}

/** A certificate of the path that is not valid at `now`, milliseconds since the epoch. */
export function dateFault(path: Path, now: number): PathFault | undefined {
  return firstFault(path, [(certificate) => outOfDate(certificate, now)]);
}

/** What an error of the library may hide, as it reports one of several: what it evaluates and we do not, which is refused then. */
export function hiddenFault(path: Path): PathFault | undefined {
  return firstFault(path, [unevaluatedRule]);
}

function firstFault(path: Path, rules: readonly Rule[]): PathFault | undefined {
  for (const [at, certificate] of path.entries()) {
    for (const rule of rules) {
      const fault = rule(certificate, at, path);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

const longestSubject = 120;

/** A subject as IOS displays it, cut where it would fill a log line. */
export function subjectOf({ subject, serial }: Certificate): string {
  const name = displayName(subject).join(',');
  if (name === '') return `serial number ${serial.slice(0, longestSubject)}`;
  return name.length > longestSubject ? `${name.slice(0, longestSubject)}...` : name;
}

function chainFault(words: string, code: string): PathFault {
  return { rule: 'chain', words, code };
}

/** Extensions that the library or this room understands; those of policies do not restrict us, as we ask for none. */
const understood: ReadonlySet<string> = new Set([
  ...Object.values(extensionIds),
  '2.5.29.18', // issuerAltName
  '2.5.29.32', // certificatePolicies
  '2.5.29.33', // policyMappings
  '2.5.29.36', // policyConstraints
  '2.5.29.46', // freshestCRL
  '2.5.29.54', // inhibitAnyPolicy
]);

function criticalRule(certificate: Certificate): PathFault | undefined {
  const unknown = certificate.extensions.find(({ id, critical }) => critical && !understood.has(id));
  if (unknown === undefined) return undefined;
  const words = `unknown critical extension ${unknown.id} in the certificate of ${subjectOf(certificate)}`;
  return chainFault(words, 'UNHANDLED_CRITICAL_EXTENSION');
}

const keyCertSign = 0x04;

function authorityRule(certificate: Certificate, at: number, path: Path): PathFault | undefined {
  if (at === 0) return undefined;
  const who = subjectOf(certificate);
  if (!certificate.isCa) return chainFault(`issuer ${who} is not a CA`, 'INVALID_CA');
  if ((firstUsageOctet(certificate) & keyCertSign) === 0) {
    return chainFault(`keyUsage of issuer ${who} does not allow signing certificates`, 'KEYUSAGE_NO_CERTSIGN');
  }
  const below = path.slice(1, at).filter((one) => !isSelfIssued(one)).length;
  if (certificate.pathLength === undefined || below <= certificate.pathLength) return undefined;
  const words = `CA ${who} allows ${certificate.pathLength} CAs below it, the chain has ${below}`;
  return chainFault(words, 'PATH_LENGTH_EXCEEDED');
}

/** RFC 5280 6.1.3 (b) and (c): a self-issued CA between is not looked at, the leaf always is. */
function constraintRule(certificate: Certificate, at: number, path: Path): PathFault | undefined {
  if (at > 0 && isSelfIssued(certificate)) return undefined;
  for (const above of path.slice(at + 1)) {
    const fault = above.nameConstraints && constraintFault(certificate, above.nameConstraints);
    if (fault === undefined) continue;
    const words = `${fault.words} in the certificate of ${subjectOf(certificate)} by the name constraints of CA ${subjectOf(above)}`;
    return chainFault(words, fault.code);
  }
  return undefined;
}

/** The first octet of keyUsage; all bits where there is no such extension. */
function firstUsageOctet({ keyUsage }: Certificate): number {
  return keyUsage === undefined ? 0xff : Number.parseInt(keyUsage.slice(0, 2), 16);
}

const anyPurpose = '2.5.29.37.0';
const purposes = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;
const sipDomain = '1.3.6.1.5.5.7.3.20';
const digitalSignatureOrEncipherment = 0xa8;

/**
 * RFC 5924: no extendedKeyUsage allows everything; else the role's own purpose, any purpose, or a SIP domain's. `any-eku`
 * takes the other role's too, as public CAs no longer certify clients; `ignore` does not look at it.
 */
function purposeFault(certificate: Certificate, at: number, role: Role, policy: PeerPurpose): PathFault | undefined {
  const who = subjectOf(certificate);
  const purpose = (words: string): PathFault => ({ rule: 'purpose', words, code: 'purpose' });
  if (at === 0 && (firstUsageOctet(certificate) & digitalSignatureOrEncipherment) === 0) {
    return purpose(`keyUsage of ${who} does not allow TLS`);
  }
  if (policy === 'ignore') return undefined;
  const ofRole = policy === 'any-eku' ? Object.values(purposes) : [purposes[role]];
  const allowed: readonly string[] = [anyPurpose, ...ofRole, sipDomain];
  const { extendedKeyUsage } = certificate;
  if (extendedKeyUsage === undefined || extendedKeyUsage.some((id) => allowed.includes(id))) return undefined;
  return purpose(`extendedKeyUsage of ${at === 0 ? '' : 'issuer '}${who} does not allow a TLS ${role}`);
}

function outOfDate(certificate: Certificate, now: number): PathFault | undefined {
  const who = subjectOf(certificate);
  if (now > certificate.notAfter) return chainFault(`the certificate of ${who} has expired`, 'CERT_HAS_EXPIRED');
  if (now >= certificate.notBefore) return undefined;
  return chainFault(`the certificate of ${who} is not valid yet`, 'CERT_NOT_YET_VALID');
}

const unevaluated = new Map<string, string>([[extensionIds.netscapeType, 'Netscape certificate type']]);

function unevaluatedRule(certificate: Certificate): PathFault | undefined {
  const found = certificate.extensions.find(({ id }) => unevaluated.has(id));
  if (found === undefined) return undefined;
  const words = `${unevaluated.get(found.id)} of ${subjectOf(certificate)} cannot be evaluated beside a purpose of SIP`;
  return chainFault(words, 'INVALID_PURPOSE');
}
