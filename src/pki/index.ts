/**
 * pki: the gateway's keys, certificates and trust.
 *
 * - `pki.ts` is the owner and the face. `face.ts` is what others see of it, put together of one face for each concern
 *   (`*-face.ts`); private keys never cross that border. It builds
 *   the parts, tells each of them the running configuration, and hands every question to the one that knows.
 * - `trustpoints.ts`: the trustpoints of the configuration with their chains, and the one way to change them, a commit.
 *   `trustpoint.ts` is what a chain says, `settings.ts` what can be configured, `settings-check.ts` what of it cannot work.
 * - `enrollment-ways.ts`: every way to a certificate. `enrollments.ts` is those over the network, first and renewed,
 *   `carried-enrollments.ts` those where somebody carries text or files, `self-signing.ts` our own signature;
 *   `received-certificates.ts` takes in what a CA gave. `request-maker.ts` makes the requests (`router-request.ts`: one of them).
 *   `scep-enrollments.ts` begins those over SCEP and keeps them over a reload (`pending-enrollments.ts`, with `pending-request.ts` for the password in a request), `enrollment.ts` is one of them, which retries and polls.
 *   `scep/` is the protocol: `envelope.ts` and `signed.ts` the CMS underneath, `message.ts` the pkiMessage, `transaction.ts`
 *   and `client.ts` our side, `server.ts` what our CA answers. `acme/` is the other protocol: `acme-enrollments.ts` begins them, `acme-enrollment.ts` is one
 *   enrolment, `order.ts` its steps, `client.ts` signed requests, `challenges.ts` what our HTTP server shows meanwhile.
 *   `enrollment-files.ts` reads and writes the files of a `tftp:` URL.
 *   `http-enrollments.ts` are those by the commands of a profile, `http-enrollment.ts` one of them, `http-command.ts` what such a command says.
 *   `enrollment-profile.ts` is a trustpoint as its profile makes it, `scep-key.ts` which keys cannot enrol by SCEP, `source-address.ts` where it asks from.
 * - `renewals.ts` renews before the end and warns of it (`expiry.ts` says when); `shadow-keys.ts` keeps a new key pair beside
 *   the old one until its certificate is there.
 * - `pem-transfer.ts` takes whole trustpoints in and gives them out; `pem-exchange.ts` is the text, `paste.ts`,
 *   `private-key-pem.ts` and `type7.ts` the forms an operator types and sees; `pkcs12.ts` is the same in one file, with
 *   `pkcs12-cipher.ts` and `pkcs12-rc2.ts` underneath.
 * - `authorities.ts`: the embedded CAs of the configuration; `ca-server.ts` is one of them, `ca-upkeep.ts` what time brings to it, `ca-database.ts` its numbers and
 *   files, `ca-places.ts` where they lie, `ca-copies.ts` what is sent elsewhere, `ca-archive.ts` its key in a file under a
 *   password. `ca-identity.ts` is what it signs with, and the pair that follows, `ca-subordinate.ts` the same of a
 *   CA below another; `ca-enrolment.ts` who asks it by SCEP
 *   (`registrar.ts`: who may ask for others),
 *   `ca-requests.ts` the list, `ca-passwords.ts` the one-time passwords; `ca-revocation.ts` what it revoked, at the word given to
 *   `ca-revoking.ts`, `crl-issue.ts` the
 *   CRL made of it, `ocsp-answer.ts` the answer to who asks about one certificate; `ca-report.ts` what is shown.
 * - `trust.ts`: owner of whom we believe. `anchors.ts` is whom the trustpoints trust (`anchor.ts`: one, with its terms),
 *   `trustpool.ts` the CAs some trust besides. `tls-trust.ts` is what TLS asks: `credentials.ts` chooses what we show to a
 *   peer, `policy.ts` judges what it showed: `path.ts` is the way to an anchor, `path-rules.ts` what every certificate on it
 *   must keep (`name-constraints.ts`: its names), `identity-rules.ts` the name it must prove, `certificate-map.ts` whom a trustpoint admits, `library-verdict.ts`
 *   puts the TLS library's refusals in words. `peer-test.ts` tries a peer, `lint.ts` looks ahead.
 * - `revocation/`: `crl.ts` and `ocsp.ts` read and prove evidence, `standing.ts` draws the conclusion from what is known or says
 *   what is to be fetched; `revocation.ts` owns what is known (`evidence-store.ts`) and fetches it (`fetcher.ts`).
 * - `clock-gate.ts` holds back what hangs on dates until the clock is authoritative.
 * - `key-door.ts` is what others may do with keys; `key-store.ts` keeps the pairs (`key-pair.ts`), one file each
 *   (`key-file.ts`). `key-config.ts` is the configuration key, `key-vault.ts` what it seals: key files and type 6 passwords.
 * - In NVRAM besides: `certificate-store.ts` (chains under IOS's file names, kept in step by `chain-mirror.ts`, with their
 *   `install-times.ts`),
 *   `router-serial.ts`. `work-queue.ts` keeps the order of what takes time,
 *   `one-at-a-time.ts` that of what two sessions do to keys.
 * - `certificate.ts`, `x500-name.ts`, `request.ts`, `issue.ts`, `signature.ts`, `der.ts`: reading and making ASN.1 with the
 *   schema libraries; everything that reads is total and bounded.
 *
 * Who tells whom: a commit reaches `reconfigure`, and from there every part. What an enrolment, an import or a CA makes goes
 * back as a commit through `change`, so the tree stays the one truth and NVRAM its mirror. No part knows `Pki`; the others
 * ask `Trustpoints` and `KeyStore`, which ask nobody. SIP asks `credentialsFor` before a handshake and `judge` after it, and again when
 * it is told that trust has changed; the HTTP server hands `scep` and `ocsp` its requests and asks for `crl`.
 *
 * **Standards:** RFC 5280 (certificates and CRLs), RFC 2986 (PKCS#10), RFC 5652 (CMS), RFC 8894 (SCEP), RFC 8555 (ACME, http-01), RFC 6960, 8954 and 9654 (OCSP),
 * RFC 6066 8 (stapling), RFC 5922 and 5924 (names and purpose of SIP certificates), RFC 1421 and 5958 (private keys as text), RFC 7292
 * (PKCS#12).
 */

export { acmeNames } from './acme/acme-enrollments.ts';
export type { CaRequestReport, CaServerReport, IssuedReport } from './authority-face.ts';
export { type DatabaseKind, databaseKinds, type PublishedKind, readDatabaseUrl } from './ca-places.ts';
export { type Certificate, certificatePem, fingerprint, groups, readCertificate } from './certificate.ts';
export { mapTime } from './certificate-map.ts';
export { chainFileName } from './certificate-store.ts';
export { chooseRule } from './credentials.ts';
export type { RevocationReason } from './crl-issue.ts';
export { authenticationOf, withProfile } from './enrollment-profile.ts';
export type { PkiFace, PkiTimer } from './face.ts';
export type { CipherPolicy, ExpectedPeer, SignalingRule } from './handshake-face.ts';
export { isHttpCommand, type ProfileParameter, prompts, type TypedParameters } from './http-command.ts';
export type { ConfigKeyFace, KeyOrder, KeyPem, KeyReport, KeyType } from './key-face.ts';
export type { Outcome } from './outcome.ts';
export { Pki } from './pki.ts';
export { isPurpose, type PurposeName, purposeIds } from './purposes.ts';
export { scepKeyFault } from './scep-key.ts';
export {
  type AcmeMethod,
  type CaArchiveSettings,
  type CaServerSettings,
  type CertificateMapEntry,
  type CertificateMatch,
  type ChainCertificate,
  caServerDefaults,
  type Enrollment,
  type EnrollmentProfile,
  type HashName,
  type MapCriterion,
  type ProfileMethod,
  type RevocationMethod,
  type TrustpointSettings,
  type TrustpoolPolicy,
  type TrustSettings,
  trustpointDefaults,
  trustpointUsages,
} from './settings.ts';
export { checkSettings } from './settings-check.ts';
export { displaySignature } from './signature.ts';
export type { PemProtection } from './transfer-face.ts';
export type { CertificateReport, PeerTestReport } from './trust-face.ts';
export type { EnrollmentAnswers, TrustpointReport } from './trustpoint-face.ts';
export { decodeType7, encodeType7 } from './type7.ts';
export { displayName, nameValues, parseX500 } from './x500-name.ts';
