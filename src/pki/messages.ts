import type { LogCatalogue } from '../io/index.ts';

/** What the PKI room tells the operator, facility `PKI`. */
export const pkiMessages = {
  CERTRET: {
    severity: 6,
    text: 'Certificate received from Certificate Authority',
    cause: 'An enrolment request was granted and the certificate stored.',
    remedy: 'None needed.',
  },
  CERTRENEWAUTO: {
    severity: 6,
    text: 'Renewing the router certificate for trustpoint {name}',
    cause: 'The percentage of its lifetime that auto-enroll names has passed.',
    remedy: 'None needed.',
  },
  CERT_EXPIRY_WARNING: {
    severity: 4,
    text: '{kind} Certificate belonging to trustpoint {name} will expire in {left}. Issuer-name {issuer} Subject-name {subject} Serial-number {serial} Auto-Renewal: {renewal}',
    cause: 'A certificate has less than sixty days to live.',
    remedy: 'Renew it, or set auto-enroll; see show crypto pki timers.',
  },
  CERT_EXPIRY_ALERT: {
    severity: 1,
    text: '{kind} Certificate belonging to trustpoint {name} will expire in {left}. Issuer-name {issuer} Subject-name {subject} Serial-number {serial} Auto-Renewal: {renewal}',
    cause: 'A certificate has less than a week to live.',
    remedy: 'Renew it now: peers will refuse it when it has expired.',
  },
  CERT_EXPIRED: {
    severity: 1,
    text: '{kind} Certificate belonging to trustpoint {name} has expired. Issuer-name {issuer} Subject-name {subject} Serial-number {serial}',
    cause: 'The validity of a certificate is over; TLS with it fails from now on.',
    remedy: 'Enrol again, or authenticate the new CA certificate.',
  },
  CA_ROLLOVER: {
    severity: 6,
    text: 'The next CA certificate of trustpoint {name} was received: {subject}',
    cause:
      'The CA of the trustpoint nears its end and told, under its signature, who follows it. Both are believed for now.',
    remedy: 'None needed; write memory keeps it in the configuration.',
  },
  ROLLED_OVER: {
    severity: 5,
    text: 'Trustpoint {name} now uses its certificate of the CA that follows',
    cause: 'The time of the CA certificate is over, and the certificate kept for that hour is in force.',
    remedy: 'write memory.',
  },
  WEAK_CA: {
    severity: 4,
    text: 'The CA of trustpoint {name} offers no better than {what}',
    cause: 'GetCACaps named neither AES nor a SHA-2 hash, or was not answered: the enrolment used what the CA can.',
    remedy: 'Renew the software of the CA; whoever listens may one day read or forge such messages.',
  },
  ENROLLMENT_RESUMED: {
    severity: 6,
    text: 'Certificate enrollment of trustpoint {name} goes on where it was before the reload',
    cause: 'A request was under way when the gateway stopped.',
    remedy: 'None needed.',
  },
  KEY_NOT_REGENERATED: {
    severity: 4,
    text: 'Trustpoint {name} is renewed on its old key pair {label}: {reason}',
    cause: 'auto-enroll regenerate could not make a new key pair without harm.',
    remedy: 'Give every trustpoint a key pair of its own with rsakeypair.',
  },
  ACME_CHALLENGE: {
    severity: 6,
    text: 'The ACME server looks for {name} at this gateway, port 80 of its name',
    cause: 'An enrolment by ACME proves the name by a file our HTTP server shows.',
    remedy: 'ip http server must run and be reachable under the name from the ACME server.',
  },
  CERTREJECT: {
    severity: 6,
    text: 'Certificate enrollment request was rejected by Certificate Authority for Trustpoint {name}: {reason}',
    cause: 'The certificate authority refused the request.',
    remedy: 'Check the challenge password, the names asked for and the hash, then enrol again.',
  },
  CERTFAIL: {
    severity: 6,
    text: 'Certificate enrollment failed for Trustpoint {name}: {reason}',
    cause: 'The enrolment ended without a certificate: no answer, an answer that does not verify, or retries used up.',
    remedy: 'Check the enrollment url, the reachability of the CA and its certificate, then enrol again.',
  },
  CERTPENDING: {
    severity: 6,
    text: 'Certificate enrollment request is pending at the Certificate Authority for Trustpoint {name}',
    cause: 'The certificate authority wants a human to grant the request.',
    remedy: 'Ask the CA administrator to grant it; the gateway polls by enrollment retry.',
  },
  SOCKETSEND: {
    severity: 3,
    text: 'Failed to send out message to CA server.',
    cause: 'The certificate authority could not be reached over HTTP.',
    remedy: 'Check enrollment url, routing and that ip http server runs on the CA.',
  },
  FILE_TRANSFER: {
    severity: 3,
    text: 'Cannot reach {url}: {reason}',
    cause: 'A file of an enrolment could not be read from, or written to, its server.',
    remedy: 'Check the enrollment url, and that the TFTP server has the file and may write it.',
  },
  CA_SILENT: {
    severity: 3,
    text: 'No usable answer from the CA of trustpoint {name}: {reason}',
    cause: 'Something took the connection at the enrollment url, and its answer was too late, cut short or no HTTP.',
    remedy: 'Look at the CA and at what stands before it. The request is sent again after the retry period.',
  },
  CA_ANSWER: {
    severity: 3,
    text: 'The CA of trustpoint {name} answered, but not with its certificate: {reason}',
    cause: 'What answers at the enrollment url is no certificate authority, or not as SCEP asks.',
    remedy: 'Check the enrollment url and the CA behind it.',
  },
  CS_GRANT_AUTO: {
    severity: 6,
    text: 'All enrollment requests will be automatically granted. ',
    cause: 'grant auto was configured on a certificate server.',
    remedy: 'Use grant none where requests must be looked at.',
  },
  CS_REJECTED: {
    severity: 4,
    text: 'Certificate server {server} refused a SCEP request: {reason}',
    cause: 'A SCEP message was malformed, of a type that is not served, or did not prove its sender.',
    remedy: 'Look at the client; nothing was issued.',
  },
  CS_FAULT: {
    severity: 3,
    text: 'Certificate server {server} cannot run: {reason}',
    cause: 'Its key, its certificate or its database could not be made or read.',
    remedy: 'Repair what is named, then shutdown and no shutdown.',
  },
  NON_AUTHORITATIVE_CLOCK: {
    severity: 2,
    text: 'PKI functions can not be initialized until an authoritative time source, like NTP, can be obtained.',
    cause:
      'A server is configured by `ntp server` and none has answered yet. Nothing that hangs on dates is done until then.',
    remedy:
      'Make a time server reachable, or tell the time by `clock set`. `clock calendar-valid` trusts the clock of the host.',
  },
  CS_REVOKED: {
    severity: 6,
    text: 'Certificate server {server} revoked certificate {serial}: {reason}',
    cause: 'crypto pki server revoke was typed; a new CRL is out.',
    remedy: 'None needed. Peers learn of it when they next fetch the CRL or ask by OCSP.',
  },
  CS_UNREVOKED: {
    severity: 6,
    text: 'Certificate server {server} took the revocation of certificate {serial} back',
    cause: 'crypto pki server unrevoke was typed; a new CRL is out.',
    remedy: 'None needed. Those who hold the CRL before it refuse the certificate until they fetch the next.',
  },
  CS_COPY_FAILED: {
    severity: 4,
    text: 'Certificate server {server} could not write {url}: {reason}',
    cause: 'A place named by database url did not take the copy of a file. The file itself is in NVRAM.',
    remedy: 'Look at the server of files. A CRL is copied again with the next one.',
  },
  CS_NOT_ARCHIVED: {
    severity: 4,
    text: 'Certificate server {server} has no archive of its key: {reason}',
    cause: 'database archive is configured, and the archive could not be written.',
    remedy: 'Give database archive a password of eight characters or more, and look at its place.',
  },
  CS_ROLLOVER_READY: {
    severity: 6,
    text: 'Certificate server {server} has made its rollover certificate',
    cause:
      'The CA certificate nears its end, or crypto pki server rollover was typed. GetNextCACert gives the next one.',
    remedy: 'None needed. Whoever trusts this CA by hand must be given the next certificate too.',
  },
  CS_ROLLED_OVER: {
    severity: 5,
    text: 'Certificate server {server} now signs with its rollover certificate',
    cause: 'The time of the CA certificate is over and the one that follows is in force.',
    remedy: 'write memory. Routers without a certificate of the next CA must enrol again.',
  },
  CS_REQUEST_UNREADABLE: {
    severity: 3,
    text: 'Enrollment request file {file} is not used: {reason}',
    cause: 'A request in NVRAM cannot be read. It was put aside in the folder damaged of the server.',
    remedy: 'Have the client enrol again; remove what was put aside.',
  },
  NOCONFIGAUTOSAVE: {
    severity: 4,
    text: 'Configuration was modified.  Issue "write memory" to save new IOS PKI configuration',
    cause: 'A certificate came in; it is in NVRAM already, the running configuration is not.',
    remedy: 'write memory.',
  },
  KEY_UNREADABLE: {
    severity: 3,
    text: 'Key file {file} is not used: {reason}',
    cause: 'A private key in NVRAM cannot be read, is damaged, or can be read by others.',
    remedy: 'Restore the file, or take the permissions of others away (mode 0600), then reload. It was left as it is.',
  },
  CONFIG_KEY_LOCKED: {
    severity: 3,
    text: 'Encrypted private keys and type 6 passwords cannot be read: the configuration key: {reason}',
    cause:
      'A configuration key is set (key config-key password-encrypt), and what NVRAM or DIALPEER_CONFIG_KEY_FILE gives is missing, damaged or another one.',
    remedy: 'Type key config-key password-encrypt with the right key, or start the gateway with it.',
  },
  NVRAM_DAMAGED: {
    severity: 3,
    text: '{file} in NVRAM is damaged: it was put aside as {aside}, and a new one is begun',
    cause: 'A file that the gateway wrote holds something else now, after a fault of the disk or another hand.',
    remedy:
      'Put the file back from a copy and reload, if what it held is missed: the serial number is in certificates and in show version.',
  },
  CERT_UNREADABLE: {
    severity: 3,
    text: 'Certificate file {file} is not used: {reason}',
    cause: 'A certificate in NVRAM cannot be read or decoded.',
    remedy: 'Restore the file or enrol again. It was left as it is.',
  },
  ENROLLMENT_UNREADABLE: {
    severity: 3,
    text: 'Enrollment file {file} is not used: {reason}',
    cause: 'The record of an enrolment that was under way is damaged or cannot be read.',
    remedy: 'Enrol again; the file is replaced by that.',
  },
  NVRAM_WRITE: {
    severity: 2,
    text: 'Cannot save {file}: {reason}',
    cause:
      'The NVRAM directory refused a write. A key that cannot be saved is not used; a certificate is, but a reload would lose it.',
    remedy: 'Check space and permissions of the NVRAM directory.',
  },
  CHAIN_NOT_COMMITTED: {
    severity: 3,
    text: 'Certificate of trustpoint {name} is not in the running configuration: {reason}',
    cause: 'A service refused the configuration that holds the certificate.',
    remedy: 'Resolve what the reason names and enrol or import again.',
  },
  ADDRESS_NOT_NAMED: {
    severity: 6,
    text: 'Peer {address} is accepted by its chain alone: its certificate names no address',
    cause:
      'The session target is an address and the certificate of the peer names none, so only its chain could be checked.',
    remedy: 'Use a dns: session target, or have the certificate name the address.',
  },
  PURPOSE_ACCEPTED: {
    severity: 4,
    text: 'Peer accepted in spite of its purpose: {reason}',
    cause: 'peer-purpose of the trustpoint takes certificates that were not issued for this role.',
    remedy: 'None, when it is meant so: public CAs no longer certify clients. Else peer-purpose strict.',
  },
  REVOCATION_FETCH: {
    severity: 4,
    text: '{what} could not be had from {url}: {reason}',
    cause: 'The server of a CRL, or an OCSP responder, is down, lies, or answers what cannot be believed.',
    remedy:
      'Look at the server and the way to it. What is held stays in use until it runs out; revocation-check decides then.',
  },
  STAPLE_UNUSABLE: {
    severity: 5,
    text: 'The OCSP answer a peer stapled to its handshake proves nothing: {reason}',
    cause: 'The peer sent an answer that is old, about another certificate, or not signed by whom it must be.',
    remedy: 'Look at the peer. Its standing is found out as if it had stapled nothing.',
  },
} as const satisfies LogCatalogue;

export type PkiMessages = typeof pkiMessages;

/** Lines IOS prints without severity, as `CRYPTO_PKI:  text`: facility `CRYPTO`. */
export const cryptoMessages = {
  AUTOGEN: {
    severity: 6,
    text: 'Generated new {modulus} bit key pair',
    cause: 'An enrolment found no key pair for its trustpoint and made one.',
    remedy: 'None needed. crypto key generate rsa makes one of another size before enrolment.',
  },
  SHORT_KEY: {
    severity: 4,
    text: 'Key pair {label} has {modulus} bits: keys of fewer than {least} bits cannot be used for TLS here',
    cause: 'An enrolment made a key pair of the size that rsakeypair of its trustpoint asks for.',
    remedy: 'Take the size out of rsakeypair, or give 2048, remove the key pair, and enrol again.',
  },
  REQUEST_FINGERPRINT: {
    severity: 6,
    text: 'CRYPTO_PKI:  Certificate Request Fingerprint {hash}: {fingerprint}',
    cause: 'An enrolment request was sent; the CA administrator can compare the fingerprint before granting.',
    remedy: 'None needed.',
  },
} as const satisfies LogCatalogue;

export type CryptoMessages = typeof cryptoMessages;
