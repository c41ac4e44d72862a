import type { Clock, Log, Timer } from '../io/index.ts';
import { type Certificate, isIssuedBy, isSelfIssued } from './certificate.ts';
import type { ClockGate } from './clock-gate.ts';
import type { Enrollments } from './enrollments.ts';
import { countdown, isUrgent, nextWarning, renewalTime, retryDelay } from './expiry.ts';
import type { PkiTimer } from './face.ts';
import { prompts } from './http-command.ts';
import { httpMethod } from './http-enrollments.ts';
import type { PkiMessages } from './messages.ts';
import { type Outcome, reasonOf } from './outcome.ts';
import { scepUrl } from './scep-enrollments.ts';
import type { TrustpointSettings } from './settings.ts';
import type { EnrollmentAnswers } from './trustpoint-face.ts';
import type { Trustpoints } from './trustpoints.ts';
import { displayName } from './x500-name.ts';

/** The clock may be set meanwhile: nobody sleeps longer than this. */
const longestSleepMs = 12 * 3_600_000;
/** While an enrolment is under way its end is looked for so often. */
const underWayMs = 10 * 60_000;
/** So long before the end of the old certificate the one kept for it takes over: nobody is shown one that just expired. */
const takeOverMs = 30_000;
/** A certificate of the CA that follows is asked for no longer before that is in force. */
const longestOverlapMs = 366 * 86_400_000;

/** `enroll`: the first certificate; `renew`: the next; `shadow`: that of the CA which follows; `rollover`: ours from that CA. */
type Task = 'enroll' | 'renew' | 'shadow' | 'rollover';

/** What was tried for one certificate. */
interface Attempts {
  readonly certificate: Buffer;
  failures: number;
  notBefore: number;
  /** It is being tried: making keys and asking take their time. */
  isTrying: boolean;
}

export interface RenewalsParts {
  readonly trustpoints: Trustpoints;
  readonly enrollments: Enrollments;
  /** What a request says that is made without asking anybody. */
  readonly answers: (settings: TrustpointSettings) => EnrollmentAnswers;
  /** By a clock that may be wrong nothing is renewed, and nobody is told that something expires. */
  readonly gate: ClockGate;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
}

/**
 * Sees to it that no certificate expires unsaid: renews by `auto-enroll`, asks at startup for a first one that is missing, asks
 * a CA near its end who follows it, warns the operator. One timer for everything that is due, `follow` after each change.
 */
export class Renewals {
  readonly #parts: RenewalsParts;
  /** By trustpoint and what is tried. */
  readonly #attempts = new Map<string, Attempts>();
  /** When the end of a certificate was last told, by the trustpoint it was told of and its bytes. */
  readonly #warned = new Map<string, number>();
  /** Trustpoints that had no certificate when it began: later ones ask when their CA is authenticated. */
  #bare: ReadonlySet<string> | undefined;
  #timer: Timer | undefined;
  #isRunning = false;

  constructor(parts: RenewalsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#isRunning = true;
    this.#wake();
  }

  stop(): void {
    this.#isRunning = false;
    this.#timer?.cancel();
  }

  /** Certificates or settings changed, or the clock can be relied on now. */
  follow(): void {
    if (this.#isRunning) this.#arm();
  }

  /** `show crypto pki timers`. */
  timers(): readonly PkiTimer[] {
    const { trustpoints, enrollments } = this.#parts;
    return [...trustpoints.settings.trustpoints.values()].flatMap((settings) => {
      const { name } = settings;
      const all: [PkiTimer['kind'], number | undefined][] = [
        ['POLL', enrollments.due(name)],
        ['RENEW', this.renewDue(settings)],
        ['SHADOW', this.#shadowDue(settings) ?? this.#nextDue(settings) ?? this.rolloverDue(settings)],
      ];
      return all.flatMap(([kind, at]) => (at === undefined ? [] : [{ kind, subject: name, at }]));
    });
  }

  #wake(): void {
    if (!this.#parts.gate.pass().ok) return;
    const now = this.#parts.clock.now();
    const live = [...this.#parts.trustpoints.settings.trustpoints.values()];
    this.#bare ??= new Set(live.filter((one) => this.#isBare(one)).map(({ name }) => name));
    for (const settings of live) {
      if (isDue(this.#firstDue(settings), now)) void this.#try(settings, 'enroll');
      if (isDue(this.renewDue(settings), now)) void this.#try(settings, 'renew');
      if (isDue(this.#shadowDue(settings), now)) void this.#try(settings, 'shadow');
      if (isDue(this.#nextDue(settings), now)) void this.#try(settings, 'rollover');
      if (isDue(this.rolloverDue(settings), now)) this.#rollOver(settings);
      for (const [kind, certificate] of this.#certificates(settings)) this.#warn(settings, kind, certificate, now);
    }
    this.#forget(live);
    this.#arm();
  }

  #arm(): void {
    this.#timer?.cancel();
    const now = this.#parts.clock.now();
    const due = [...this.#parts.trustpoints.settings.trustpoints.values()].flatMap((settings) => [
      this.#firstDue(settings),
      this.renewDue(settings),
      this.#shadowDue(settings),
      this.#nextDue(settings),
      this.rolloverDue(settings),
      ...this.#certificates(settings).map(([, one]) =>
        nextWarning(one.notAfter, this.#warned.get(idOf(settings, one))),
      ),
    ]);
    const known = due.filter((at) => at !== undefined);
    if (known.length === 0) return;
    const delay = Math.min(Math.max(Math.min(...known) - now, 0), longestSleepMs);
    this.#timer = this.#parts.clock.after(delay, () => this.#wake());
  }

  #certificates({ name }: TrustpointSettings): readonly (readonly ['ID' | 'CA', Certificate])[] {
    const { identity, encryption, ca, others } = this.#parts.trustpoints.chain(name);
    const own = [identity, encryption].filter((one) => one !== undefined);
    const above = [ca, ...others].filter((one) => one !== undefined);
    return [...own.map((one) => ['ID', one] as const), ...above.map((one) => ['CA', one] as const)];
  }

  #isBare(settings: TrustpointSettings): boolean {
    const { ca, identity } = this.#parts.trustpoints.chain(settings.name);
    return ca !== undefined && identity === undefined && renewsItself(settings);
  }

  /** When a first certificate is asked for that was missing at startup, be it that a kill came before it. */
  #firstDue(settings: TrustpointSettings): number | undefined {
    const { name } = settings;
    if (this.#bare?.has(name) !== true || !this.#isBare(settings)) return undefined;
    return this.#attempts.get(`enroll ${name}`)?.notBefore ?? 0;
  }

  /** When a trustpoint's certificate is renewed next; undefined: it does not renew itself. */
  renewDue(settings: TrustpointSettings): number | undefined {
    const { identity } = this.#parts.trustpoints.chain(settings.name);
    if (identity === undefined || !renewsItself(settings)) return undefined;
    const takenOver = this.rolloverDue(settings);
    if (takenOver !== undefined && takenOver <= identity.notAfter) return undefined;
    const at = renewalTime(identity, settings.autoEnroll?.percent);
    return Math.max(at, this.#attempts.get(`renew ${settings.name}`)?.notBefore ?? 0);
  }

  /** When a CA is asked who follows it: as late in its life as we renew in ours, and only until it is known. */
  #shadowDue(settings: TrustpointSettings): number | undefined {
    const { ca, others } = this.#parts.trustpoints.chain(settings.name);
    if (ca === undefined || settings.autoEnroll === undefined || !scepUrl(settings).ok) return undefined;
    if (nextCa(ca, others) !== undefined) return undefined;
    const at = renewalTime(ca, settings.autoEnroll.percent);
    const due = Math.max(at, this.#attempts.get(`shadow ${settings.name}`)?.notBefore ?? 0);
    return due < ca.notAfter ? due : undefined;
  }

  /** When the CA that follows is asked for a certificate: as soon as it is known. */
  #nextDue(settings: TrustpointSettings): number | undefined {
    const { ca, others, identity, rollover } = this.#parts.trustpoints.chain(settings.name);
    if (ca === undefined || identity === undefined || rollover !== undefined) return undefined;
    if (settings.autoEnroll === undefined || !scepUrl(settings).ok) return undefined;
    const next = nextCa(ca, others);
    if (next === undefined || !isIssuedBy(identity, ca) || isIssuedBy(identity, next)) return undefined;
    return Math.max(next.notBefore - longestOverlapMs, this.#attempts.get(`rollover ${settings.name}`)?.notBefore ?? 0);
  }

  /** When what is kept for the CA that follows takes the place of our certificate: a little before the end of today's. */
  rolloverDue({ name }: TrustpointSettings): number | undefined {
    const { ca, identity, rollover } = this.#parts.trustpoints.chain(name);
    if (rollover === undefined) return undefined;
    const ends = [ca, identity].flatMap((one) => one?.notAfter ?? []);
    return Math.max(rollover.notBefore, Math.min(...ends) - takeOverMs);
  }

  #rollOver({ name }: TrustpointSettings): void {
    const taken = this.#parts.enrollments.rollOver(name);
    if (!taken.ok) this.#parts.log('CERTFAIL', { name, reason: taken.reason });
  }

  async #try(settings: TrustpointSettings, what: Task): Promise<void> {
    const { enrollments, trustpoints, clock, log } = this.#parts;
    const { name } = settings;
    const { identity, ca } = trustpoints.chain(name);
    const certificate = (what === 'shadow' ? ca : identity)?.der ?? Buffer.alloc(0);
    const attempt = this.#attemptAt(`${what} ${name}`, certificate);
    attempt.notBefore = clock.now() + underWayMs;
    if (attempt.isTrying) return;
    if (what !== 'shadow' && isUnderWay(enrollments.state(name)?.state)) return;
    attempt.failures++;
    attempt.notBefore = clock.now() + retryDelay(attempt.failures);
    attempt.isTrying = true;
    try {
      const outcome = await this.#carryOut(settings, what);
      if (!outcome.ok && what !== 'shadow') log('CERTFAIL', { name, reason: outcome.reason });
      const patience = what === 'shadow' ? 0 : enrollments.retryAfterMs(name);
      attempt.notBefore = Math.max(attempt.notBefore, clock.now() + patience);
    } catch (error) {
      log('CERTFAIL', { name, reason: reasonOf(error) });
    } finally {
      attempt.isTrying = false;
    }
    this.follow();
  }

  #carryOut(settings: TrustpointSettings, what: Task): Promise<Outcome<unknown>> {
    const { enrollments, answers } = this.#parts;
    const { name } = settings;
    switch (what) {
      case 'enroll':
        return enrollments.enroll(name, answers(settings));
      case 'renew':
        return enrollments.renew(name);
      case 'shadow':
        return enrollments.fetchNextCa(name);
      case 'rollover':
        return enrollments.enrollNext(name);
    }
  }

  /** A certificate that came in the meantime begins anew. */
  #attemptAt(key: string, certificate: Buffer): Attempts {
    const known = this.#attempts.get(key);
    if (known?.certificate.equals(certificate)) return known;
    const fresh = { certificate, failures: 0, notBefore: 0, isTrying: false };
    this.#attempts.set(key, fresh);
    return fresh;
  }

  #warn(settings: TrustpointSettings, kind: 'ID' | 'CA', certificate: Certificate, now: number): void {
    const id = idOf(settings, certificate);
    const due = nextWarning(certificate.notAfter, this.#warned.get(id));
    if (due === undefined || due > now) return;
    this.#warned.set(id, now);
    const remaining = certificate.notAfter - now;
    const told = {
      kind,
      name: settings.name,
      issuer: displayName(certificate.issuer).join(','),
      subject: displayName(certificate.subject).join(','),
      serial: certificate.serial,
    };
    if (remaining <= 0) return this.#parts.log('CERT_EXPIRED', told);
    const renewal = kind === 'ID' && renewsItself(settings) ? 'Enabled' : 'Not Enabled';
    const mnemonic = isUrgent(remaining) ? 'CERT_EXPIRY_ALERT' : 'CERT_EXPIRY_WARNING';
    this.#parts.log(mnemonic, { ...told, left: countdown(remaining), renewal });
  }

  /** What is no more in the configuration needs no memory. */
  #forget(live: readonly TrustpointSettings[]): void {
    const names = new Set(live.map(({ name }) => name));
    for (const key of this.#attempts.keys())
      if (!names.has(key.slice(key.indexOf(' ') + 1))) this.#attempts.delete(key);
    const ids = new Set(live.flatMap((settings) => this.#certificates(settings).map(([, one]) => idOf(settings, one))));
    for (const id of this.#warned.keys()) if (!ids.has(id)) this.#warned.delete(id);
  }
}

/** The root that follows: one that lives longer than today's. */
function nextCa(ca: Certificate, others: readonly Certificate[]): Certificate | undefined {
  return others.find((one) => one.isCa && isSelfIssued(one) && one.notAfter > ca.notAfter);
}

function isDue(at: number | undefined, now: number): boolean {
  return at !== undefined && at <= now;
}

function isUnderWay(state: string | undefined): boolean {
  return state === 'sent' || state === 'pending';
}

function idOf({ name }: TrustpointSettings, { der }: Certificate): string {
  return `${name} ${der.toString('latin1')}`;
}

/** Methods that need nobody's hand. */
function renewsItself(settings: TrustpointSettings): boolean {
  const { autoEnroll, enrollment } = settings;
  if (autoEnroll === undefined) return false;
  const http = httpMethod(settings)?.http;
  if (http !== undefined) return prompts(http).length === 0;
  return enrollment.method?.kind === 'selfsigned' || enrollment.method?.kind === 'acme' || scepUrl(settings).ok;
}
