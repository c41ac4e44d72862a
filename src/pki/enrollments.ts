import type { Log } from '../io/index.ts';
import { type AcmeEnrollments, acmeNames } from './acme/acme-enrollments.ts';
import type { Certificate } from './certificate.ts';
import { type Enrollment, type RunningEnrollment, waiting } from './enrollment.ts';
import { type EnrollmentFiles, isFileUrl } from './enrollment-files.ts';
import { forAuthentication, forRenewal } from './enrollment-profile.ts';
import type { TypedParameters } from './http-command.ts';
import { type HttpEnrollments, httpMethod } from './http-enrollments.ts';
import type { CryptoMessages, PkiMessages } from './messages.ts';
import { attempt, done, type Outcome, refused } from './outcome.ts';
import type { ReceivedCertificates } from './received-certificates.ts';
import type { ReadRequest } from './request.ts';
import type { RequestMaker } from './request-maker.ts';
import { makeRenewalRequest } from './router-request.ts';
import { tellSilence } from './scep/silence.ts';
import type { MakeRequest, ScepEnrollments, ScepReceived } from './scep-enrollments.ts';
import type { SelfSigning } from './self-signing.ts';
import type { TrustpointSettings } from './settings.ts';
import type { ShadowKeys } from './shadow-keys.ts';
import type { EnrollmentAnswers, EnrollmentSent, EnrollmentState } from './trustpoint-face.ts';
import type { Trustpoints } from './trustpoints.ts';
import type { WorkQueue } from './work-queue.ts';

export interface EnrollmentsParts {
  readonly trustpoints: Trustpoints;
  readonly shadows: ShadowKeys;
  readonly maker: RequestMaker;
  readonly received: ReceivedCertificates;
  readonly scep: ScepEnrollments;
  readonly acme: AcmeEnrollments;
  readonly http: HttpEnrollments;
  readonly selfSigning: SelfSigning;
  readonly files: EnrollmentFiles;
  readonly queue: WorkQueue;
  readonly log: Log<PkiMessages>;
  readonly cryptoLog: Log<CryptoMessages>;
  /** The challenge password that a trustpoint is configured with. */
  readonly passwordOf: (settings: TrustpointSettings) => string | undefined;
}

interface Begun {
  readonly enrollment: RunningEnrollment & { start(): Promise<EnrollmentState> };
  readonly request: ReadRequest;
}

/** The enrolments under way over the network, one a trustpoint: by SCEP or ACME, the first time and when it is renewed. */
export class Enrollments {
  readonly #parts: EnrollmentsParts;
  readonly #under = new Map<string, RunningEnrollment>();
  /** Not asked for since. */
  readonly #resumed = new Set<Enrollment>();
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

  /** Takes up what a reload interrupted. */
  async resume(): Promise<void> {
    for (const [name, enrollment] of await this.#parts.scep.resume()) {
      this.#under.set(name, enrollment);
      this.#resumed.add(enrollment);
    }
  }

  /** Nobody knows how long the reload took: the CA is asked at once, or as soon as dates can be judged by the clock. */
  hurry(isReady: () => boolean): void {
    if (this.#resumed.size === 0 || !isReady()) return;
    for (const enrollment of this.#resumed) enrollment.hurry();
    this.#resumed.clear();
  }

  async fetchCa(name: string, router: string, typed?: TypedParameters): Promise<Outcome<readonly Certificate[]>> {
    const { trustpoints, files, scep, http, log } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const asked = forAuthentication(settings.value);
    if (isFileUrl(asked)) return files.readCa(asked, router);
    const method = httpMethod(asked);
    const fetched = method === undefined ? await scep.fetchCa(asked) : await http.fetchCa(asked, method, typed);
    if (fetched.ok) return fetched;
    if (fetched.silence !== undefined) tellSilence(log, fetched.silence, name, fetched.reason);
    else log('CA_ANSWER', { name, reason: fetched.reason });
    return fetched;
  }

  async enroll(name: string, answers: EnrollmentAnswers): Promise<Outcome<EnrollmentSent>> {
    const { trustpoints, acme, maker } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const { method } = settings.value.enrollment;
    if (method?.kind === 'acme') {
      return this.#run(name, await acme.begin(settings.value, method, acmeNames(settings.value, answers), answers));
    }
    const make: MakeRequest = (hash) => maker.make(settings.value, answers, hash);
    return this.#ask(settings.value, make, undefined, answers.parameters);
  }

  /** By the command of a profile, or by SCEP. */
  async #ask(
    settings: TrustpointSettings,
    make: MakeRequest,
    renewing?: Certificate,
    typed?: TypedParameters,
  ): Promise<Outcome<EnrollmentSent>> {
    const method = httpMethod(settings);
    return method === undefined
      ? this.#enrollScep(settings, make, renewing)
      : this.#run(settings.name, await this.#parts.http.begin(settings, method, make, typed));
  }

  async #enrollScep(
    settings: TrustpointSettings,
    make: MakeRequest,
    renewing?: Certificate,
    forNext = false,
  ): Promise<Outcome<EnrollmentSent>> {
    if (settings.ecKeyPair !== undefined) {
      return refused(
        'a CA encrypts its SCEP answer for the key of the request, and an EC key cannot decrypt; use enrollment terminal',
      );
    }
    return this.#run(settings.name, await this.#parts.scep.begin(settings, make, renewing, forNext));
  }

  async #run(name: string, begun: Outcome<Begun>): Promise<Outcome<EnrollmentSent>> {
    if (!begun.ok) return begun;
    const { enrollment, request } = begun.value;
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
  received(name: string, { certificate, forNext, request, isRenewal }: ScepReceived): boolean {
    const { trustpoints, received, scep } = this.#parts;
    if (forNext) {
      const kept = received.store(name, () => trustpoints.setRollover(name, certificate));
      scep.forget(name);
      return kept;
    }
    const stored = received.store(name, () => trustpoints.setIdentity(name, certificate, 'identity'));
    if (stored) scep.dropExpired(name);
    const isFirst = stored && this.#askSecond(name, request, isRenewal ? certificate : undefined);
    // Until the second waits on disk in its place: who is killed in between comes here again.
    if (!isFirst) scep.forget(name);
    return stored;
  }

  /** Two usage keys have two certificates: behind the one that signs comes the one for encryption, vouched for by it in a renewal. */
  #askSecond(name: string, first: ReadRequest, renewing?: Certificate): boolean {
    const { trustpoints, maker } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return false;
    const { value } = settings;
    const second = maker.second({ request: first }, this.#parts.passwordOf(value));
    if (second === undefined) return false;
    void this.#sendSecond(renewing !== undefined ? forRenewal(value) : value, async () => second, renewing);
    return true;
  }

  /** Behind the writing of the first, and not in the queue: no writing waits for a CA. */
  async #sendSecond(settings: TrustpointSettings, make: MakeRequest, renewing?: Certificate): Promise<void> {
    const { queue, scep, log } = this.#parts;
    const { name } = settings;
    await queue.reached();
    const sent = await attempt(() => this.#enrollScep(settings, make, renewing));
    if (sent.ok) return;
    scep.forget(name);
    log('CERTFAIL', { name, reason: sent.reason });
  }

  /** Asks for our certificate anew, for what it says already. */
  async renew(name: string): Promise<Outcome<EnrollmentSent['state']>> {
    const { trustpoints, shadows, acme, selfSigning, log } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const { value } = settings;
    const { identity } = trustpoints.chain(name);
    if (identity === undefined) return refused('there is no certificate to renew');
    log('CERTRENEWAUTO', { name });
    const key = await shadows.forRenewal(value);
    if (!key.ok) return key;
    const { method } = value.enrollment;
    if (method?.kind === 'selfsigned') return selfSigning.renew(value, identity, key.value);
    const names = identity.alternativeNames?.dns ?? [];
    const password = this.#parts.passwordOf(value);
    const make: MakeRequest = async (hash) => makeRenewalRequest(value, identity, key.value, password, hash);
    const sent =
      method?.kind === 'acme'
        ? await this.#run(name, await acme.begin(value, method, names, key.value))
        : await this.#ask(forRenewal(value), make, identity);
    return sent.ok ? done(sent.value.state) : sent;
  }

  /** Asks the CA that follows for a certificate like ours, on the same key: its shadow until that CA is in force. */
  async enrollNext(name: string): Promise<Outcome<EnrollmentSent['state']>> {
    const { trustpoints } = this.#parts;
    const settings = trustpoints.find(name);
    if (!settings.ok) return settings;
    const { identity } = trustpoints.chain(name);
    const key = trustpoints.keyOf(settings.value);
    if (identity === undefined || key === undefined) return refused('there is no certificate to renew');
    const password = this.#parts.passwordOf(settings.value);
    const make: MakeRequest = async (hash) => makeRenewalRequest(settings.value, identity, key, password, hash);
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

  /** Ends an enrolment for good. */
  cancel(name: string): void {
    if (!this.#under.has(name)) return;
    this.#under.get(name)?.cancel();
    this.#under.delete(name);
    this.#parts.scep.forget(name);
  }

  /** Stops all of them; those over SCEP go on after a reload. */
  stop(): void {
    this.#isStopped = true;
    for (const enrollment of this.#under.values()) enrollment.cancel();
    this.#under.clear();
    this.#resumed.clear();
  }
}
