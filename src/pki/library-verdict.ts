import { type Certificate, extensionIds } from './certificate.ts';
import type { ExpectedPeer } from './handshake-face.ts';
import { shortestModulus } from './key-pair.ts';
import { type Path, pathAsShown, pathTo } from './path.ts';
import { type PathFault, pathFault, subjectOf } from './path-rules.ts';

/** What the library judged, and what it judged by. */
export interface Judged {
  readonly chain: readonly [Certificate, ...Certificate[]];
  readonly anchors: readonly Certificate[];
  readonly role: ExpectedPeer['role'];
}

/** Which certificate of the path an error of the library is about. */
type Concerned = 'leaf' | 'top';

/** The errors that tell enough by their name: our words, to be followed by the subject. */
const plain: Readonly<Record<string, readonly [words: string, concerned: Concerned]>> = {
  UNABLE_TO_GET_ISSUER_CERT: ['issuer not found for', 'top'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['issuer not found for', 'top'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['issuer not found for', 'leaf'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['no trustpoint holds the self-signed certificate of', 'leaf'],
  SELF_SIGNED_CERT_IN_CHAIN: ['no trustpoint holds the self-signed certificate of', 'top'],
  CERT_SIGNATURE_FAILURE: ['wrong signature in the chain of', 'leaf'],
  CERT_UNTRUSTED: ['no trust in the chain of', 'leaf'],
  CERT_REJECTED: ['no trust in the chain of', 'leaf'],
  CERT_CHAIN_TOO_LONG: ['too many certificates in the chain of', 'leaf'],
  CERT_REVOKED: ['revoked certificate in the chain of', 'leaf'],
};

/**
 * The library's word for a chain as an operator can use it: what is wrong, and with whose certificate. Many of its errors
 * come without a name; then our own rules are asked what it may have meant.
 */
export function explainVerdict(code: string, judged: Judged): PathFault {
  const { chain } = judged;
  const shown = pathAsShown(chain);
  const known = Object.hasOwn(plain, code) ? plain[code] : undefined;
  if (known !== undefined) {
    const [words, concerned] = known;
    const one = concerned === 'top' ? shown.at(-1) : chain[0];
    return chainFault(`${words} ${subjectOf(one ?? chain[0])}`, code);
  }
  const path = judged.anchors.map((anchor) => pathTo(chain, anchor)).find((one) => one !== undefined) ?? shown;
  return pathFault(path, judged.role) ?? suspicion(path, code) ?? unexplained(chain[0], code);
}

function chainFault(words: string, code: string): PathFault {
  return { rule: 'chain', words, code };
}

function unexplained(leaf: Certificate, code: string): PathFault {
  return chainFault(`the TLS library refuses the chain of ${subjectOf(leaf)} and does not name the rule`, code);
}

/** The library's security level: shorter keys and these signatures prove nothing to it. */
const weakSignatures = new Map([
  ['1.2.840.113549.1.1.4', 'MD5'],
  ['1.2.840.113549.1.1.5', 'SHA-1'],
  ['1.2.840.10045.4.1', 'SHA-1'],
]);

/**
 * What the library holds against a certificate and our rules do not: the rules for when its word is of another error, or of
 * none of ours. The anchor's own signature is looked at by nobody.
 */
export function suspicion(path: Path, code: string): PathFault | undefined {
  for (const [at, certificate] of path.entries()) {
    const who = subjectOf(certificate);
    const { modulus, signatureAlgorithm, extensions } = certificate;
    if (modulus !== undefined && modulus < shortestModulus) {
      return chainFault(`the key of ${who} is too short: ${modulus} bits`, code);
    }
    const weak = at === path.length - 1 ? undefined : weakSignatures.get(signatureAlgorithm);
    if (weak !== undefined)
      return chainFault(`the certificate of ${who} is signed with ${weak}, which is too weak`, code);
    if (extensions.some(({ id }) => id === extensionIds.nameConstraints)) {
      return chainFault(`a name in the chain is not one that ${who} permits, by its name constraints`, code);
    }
  }
  return undefined;
}
