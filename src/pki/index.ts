/**
 * pki: the gateway's keys, certificates and trust.
 *
 * - `pki.ts` is the owner and the face (`face.ts` is what others see of it; private keys never cross that border). It builds
 *   the parts, tells each of them the running configuration, and hands every question to the one that knows.
 * - `trustpoints.ts`: the trustpoints of the configuration with their chains, and the one way to change them, a commit.
 *   `trustpoint.ts` is what a chain says, `settings.ts` what can be configured, `settings-check.ts` what of it cannot work.
 * - `enrollments.ts`: every way to a certificate. `router-request.ts` makes the request. `scep-enrollments.ts` begins those over
 *   SCEP and keeps them over a reload (`pending-enrollments.ts`), `enrollment.ts` is one of them, which retries and polls.
 *   `scep/` is the protocol: `envelope.ts` and `signed.ts` the CMS underneath, `message.ts` the pkiMessage, `transaction.ts`
 *   and `client.ts` our side, `server.ts` what our CA answers. `acme/` is the other protocol: `acme-enrollment.ts` is one
 *   enrolment, `order.ts` its steps, `client.ts` signed requests, `challenges.ts` what our HTTP server shows meanwhile.
 *   `enrollment-files.ts` reads and writes the files of a `tftp:` URL.
 * - `renewals.ts` renews before the end and warns of it (`expiry.ts` says when); `shadow-keys.ts` keeps a new key pair beside
 *   the old one until its certificate is there.
 * - `pem-transfer.ts` takes whole trustpoints in and gives them out; `pem-exchange.ts` is the text, `paste.ts`,
 *   `private-key-pem.ts` and `type7.ts` the forms an operator types and sees.
 * - `authorities.ts`: the embedded CAs of the configuration; `ca-server.ts` is one of them, `ca-database.ts` its numbers.
 * - `tls-trust.ts`: what TLS asks. `credentials.ts` chooses what we show to a peer, `policy.ts` judges what it showed:
 *   `path.ts` is the way to an anchor, `path-rules.ts` what every certificate on it must keep, `library-verdict.ts` puts the
 *   TLS library's refusals in words.
 * - In NVRAM: `key-store.ts` (RSA pairs, one file each), `certificate-store.ts` (chains under IOS's file names, kept in step
 *   by `chain-mirror.ts`), `router-serial.ts`. `work-queue.ts` keeps the order of what takes time.
 * - `certificate.ts`, `x500-name.ts`, `request.ts`, `issue.ts`, `signature.ts`, `der.ts`: reading and making ASN.1 with the
 *   schema libraries; everything that reads is total and bounded.
 *
 * Who tells whom: a commit reaches `reconfigure`, and from there every part. What an enrolment, an import or a CA makes goes
 * back as a commit through `change`, so the tree stays the one truth and NVRAM its mirror. No part knows `Pki`; the others
 * ask `Trustpoints` and `KeyStore`, which ask nobody. SIP asks `credentialsFor` before a handshake and `judge` after it; the
 * HTTP server hands `scep` its requests.
 *
 * **Standards:** RFC 5280 (certificates), RFC 2986 (PKCS#10), RFC 5652 (CMS), RFC 8894 (SCEP), RFC 8555 (ACME, http-01), RFC 5922 and 5924 (names and
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
  PkiTimer,
  RsaKeyReport,
  TrustpointReport,
} from './face.ts';
export type { Outcome } from './outcome.ts';
export { Pki } from './pki.ts';
export {
  type AcmeMethod,
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
