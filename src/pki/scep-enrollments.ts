import type { Clock, Log } from '../io/index.ts';
import { type Certificate, isIssuedBy } from './certificate.ts';
import { Enrollment, type EnrollmentProgress, waiting } from './enrollment.ts';
import { forRenewal } from './enrollment-profile.ts';
import type { KeyStore } from './key-store.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, refused } from './outcome.ts';
import type { PendingEnrollment, PendingEnrollments } from './pending-enrollments.ts';
import { type PasswordSeal, redacted, restored } from './pending-request.ts';
import type { ReadRequest } from './request.ts';
import type { RouterRequest } from './router-request.ts';
import { type Capabilities, weakness } from './scep/capabilities.ts';
import type { FetchedCa, ScepClient } from './scep/client.ts';
import { type EnrollmentOrder, transactionId } from './scep/transaction.ts';
import type { HashName, TrustpointSettings } from './settings.ts';
import { authorityGroups } from './trustpoint.ts';
import type { Trustpoints } from './trustpoints.ts';
import type { WorkQueue } from './work-queue.ts';

export interface ScepEnrollmentsParts {
  readonly trustpoints: Trustpoints;
  readonly keys: KeyStore;
  /** Asks from the address that the trustpoint is to ask from. */
  readonly clientFor: (settings: TrustpointSettings) => ScepClient;
  readonly pending: PendingEnrollments;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
  /** For challenge passwords that wait on disk. */
  readonly seal: PasswordSeal;
  /** Challenge password that a trustpoint is configured with. */
  readonly passwordOf: (settings: TrustpointSettings) => string | undefined;
  /** Stores what was granted; false: it could not. */
  readonly received: (name: string, received: ScepReceived) => boolean;
}

/** A certificate that was granted, with what was asked. */
export interface ScepReceived {
  readonly certificate: Certificate;
  /** As far as it is still known: after a reload perhaps without its challenge password. */
  readonly request: ReadRequest;
  readonly isRenewal: boolean;
  /** Of the CA that follows. */
  readonly forNext: boolean;
}

/** Who gives the certificate, and who may sign the answer besides. */
type Parties = Pick<EnrollmentOrder, 'authorities' | 'signers'>;

/** What makes the request once it is known which hash the CA can read. */
export type MakeRequest = (hash: HashName) => Promise<Outcome<RouterRequest>>;

/** Enrolments over SCEP: asks the CA what it can, begins them, and keeps each in NVRAM while it has no answer. */
export class ScepEnrollments {
  readonly #parts: ScepEnrollmentsParts;

  constructor(parts: ScepEnrollmentsParts) {
    this.#parts = parts;
  }

  async fetchCa(settings: TrustpointSettings): Promise<FetchedCa> {
    const url = scepUrl(settings);
    return url.ok ? this.#parts.clientFor(settings).fetchCa(url.value, settings.name) : url;
  }

  /**
   * `renewing`: the certificate that is to be renewed, whose key signs when the CA offers that. `forNext`: the CA that follows
   * is asked.
   */
  async begin(
    settings: TrustpointSettings,
    make: MakeRequest,
    renewing?: Certificate,
    forNext = false,
  ): Promise<Outcome<{ readonly enrollment: Enrollment; readonly request: ReadRequest }>> {
    const { trustpoints, log } = this.#parts;
    const client = this.#parts.clientFor(settings);
    const { name } = settings;
    const url = scepUrl(settings);
    if (!url.ok) return url;
    if (trustpoints.chain(name).ca === undefined) return refused('the certificate authority is not authenticated');
    const capabilities = await client.fetchCapabilities(url.value, name);
    const weak = weakness(capabilities);
    if (weak !== undefined) log('WEAK_CA', { name, what: weak });
    const made = await make(capabilities.hash);
    if (!made.ok) return made;
    const old = capabilities.renewal ? renewing : undefined;
    const parties = forNext ? this.#nextParties(name) : { authorities: await this.#authorities(settings, url.value) };
    if (parties.authorities.length === 0) return refused('the CA that follows is not known');
    const order = this.#order(settings, made.value, parties, capabilities, old);
    const kept = redacted(made.value.request, made.value.privateKey, this.#parts.seal);
    if (!kept.ok) return kept;
    const { requestMd5, requestSha1 } = waiting('sent', made.value.request);
    const sent = { transactionId: transactionId(order), requestMd5, requestSha1 };
    const pending = { trustpoint: name, url: url.value, capabilities, ...kept.value, ...sent };
    const renewal = order.renewing !== undefined;
    const enrollment = this.#enrollment(settings, order, { ...pending, renewal, forNext });
    // It is in NVRAM before anything is sent: who is killed while the CA thinks goes on under the same transaction.
    await this.#parts.queue.reached();
    return done({ enrollment, request: made.value.request });
  }

  /** Those that a reload interrupted, with their trustpoints; what cannot go on any more is forgotten. */
  async resume(): Promise<ReadonlyMap<string, Enrollment>> {
    const resumed = new Map<string, Enrollment>();
    for (const pending of await this.#parts.pending.load()) {
      const enrollment = this.#revive(pending);
      if (enrollment === undefined) await this.#parts.pending.remove(pending.trustpoint);
      else resumed.set(pending.trustpoint, enrollment);
    }
    return resumed;
  }

  #revive(pending: PendingEnrollment): Enrollment | undefined {
    const { trustpoints, keys, log } = this.#parts;
    const { trustpoint: name, request, url } = pending;
    const settings = trustpoints.find(name);
    const { ca, others, identity } = trustpoints.chain(name);
    const key = keys.withPublicKey(request.publicKeyDer);
    if (!settings.ok || ca === undefined || key === undefined) return undefined;
    const places = [settings.value, forRenewal(settings.value)].map(scepUrl);
    if (!places.some((place) => place.ok && place.value === url)) return undefined;
    const old = pending.renewal ? identity : undefined;
    const parties = pending.forNext === true ? this.#nextParties(name) : { authorities: [ca, ...others] };
    if (parties.authorities.length === 0) return undefined;
    const made = { request, privateKey: key.privateKey };
    const kept = this.#order(settings.value, made, parties, pending.capabilities, old);
    const whole = this.#restored(settings.value, pending, kept);
    const order = {
      ...kept,
      request: whole ?? request,
      ...(pending.transactionId !== undefined && { transactionId: pending.transactionId }),
    };
    if (pending.renewal && order.renewing === undefined) return undefined;
    const enrollment = this.#enrollment(settings.value, order, pending);
    // Without its password it cannot be sent again: the CA is asked what became of it.
    enrollment.resume(whole === undefined ? { ...pending, next: 'poll' } : pending);
    log('ENROLLMENT_RESUMED', { name });
    return enrollment;
  }

  /** The request as it was sent; undefined when its challenge password cannot be had any more. */
  #restored(settings: TrustpointSettings, pending: PendingEnrollment, order: EnrollmentOrder): ReadRequest | undefined {
    const { transactionId: id, request, isRedacted = false, sealedPassword } = pending;
    const kept = { request, isRedacted, ...(sealedPassword !== undefined && { sealedPassword }) };
    const isSame = (whole: ReadRequest): boolean => transactionId({ ...order, request: whole }) === id;
    return restored(kept, order.privateKey, this.#parts.seal, this.#parts.passwordOf(settings), isSame);
  }

  /** Forgets on disk what is over. Later work of the queue finds it gone. */
  forget(name: string): void {
    this.#parts.queue.add(() => this.#parts.pending.remove(name));
  }

  /**
   * Who may answer. While the CA hands over to the next, the one that works now is asked for: it is one of the two we believe,
   * or its word does not count.
   */
  async #authorities(settings: TrustpointSettings, url: string): Promise<readonly Certificate[]> {
    const { name } = settings;
    const { ca, others } = this.#parts.trustpoints.chain(name);
    const all = ca === undefined ? [] : [ca, ...others];
    const groups = authorityGroups(all);
    if (groups.length < 2) return all;
    const told = await this.#parts.clientFor(settings).fetchCa(url, name);
    const root = told.ok ? told.value[0] : ca;
    return groups.find((group) => root !== undefined && group[0]?.der.equals(root.der)) ?? groups[0] ?? all;
  }

  /** The CA that follows, told by the one of today, which may sign for it. */
  #nextParties(name: string): Parties {
    const { ca, others } = this.#parts.trustpoints.chain(name);
    const all = ca === undefined ? [] : [ca, ...others];
    const groups = authorityGroups(all);
    const next = groups.find(([root]) => root !== undefined && ca !== undefined && root.notAfter > ca.notAfter) ?? [];
    return { authorities: next, signers: all.filter((one) => !next.includes(one)) };
  }

  #order(
    settings: TrustpointSettings,
    { request, privateKey }: RouterRequest,
    parties: Parties,
    capabilities: Capabilities,
    old: Certificate | undefined,
  ): EnrollmentOrder {
    const key = old && this.#parts.keys.withPublicKey(old.publicKeyDer);
    const renewing = old && key && { certificate: old, privateKey: key.privateKey };
    const credential = renewing === undefined ? this.#credential(settings) : undefined;
    const vouching = credential === undefined ? {} : { credential };
    const now = this.#parts.clock.now();
    return {
      request,
      privateKey,
      ...parties,
      capabilities,
      now,
      ...vouching,
      ...(renewing !== undefined && { renewing }),
    };
  }

  /** `enrollment credential`: the certificate of another trustpoint with its key. */
  #credential({ enrollment }: TrustpointSettings): EnrollmentOrder['credential'] {
    const { trustpoints, keys } = this.#parts;
    const certificate =
      enrollment.credential === undefined ? undefined : trustpoints.chain(enrollment.credential).identity;
    const key = certificate && keys.withPublicKey(certificate.publicKeyDer);
    return certificate && key?.type === 'rsa' ? { certificate, privateKey: key.privateKey } : undefined;
  }

  #enrollment(
    settings: TrustpointSettings,
    order: EnrollmentOrder,
    pending: Omit<PendingEnrollment, 'next' | 'retries'>,
  ): Enrollment {
    const { clock, log, queue } = this.#parts;
    const client = this.#parts.clientFor(settings);
    const { name, enrollment } = settings;
    const { retryCount, retryPeriodMinutes } = enrollment;
    const asked = { request: order.request, isRenewal: pending.renewal, forNext: pending.forNext === true };
    const parts = {
      client,
      clock,
      log,
      received: (certificate: Certificate) => this.#parts.received(name, { certificate, ...asked }),
      waits: (progress: EnrollmentProgress) => queue.add(() => this.#parts.pending.save({ ...pending, ...progress })),
      ended: () => this.forget(name),
    };
    parts.waits({ next: 'request', retries: 0 });
    const { requestMd5, requestSha1 } = pending;
    const shown = requestMd5 !== undefined && requestSha1 !== undefined ? { requestMd5, requestSha1 } : undefined;
    const plan = { trustpoint: name, url: pending.url, retryCount, retryPeriodMinutes, ...(shown && { shown }) };
    return new Enrollment(parts, plan, order);
  }

  /** Asks who the CA will be when it nears its end, and believes both from then on. */
  async fetchNextCa(settings: TrustpointSettings): Promise<Outcome<void>> {
    const { trustpoints, log } = this.#parts;
    const client = this.#parts.clientFor(settings);
    const { name } = settings;
    const url = scepUrl(settings);
    if (!url.ok) return url;
    const { ca, others } = trustpoints.chain(name);
    if (ca === undefined) return refused('the certificate authority is not authenticated');
    const capabilities = await client.fetchCapabilities(url.value, name);
    if (!capabilities.nextCa) return refused('the CA does not tell its next certificate');
    const next = await client.fetchNextCa(url.value, name, [ca, ...others]);
    if (!next.ok) return next;
    const fresh = next.value.filter((one) => ![ca, ...others].some(({ der }) => der.equals(one.der)));
    const [first] = fresh;
    if (first === undefined) return refused('the CA has no next certificate yet');
    const stored = trustpoints.setAuthorities(name, [ca, ...others, ...fresh]);
    if (stored.ok)
      log('CA_ROLLOVER', {
        name,
        subject: first.subject
          .flat()
          .map(({ value }) => value)
          .join(' '),
      });
    return stored;
  }

  /** Drops the CA certificates that expired, once our certificate is of another one. */
  dropExpired(name: string): void {
    const { trustpoints, clock } = this.#parts;
    const { ca, others, identity } = trustpoints.chain(name);
    if (ca === undefined || identity === undefined) return;
    const all = [ca, ...others];
    const kept = all.filter((one) => one.notAfter > clock.now() || isIssuedBy(identity, one));
    if (kept.length > 0 && kept.length < all.length) trustpoints.setAuthorities(name, kept);
  }
}

export function scepUrl({ enrollment: { method } }: TrustpointSettings): Outcome<string> {
  if (method?.kind !== 'url') return refused('the trustpoint has no enrollment url');
  if (method.http !== undefined) return refused('its enrollment profile asks in HTTP, not by SCEP');
  return /^http:\/\//i.test(method.url) ? done(method.url) : refused('the enrollment url is not of SCEP');
}
