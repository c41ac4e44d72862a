import type { Clock, HttpClient, Log } from '../../io/index.ts';
import { type Certificate, certificatePem } from '../certificate.ts';
import type { KeyPair } from '../key-pair.ts';
import type { KeyStore } from '../key-store.ts';
import type { CryptoMessages, PkiMessages } from '../messages.ts';
import { done, type Outcome, refused } from '../outcome.ts';
import type { ReceivedCertificates } from '../received-certificates.ts';
import type { ReadRequest } from '../request.ts';
import { ensureKey, makeNamesRequest } from '../router-request.ts';
import type { AcmeMethod, TrustpointSettings } from '../settings.ts';
import { anchorsOf } from '../trustpoint.ts';
import type { EnrollmentAnswers } from '../trustpoint-face.ts';
import type { Trustpoints } from '../trustpoints.ts';
import { parseX500 } from '../x500-name.ts';
import type { AccountStore } from './account-store.ts';
import { AcmeEnrollment } from './acme-enrollment.ts';
import type { Challenges } from './challenges.ts';

const domainName = /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/i;

export interface AcmeEnrollmentsParts {
  readonly trustpoints: Trustpoints;
  readonly keys: KeyStore;
  readonly received: ReceivedCertificates;
  readonly accounts: AccountStore;
  readonly challenges: Challenges;
  /** HTTP of a trustpoint, from the address it is to ask from. */
  readonly httpFor: (settings: TrustpointSettings) => HttpClient;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
  readonly cryptoLog: Log<CryptoMessages>;
}

/** Enrolments by ACME: whose names, on which key, and whom the server must prove to be. */
export class AcmeEnrollments {
  readonly #parts: AcmeEnrollmentsParts;

  constructor(parts: AcmeEnrollmentsParts) {
    this.#parts = parts;
  }

  /** On the pair given, or on that of the trustpoint, which is made when there is none. */
  async begin(
    settings: TrustpointSettings,
    method: AcmeMethod,
    names: readonly string[],
    keySource: Pick<EnrollmentAnswers, 'defaultKeyLabel'> | KeyPair,
  ): Promise<Outcome<{ readonly enrollment: AcmeEnrollment; readonly request: ReadRequest }>> {
    const { trustpoints, keys, received, cryptoLog } = this.#parts;
    const { name } = settings;
    const anchors = anchorsOf(trustpoints.chain(name));
    if (anchors.length === 0) return refused('the certificate authority is not authenticated');
    if (names.length === 0) return refused('no name to ask for: set fqdn or subject-alt-name');
    const trust = this.#trustOf(settings, method);
    if (!trust.ok) return trust;
    const key = 'privateKey' in keySource ? done(keySource) : await ensureKey(settings, keySource, keys, cryptoLog);
    if (!key.ok) return key;
    if (keys.encryptionBeside(key.value) !== undefined) {
      return refused('an ACME server gives one certificate, and usage keys ask for two: make general-keys instead');
    }
    const made = makeNamesRequest(settings, names, key.value);
    if (!made.ok) return made;
    const { request } = made.value;
    const server = { url: method.url, trust: trust.value };
    const parts = {
      ...this.#parts,
      http: this.#parts.httpFor(settings),
      received: (certificate: Certificate, between: readonly Certificate[]): boolean =>
        received.store(name, () => trustpoints.setChain(name, certificate, between)),
    };
    const plan = { trustpoint: name, server, contact: method.contact, names, request, anchors };
    return done({ enrollment: new AcmeEnrollment(parts, plan), request });
  }

  /** Whom the https of an ACME server must chain to. */
  #trustOf({ name }: TrustpointSettings, { hostTrust, trustpoint }: AcmeMethod): Outcome<readonly string[] | 'host'> {
    if (hostTrust) return done('host');
    const anchors = anchorsOf(this.#parts.trustpoints.chain(trustpoint ?? name));
    if (anchors.length === 0) return refused(`trustpoint ${trustpoint ?? name} has no CA certificate to trust`);
    return done(anchors.map(certificatePem));
  }
}

/**
 * What an ACME server is asked for: the DNS names that the trustpoint says, in `subject-name`, `fqdn` and `subject-alt-name`;
 * that of the router where it says none.
 */
export function acmeNames(
  { subjectName, subjectAltNames = [], fqdn }: TrustpointSettings,
  answers: Pick<EnrollmentAnswers, 'fqdn'>,
): readonly string[] {
  const subject = subjectName === undefined ? done([]) : parseX500(subjectName);
  const common = subject.ok ? subject.value.filter(({ type }) => type.toLowerCase() === 'cn') : [];
  const said = [...common.map(({ value }) => value), ...(fqdn === undefined ? [] : [fqdn]), ...subjectAltNames];
  const names = said.filter((name) => domainName.test(name));
  const all =
    names.length > 0 || fqdn === 'none' ? names : [answers.fqdn ?? ''].filter((name) => domainName.test(name));
  return [...new Set(all.map((name) => name.toLowerCase()))];
}
