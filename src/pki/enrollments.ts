import type { Clock, HttpClient, Log } from '../io/index.ts';
import type { AccountStore } from './acme/account-store.ts';
import { AcmeEnrollment } from './acme/acme-enrollment.ts';
import type { Challenges } from './acme/challenges.ts';
import { type Certificate, certificatePem, isIssuedBy, readCertificate } from './certificate.ts';
import { type Enrollment, type RunningEnrollment, waiting } from './enrollment.ts';
import { type EnrollmentFiles, isFileUrl } from './enrollment-files.ts';
import { forAuthentication, forRenewal } from './enrollment-profile.ts';
import { issueCertificate } from './issue.ts';
import type { KeyPair } from './key-pair.ts';
import type { KeyStore } from './key-store.ts';
import type { CryptoMessages, PkiMessages } from './messages.ts';
import { attempt, done, type Outcome, refused } from './outcome.ts';
import { readPastedCertificates } from './paste.ts';
import type { ReadRequest } from './request.ts';
import {
  encryptionPair,
  ensureKey,
  makeNamesRequest,
  makeRenewalRequest,
  makeRouterRequest,
  type RouterRequest,
} from './router-request.ts';
import { tellSilence } from './scep/silence.ts';
import type { ScepEnrollments } from './scep-enrollments.ts';
import type { AcmeMethod, HashName, TrustpointSettings } from './settings.ts';
import type { ShadowKeys } from './shadow-keys.ts';
import { anchorsOf } from './trustpoint.ts';
import type { EnrollmentAnswers, EnrollmentSent, EnrollmentState } from './trustpoint-face.ts';
import type { Trustpoints } from './trustpoints.ts';
import type { WorkQueue } from './work-queue.ts';

const selfSignedYears = 10;
const dayMs = 86_400_000;

type Refusal = ReturnType<typeof refused>;
type MakeRequest = (hash: HashName) => Promise<Outcome<RouterRequest>>;

export interface EnrollmentsParts {
  readonly trustpoints: Trustpoints;
  readonly keys: KeyStore;
  readonly shadows: ShadowKeys;
  readonly scep: ScepEnrollments;
  readonly enrollmentFiles: EnrollmentFiles;
  readonly accounts: AccountStore;
  readonly challenges: Challenges;
  /** HTTP of a trustpoint, from the address it is to ask from. */
  readonly httpFor: (settings: TrustpointSettings) => HttpClient;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
  readonly cryptoLog: Log<CryptoMessages>;
  /** A password of type 6 in clear; undefined when there is no key to it. */
  readonly openPassword: (sealed: string) => string | undefined;
}

/** Every way by which a trustpoint comes to a certificate: SCEP, ACME, files, cut and paste, or its own signature. One enrolment a trustpoint. */
export class Enrollments {
  readonly #parts: EnrollmentsParts;
  readonly #under = new Map<string, RunningEnrollment>();
  /** What makes the second request of usage keys, once the first is granted. */
  readonly #seconds = new Map<string, MakeRequest>();
  #isStopped = false;

  constructor(parts: EnrollmentsParts) {
    this.#parts = parts;
  }

  /** State of the last enrolment over the network; undefined when there was none. */
  state(name: string): EnrollmentState | undefined {
    return this.#under.get(name)?.state;
  }

  /** When the CA is asked again, milliseconds since the epoch. */
  due(name: string): number | undefined {
    return this.#under.get(name)?.due;
  }

  /** How long the CA wants to be left alone. */
  retryAfterMs(name: string): number {
    return this.#under.get(name)?.retryAfterMs ?? 0;
  }

  /** Goes on with what a reload interrupted. */
  async resume(): Promise<void> {
    for (const [name, enrollment] of await this.#parts.scep.resume()) this.#under.set(name, enrollment);
  }

  async fetchCa(name: string, router: string): Promise<Outcome<readonly Certificate[]>> {
    const { trustpoints, enrollmentFiles, scep, log } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const asked = forAuthentication(settings.value);
    if (isFileUrl(asked)) return enrollmentFiles.readCa(asked, router);
    const fetched = await scep.fetchCa(asked);
    if (fetched.ok) return fetched;
    if (fetched.silence !== undefined) tellSilence(log, fetched.silence, name, fetched.reason);
    else log('CA_ANSWER', { name, reason: fetched.reason });
    return fetched;
  }

  async enroll(name: string, answers: EnrollmentAnswers): Promise<Outcome<EnrollmentSent>> {
    const settings = this.#parts.trustpoints.find(name);
    if (!settings.ok) return settings;
    const { method } = settings.value.enrollment;
    if (method?.kind === 'acme')
      return this.#enrollAcme(settings.value, method, acmeNames(settings.value, answers), answers);
    const second = (hash: HashName): Promise<Outcome<RouterRequest>> =>
      this.#makeRequest(settings.value, answers, hash, 'encryption');
    this.#seconds.set(name, second);
    return this.#enrollScep(settings.value, (hash) => this.#makeRequest(settings.value, answers, hash));
  }

  async #enrollScep(
    settings: TrustpointSettings,
    make: (hash: HashName) => Promise<Outcome<RouterRequest>>,
    renewing?: Certificate,
    forNext = false,
  ): Promise<Outcome<EnrollmentSent>> {
    if (settings.ecKeyPair !== undefined) {
      return refused(
        'a CA encrypts its SCEP answer for the key of the request, and an EC key cannot decrypt; use enrollment terminal',
      );
    }
    const begun = await this.#parts.scep.begin(settings, make, renewing, forNext);
    return begun.ok ? this.#run(settings.name, begun.value.enrollment, begun.value.request) : begun;
  }

  async #enrollAcme(
    settings: TrustpointSettings,
    method: AcmeMethod,
    names: readonly string[],
    keySource: Pick<EnrollmentAnswers, 'defaultKeyLabel'> | KeyPair,
  ): Promise<Outcome<EnrollmentSent>> {
    const { trustpoints, keys, cryptoLog } = this.#parts;
    const { name } = settings;
    const anchors = anchorsOf(trustpoints.chain(name));
    if (anchors.length === 0) return refused('the certificate authority is not authenticated');
    if (names.length === 0) return refused('no name to ask for: set fqdn or subject-alt-name');
    const trust = this.#trustOf(settings, method);
    if (!trust.ok) return trust;
    const key = 'privateKey' in keySource ? done(keySource) : await ensureKey(settings, keySource, keys, cryptoLog);
    const made = key.ok ? makeNamesRequest(settings, names, key.value) : key;
    if (!made.ok) return made;
    const { request } = made.value;
    const received = (certificate: Certificate, between: readonly Certificate[]): boolean =>
      this.#store(name, () => trustpoints.setChain(name, certificate, between));
    const server = { url: method.url, trust: trust.value };
    const plan = { trustpoint: name, server, contact: method.contact, names, request, anchors };
    return this.#run(
      name,
      new AcmeEnrollment({ ...this.#parts, http: this.#parts.httpFor(settings), received }, plan),
      request,
    );
  }

  /** Whom the https of an ACME server must chain to. */
  #trustOf({ name }: TrustpointSettings, { hostTrust, trustpoint }: AcmeMethod): Outcome<readonly string[] | 'host'> {
    if (hostTrust) return done('host');
    const anchors = anchorsOf(this.#parts.trustpoints.chain(trustpoint ?? name));
    if (anchors.length === 0) return refused(`trustpoint ${trustpoint ?? name} has no CA certificate to trust`);
    return done(anchors.map(certificatePem));
  }

  async #run(
    name: string,
    enrollment: Enrollment | AcmeEnrollment,
    request: ReadRequest,
  ): Promise<Outcome<EnrollmentSent>> {
    if (this.#isStopped) return refused('the gateway stops');
    this.#under.get(name)?.cancel();
    this.#under.set(name, enrollment);
    const { requestMd5, requestSha1 } = waiting('sent', request);
    this.#parts.cryptoLog('REQUEST_FINGERPRINT', { hash: 'MD5', fingerprint: requestMd5 });
    this.#parts.cryptoLog('REQUEST_FINGERPRINT', { hash: 'SHA1', fingerprint: requestSha1 });
    const after = (await enrollment.start()).state;
    return done({ requestMd5, requestSha1, state: after === 'sent' || after === 'none' ? 'pending' : after });
  }

  /** What SCEP brought, and whether it could be stored. */
  received(name: string, certificate: Certificate, forNext: boolean): boolean {
    if (forNext) return this.#store(name, () => this.#parts.trustpoints.setRollover(name, certificate));
    const stored = this.#store(name, () => this.#parts.trustpoints.setIdentity(name, certificate, 'identity'));
    if (stored) this.#parts.scep.dropExpired(name);
    if (stored) this.#askSecond(name, certificate);
    return stored;
  }

  /** Two usage keys have two certificates: behind the one that signs comes the one for encryption. */
  #askSecond(name: string, first: Certificate): void {
    const { trustpoints, keys } = this.#parts;
    const asked = this.#seconds.get(name);
    const make = asked ?? this.#renewSecond(name);
    this.#seconds.delete(name);
    const settings = trustpoints.find(name);
    const key = keys.withPublicKey(first.publicKeyDer);
    const isSigning = key?.usage === 'signature' && encryptionPair(key, keys).ok;
    if (!isSigning || make === undefined || !settings.ok) return;
    // The renewed certificate vouches for the other.
    void this.#sendSecond(settings.value, make, asked === undefined ? first : undefined);
  }

  /** Behind the writing of the first, and not in the queue: no writing waits for a CA. */
  async #sendSecond(settings: TrustpointSettings, make: MakeRequest, renewing?: Certificate): Promise<void> {
    const { queue, log } = this.#parts;
    await queue.reached();
    const sent = await attempt(() => this.#enrollScep(settings, make, renewing));
    if (!sent.ok) log('CERTFAIL', { name: settings.name, reason: sent.reason });
  }

  #renewSecond(name: string): MakeRequest | undefined {
    const { trustpoints, keys } = this.#parts;
    const { encryption } = trustpoints.chain(name);
    const settings = trustpoints.find(name);
    const key = encryption && keys.withPublicKey(encryption.publicKeyDer);
    if (encryption === undefined || key === undefined || !settings.ok) return undefined;
    const { value } = settings;
    return async (hash) => makeRenewalRequest(value, encryption, key, this.passwordOf(value), hash);
  }

  /** Commits, and when the certificate is on disk gives its key the label it is to have. */
  #store(name: string, commit: () => Outcome<void>): boolean {
    const { log, scep } = this.#parts;
    const stored = commit().ok;
    if (stored) {
      log('CERTRET');
      log('NOCONFIGAUTOSAVE');
      this.settleKey(name);
    }
    scep.forget(name);
    return stored;
  }

  /** Behind the writing of the certificate that the last commit caused. */
  settleKey(name: string): void {
    const { trustpoints, shadows, queue } = this.#parts;
    const settings = trustpoints.find(name);
    if (settings.ok) queue.add(() => shadows.settle(settings.value));
  }

  /** Asks for our certificate anew, for what it says already. */
  async renew(name: string): Promise<Outcome<EnrollmentSent['state']>> {
    const { trustpoints, shadows, log } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const { identity } = trustpoints.chain(name);
    if (identity === undefined) return refused('there is no certificate to renew');
    log('CERTRENEWAUTO', { name });
    const key = await shadows.forRenewal(settings.value);
    if (!key.ok) return key;
    const { method } = settings.value.enrollment;
    if (method?.kind === 'selfsigned') return this.#renewSelfSigned(settings.value, identity, key.value);
    const names = identity.alternativeNames?.dns ?? [];
    const sent =
      method?.kind === 'acme'
        ? await this.#enrollAcme(settings.value, method, names, key.value)
        : await this.#enrollScep(
            forRenewal(settings.value),
            async (hash) =>
              makeRenewalRequest(settings.value, identity, key.value, this.passwordOf(settings.value), hash),
            identity,
          );
    return sent.ok ? done(sent.value.state) : sent;
  }

  /** The challenge password it is configured with, in clear. */
  passwordOf({ password, sealedPassword }: TrustpointSettings): string | undefined {
    return sealedPassword === undefined ? password : this.#parts.openPassword(sealedPassword);
  }

  #renewSelfSigned(settings: TrustpointSettings, old: Certificate, key: KeyPair): Outcome<'granted' | 'failed'> {
    const made = makeRenewalRequest(settings, old, key, undefined);
    if (!made.ok) return made;
    const stored = this.#storeSelfSigned(settings, made.value, serialAfter(old));
    if (!stored.ok) return stored;
    this.#parts.log('NOCONFIGAUTOSAVE');
    this.settleKey(settings.name);
    return done('granted');
  }

  /** Asks the CA that follows for a certificate like ours, on the same key: its shadow until that CA is in force. */
  async enrollNext(name: string): Promise<Outcome<EnrollmentSent['state']>> {
    const { trustpoints } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const { identity } = trustpoints.chain(name);
    const key = trustpoints.keyOf(settings.value);
    if (identity === undefined || key === undefined) return refused('there is no certificate to renew');
    const password = this.passwordOf(settings.value);
    const make = async (hash: HashName): Promise<Outcome<RouterRequest>> =>
      makeRenewalRequest(settings.value, identity, key, password, hash);
    const sent = await this.#enrollScep(settings.value, make, identity, true);
    return sent.ok ? done(sent.value.state) : sent;
  }

  /** The CA that follows is in force: so is the certificate we have of it. */
  rollOver(name: string): Outcome<void> {
    const { trustpoints, scep, log } = this.#parts;
    const taken = trustpoints.rollOver(name);
    if (!taken.ok) return taken;
    log('ROLLED_OVER', { name });
    log('NOCONFIGAUTOSAVE');
    scep.dropExpired(name);
    return taken;
  }

  fetchNextCa(name: string): Promise<Outcome<void>> {
    const settings = this.#parts.trustpoints.find(name);
    return settings.ok ? this.#parts.scep.fetchNextCa(settings.value) : Promise.resolve(settings);
  }

  /** PKCS#10, DER, for cut and paste. */
  async request(name: string, answers: EnrollmentAnswers, purpose?: 'encryption'): Promise<Outcome<Buffer>> {
    const settings = this.#parts.trustpoints.find(name);
    const made = settings.ok ? await this.#makeRequest(settings.value, answers, undefined, purpose) : settings;
    return made.ok ? done(made.value.request.der) : made;
  }

  /** Writes the request where the enrolment URL says; gives the file's URL. */
  async writeRequest(name: string, answers: EnrollmentAnswers, router: string): Promise<Outcome<string>> {
    const settings = this.#parts.trustpoints.find(name);
    const made = settings.ok
      ? (this.#isSplit(settings.value, answers) ?? (await this.#makeRequest(settings.value, answers)))
      : settings;
    if (!settings.ok) return settings;
    return made.ok ? this.#parts.enrollmentFiles.writeRequest(settings.value, router, made.value.request.der) : made;
  }

  /** Reads the issued certificate from where the enrolment URL says, and stores it. */
  async importFromFile(name: string, router: string): Promise<Outcome<void>> {
    const settings = this.#parts.trustpoints.find(name);
    if (!settings.ok) return settings;
    const read = await this.#parts.enrollmentFiles.readCertificate(settings.value, router);
    return read.ok ? this.#import(name, read.value) : read;
  }

  #makeRequest(
    settings: TrustpointSettings,
    answers: EnrollmentAnswers,
    hash?: HashName,
    purpose?: 'encryption',
  ): Promise<Outcome<RouterRequest>> {
    const server = this.#parts.trustpoints.settings.servers.get(settings.name);
    const authority = server?.mode === 'sub-cs' && { authorityName: server.issuerName ?? `cn=${server.name}` };
    return makeRouterRequest(
      settings,
      { ...answers, ...authority },
      this.#parts.keys,
      this.#parts.cryptoLog,
      hash,
      purpose,
    );
  }

  /** Where one certificate is all there can be. */
  #isSplit({ rsaKeyPair, ecKeyPair }: TrustpointSettings, { defaultKeyLabel }: EnrollmentAnswers): Refusal | undefined {
    const pairs = ecKeyPair === undefined ? this.#parts.keys.pairs(rsaKeyPair?.label ?? defaultKeyLabel, 'rsa') : [];
    return pairs.some(({ usage }) => usage === 'encryption')
      ? refused('usage keys ask for two certificates: enroll over http or by terminal, or make general-keys instead')
      : undefined;
  }

  async selfSign(name: string, answers: EnrollmentAnswers): Promise<Outcome<void>> {
    const settings = this.#parts.trustpoints.find(name);
    if (!settings.ok) return settings;
    const made = this.#isSplit(settings.value, answers) ?? (await this.#makeRequest(settings.value, answers));
    return made.ok ? this.#storeSelfSigned(settings.value, made.value, 1) : made;
  }

  #storeSelfSigned(settings: TrustpointSettings, made: RouterRequest, serial: number): Outcome<void> {
    const { trustpoints, clock } = this.#parts;
    const read = readCertificate(selfSigned(made, settings, clock.now(), serial));
    return read.ok ? trustpoints.setIdentity(settings.name, read.value, 'self-signed') : read;
  }

  importCertificate(name: string, text: string): Outcome<void> {
    const read = readPastedCertificates(text);
    return read.ok ? this.#import(name, read.value) : read;
  }

  #import(name: string, certificates: readonly Certificate[]): Outcome<void> {
    const { trustpoints, keys } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const { ca, others } = trustpoints.chain(name);
    if (ca === undefined) return refused('the certificate authority is not authenticated');
    const ours = certificates.find((one) => keys.withPublicKey(one.publicKeyDer) !== undefined);
    if (ours === undefined) return refused('the certificate carries none of our keys');
    if (![ca, ...others].some((authority) => isIssuedBy(ours, authority))) {
      return refused('the certificate is not issued by the authenticated CA');
    }
    this.cancel(name);
    return trustpoints.setIdentity(name, ours, 'identity');
  }

  /** Ends an enrolment for good. */
  cancel(name: string): void {
    if (!this.#under.has(name)) return;
    this.#seconds.delete(name);
    this.#under.get(name)?.cancel();
    this.#under.delete(name);
    this.#parts.scep.forget(name);
  }

  /** Stops all of them; those over SCEP go on after a reload. */
  stop(): void {
    this.#isStopped = true;
    for (const enrollment of this.#under.values()) enrollment.cancel();
    this.#under.clear();
  }
}

/** What an ACME server is asked for: DNS names only. */
function acmeNames({ subjectAltName, fqdn }: TrustpointSettings, answers: EnrollmentAnswers): readonly string[] {
  const name = subjectAltName ?? (fqdn === 'none' ? undefined : (fqdn ?? answers.fqdn));
  return name !== undefined && /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/i.test(name) ? [name.toLowerCase()] : [];
}

/** The number behind that of an old certificate, small as self-signed ones are. */
function serialAfter({ serial }: Certificate): number {
  const number = Number.parseInt(serial, 16) + 1;
  return Number.isSafeInteger(number) ? number : 1;
}

function selfSigned(
  { request, privateKey }: RouterRequest,
  { hash }: TrustpointSettings,
  now: number,
  serial: number,
): Buffer {
  return issueCertificate({
    serial,
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
