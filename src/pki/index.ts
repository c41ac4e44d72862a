/**
 * pki: the gateway's keys, certificates and trust.
 *
 * - `pki.ts` owns the room: it follows the running configuration, keeps NVRAM in step, and answers for everything below.
 *   `face.ts` is what others see; private keys never cross it.
 * - `key-store.ts` (RSA pairs, one file each), `certificate-store.ts` (chains, IOS's file names), `ca-database.ts`.
 * - `certificate.ts`, `x500-name.ts`, `request.ts`, `issue.ts`, `signature.ts`, `der.ts`: reading and making ASN.1 with the
 *   schema libraries; everything that reads is total and bounded.
 * - `scep/`: `envelope.ts` and `signed.ts` are the CMS underneath, `message.ts` the pkiMessage, `transaction.ts` and
 *   `client.ts` our enrolments, `server.ts` what our CA answers. `enrollment.ts` retries and polls.
 * - `ca-server.ts`: one embedded CA; `authorities.ts`: those of the configuration.
 * - `credentials.ts` chooses what we show to a TLS peer, `policy.ts` judges what the peer showed.
 * - `type7.ts`, `paste.ts`, `private-key-pem.ts`: the text forms an operator types and sees.
 *
 * Who tells whom: a commit reaches `reconfigure`; what enrolment or a CA makes goes back as a commit through `change`, so
 * the tree stays the one truth and NVRAM its mirror. SIP asks `credentialsFor` before a handshake and `judge` after it;
 * the HTTP server hands `scep` its requests.
 *
 * **Standards:** RFC 5280 (certificates), RFC 2986 (PKCS#10), RFC 5652 (CMS), RFC 8894 (SCEP), RFC 5922 and 5924 (names and
 * purpose of SIP certificates), RFC 1421 and 5958 (private keys as text).
 */

export { type Certificate, certificatePem, fingerprint, groups, readCertificate } from './certificate.ts';
export { chainFileName } from './certificate-store.ts';
export type {
  CaServerReport,
  EnrollmentAnswers,
  KeyOrder,
  PemProtection,
  PkiFace,
  RsaKeyReport,
  TrustpointReport,
} from './face.ts';
export type { Outcome } from './outcome.ts';
export { Pki } from './pki.ts';
export {
  type CaServerSettings,
  type ChainCertificate,
  caServerDefaults,
  type Enrollment,
  type HashName,
  type RevocationMethod,
  type TrustpointSettings,
  trustpointDefaults,
} from './settings.ts';
export { displaySignature } from './signature.ts';
export { decodeType7, encodeType7 } from './type7.ts';
export { displayName, nameValues, parseX500 } from './x500-name.ts';
