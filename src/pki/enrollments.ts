import type { Clock, Log } from '../io/index.ts';
import { type Certificate, isIssuedBy, readCertificate } from './certificate.ts';
import { Enrollment } from './enrollment.ts';
import type { EnrollmentAnswers, EnrollmentSent, EnrollmentState } from './face.ts';
import { issueCertificate } from './issue.ts';
import type { KeyStore } from './key-store.ts';
import type { CryptoMessages, PkiMessages } from './messages.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { readPastedCertificates } from './paste.ts';
import { makeRouterRequest, type RouterRequest } from './router-request.ts';
import type { ScepClient } from './scep/client.ts';
import type { TrustpointSettings } from './settings.ts';
import type { Trustpoints } from './trustpoints.ts';

const selfSignedYears = 10;
const dayMs = 86_400_000;

export interface EnrollmentsParts {
  readonly trustpoints: Trustpoints;
  readonly keys: KeyStore;
  readonly client: ScepClient;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
  readonly cryptoLog: Log<CryptoMessages>;
}

/** Every way by which a trustpoint comes to a certificate: SCEP, cut and paste, or its own signature. One enrolment a trustpoint. */
export class Enrollments {
  readonly #parts: EnrollmentsParts;
  readonly #under = new Map<string, Enrollment>();

  constructor(parts: EnrollmentsParts) {
    this.#parts = parts;
  }

  /** State of the last enrolment over SCEP; undefined when there was none. */
  state(name: string): EnrollmentState | undefined {
    return this.#under.get(name)?.state;
  }

  async fetchCa(name: string): Promise<Outcome<readonly Certificate[]>> {
    const settings = this.#parts.trustpoints.find(name);
    const url = settings.ok ? scepUrl(settings.value) : settings;
    if (!url.ok) return url;
    const fetched = await this.#parts.client.fetchCa(url.value, name);
    if (fetched.unreachable) this.#parts.log('SOCKETSEND');
    else if (!fetched.ok) this.#parts.log('CA_ANSWER', { name, reason: fetched.reason });
    return fetched;
  }

  async enroll(name: string, answers: EnrollmentAnswers): Promise<Outcome<EnrollmentSent>> {
    const { trustpoints, client, clock, log } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const url = scepUrl(settings.value);
    if (!url.ok) return url;
    if (settings.value.ecKeyPair !== undefined) {
      return refused(
        'a CA encrypts its SCEP answer for the key of the request, and an EC key cannot decrypt; use enrollment terminal',
      );
    }
    const { ca, others } = trustpoints.chain(name);
    if (ca === undefined) return refused('the certificate authority is not authenticated');
    const made = await this.#makeRequest(settings.value, answers);
    if (!made.ok) return made;
    const capabilities = await client.fetchCapabilities(url.value, name);
    const order = { ...made.value, authorities: [ca, ...others], capabilities, now: clock.now() };
    const { retryCount, retryPeriodMinutes } = settings.value.enrollment;
    const received = (certificate: Certificate): void => this.#received(name, certificate);
    const plan = { trustpoint: name, url: url.value, retryCount, retryPeriodMinutes };
    const enrollment = new Enrollment({ client, clock, log, received }, plan, order);
    this.cancel(name);
    this.#under.set(name, enrollment);
    return done(await this.#send(enrollment));
  }

  async #send(enrollment: Enrollment): Promise<EnrollmentSent> {
    const { state } = enrollment;
    const sent = 'requestMd5' in state ? state : { requestMd5: '', requestSha1: '' };
    const { requestMd5, requestSha1 } = sent;
    this.#parts.cryptoLog('REQUEST_FINGERPRINT', { hash: 'MD5', fingerprint: requestMd5 });
    this.#parts.cryptoLog('REQUEST_FINGERPRINT', { hash: 'SHA1', fingerprint: requestSha1 });
    const after = (await enrollment.start()).state;
    return { requestMd5, requestSha1, state: after === 'sent' || after === 'none' ? 'pending' : after };
  }

  #received(name: string, certificate: Certificate): void {
    if (!this.#parts.trustpoints.setIdentity(name, certificate, 'identity').ok) return;
    this.#parts.log('CERTRET');
    this.#parts.log('NOCONFIGAUTOSAVE');
  }

  /** PKCS#10, DER, for cut and paste. */
  async request(name: string, answers: EnrollmentAnswers): Promise<Outcome<Buffer>> {
    const settings = this.#parts.trustpoints.find(name);
    const made = settings.ok ? await this.#makeRequest(settings.value, answers) : settings;
    return made.ok ? done(made.value.request.der) : made;
  }

  #makeRequest(settings: TrustpointSettings, answers: EnrollmentAnswers): Promise<Outcome<RouterRequest>> {
    return makeRouterRequest(settings, answers, this.#parts.keys, this.#parts.cryptoLog);
  }

  async selfSign(name: string, answers: EnrollmentAnswers): Promise<Outcome<void>> {
    const { trustpoints, clock } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const made = await this.#makeRequest(settings.value, answers);
    if (!made.ok) return made;
    const read = readCertificate(selfSigned(made.value, settings.value, clock.now()));
    return read.ok ? trustpoints.setIdentity(name, read.value, 'self-signed') : read;
  }

  importCertificate(name: string, text: string): Outcome<void> {
    const { trustpoints, keys } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const read = readPastedCertificates(text);
    if (!read.ok) return read;
    const { ca, others } = trustpoints.chain(name);
    if (ca === undefined) return refused('the certificate authority is not authenticated');
    const ours = read.value.find((one) => keys.withPublicKey(one.publicKeyDer) !== undefined);
    if (ours === undefined) return refused('the certificate carries none of our keys');
    if (![ca, ...others].some((authority) => isIssuedBy(ours, authority))) {
      return refused('the certificate is not issued by the authenticated CA');
    }
    this.cancel(name);
    return trustpoints.setIdentity(name, ours, 'identity');
  }

  cancel(name: string): void {
    this.#under.get(name)?.cancel();
    this.#under.delete(name);
  }

  cancelAll(): void {
    for (const name of [...this.#under.keys()]) this.cancel(name);
  }
}

function scepUrl({ enrollment: { method } }: TrustpointSettings): Outcome<string> {
  if (method?.kind !== 'url') return refused('the trustpoint has no enrollment url');
  return /^http:\/\//i.test(method.url) ? done(method.url) : refused('only http enrollment is supported');
}

function selfSigned({ request, privateKey }: RouterRequest, { hash }: TrustpointSettings, now: number): Buffer {
  return issueCertificate({
    serial: 1,
    subject: request.subjectName,
    publicKey: request.publicKeyDer,
    issuer: { name: request.subjectName, privateKey, publicKey: request.publicKeyDer },
    notBefore: now,
    notAfter: now + selfSignedYears * 365 * dayMs,
    hash: hash ?? 'sha256',
    kind: 'router',
    alternativeNames: request.alternativeNames,
  });
}
