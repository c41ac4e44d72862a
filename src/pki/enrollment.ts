import type { Clock, Log, Timer } from '../io/index.ts';
import { type Certificate, fingerprint } from './certificate.ts';
import type { PkiMessages } from './messages.ts';
import type { ReadRequest } from './request.ts';
import type { ScepClient } from './scep/client.ts';
import { tellSilence } from './scep/silence.ts';
import type { EnrollmentOrder, ScepAnswer, ScepTransaction } from './scep/transaction.ts';
import type { EnrollmentState } from './trustpoint-face.ts';

const minuteMs = 60_000;

/** An enrolment under way, whatever its protocol. */
export interface RunningEnrollment {
  readonly state: EnrollmentState;
  /** When it asks the CA again, milliseconds since the epoch; undefined while it does not wait. */
  readonly due: number | undefined;
  /** How long the CA wants to be left alone after it refused. */
  readonly retryAfterMs: number | undefined;
  /** Nothing more is sent, and an answer under way is not looked at. */
  cancel(): void;
}

/** How far it is: what is sent next, and how often that was put off. */
export interface EnrollmentProgress {
  readonly next: 'request' | 'poll';
  readonly retries: number;
}

export interface EnrollmentParts {
  readonly client: ScepClient;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
  /** Called once, when the certificate is there. False: it could not be stored. */
  readonly received: (certificate: Certificate) => boolean;
  /** Called whenever it begins to wait. */
  readonly waits: (progress: EnrollmentProgress) => void;
  /** Called once, when it ended without a certificate. */
  readonly ended: () => void;
}

export interface EnrollmentPlan {
  readonly trustpoint: string;
  readonly url: string;
  readonly retryPeriodMinutes: number;
  /** 0: no limit. */
  readonly retryCount: number;
  /** Fingerprints of the request as it was sent, where it is not that any more. */
  readonly shown?: { readonly requestMd5: string; readonly requestSha1: string };
}

/** One enrolment over SCEP: sends, and while the CA is silent or undecided, sends again or polls every retry period. */
export class Enrollment implements RunningEnrollment {
  readonly #parts: EnrollmentParts;
  readonly #plan: EnrollmentPlan;
  readonly #order: EnrollmentOrder;
  readonly #transaction: ScepTransaction;
  /** SCEP has no word for it. */
  readonly retryAfterMs = undefined;
  #state: EnrollmentState;
  #retries = 0;
  #timer: Timer | undefined;
  #due: number | undefined;
  /** What it waits to ask. */
  #next: EnrollmentProgress['next'] | undefined;
  #cancelled = false;

  constructor(parts: EnrollmentParts, plan: EnrollmentPlan, order: EnrollmentOrder) {
    this.#parts = parts;
    this.#plan = plan;
    this.#order = order;
    this.#transaction = parts.client.begin(order);
    this.#state = this.#waiting('sent');
  }

  get state(): EnrollmentState {
    return this.#state;
  }

  get due(): number | undefined {
    return this.#due;
  }

  /** Resolves with the state after the CA's first answer. */
  async start(): Promise<EnrollmentState> {
    await this.#exchange('request');
    return this.#state;
  }

  /** Goes on after a reload: `hurry` asks at once, else it is asked at the next retry. */
  resume({ next, retries }: EnrollmentProgress): void {
    this.#retries = Math.max(0, retries - 1);
    this.#state = this.#waiting(next === 'poll' ? 'pending' : 'sent');
    this.#later(next);
  }

  /** Asks now what was to be asked later. */
  hurry(): void {
    if (this.#next === undefined) return;
    this.#timer?.cancel();
    // An exchange never rejects: it reports by its answer.
    void this.#exchange(this.#next);
  }

  #waiting(state: 'sent' | 'pending'): EnrollmentState {
    return { ...waiting(state, this.#order.request), ...this.#plan.shown };
  }

  cancel(): void {
    this.#cancelled = true;
    this.#next = undefined;
    this.#timer?.cancel();
  }

  async #exchange(kind: 'request' | 'poll'): Promise<void> {
    this.#due = undefined;
    this.#next = undefined;
    const { post } = this.#order.capabilities;
    const answer = await this.#parts.client.exchange(this.#plan.url, this.#transaction, post, kind);
    if (!this.#cancelled) this.#take(answer, kind);
  }

  #take(answer: ScepAnswer, kind: 'request' | 'poll'): void {
    const name = this.#plan.trustpoint;
    switch (answer.state) {
      case 'granted':
        this.#state = { state: this.#parts.received(answer.certificate) ? 'granted' : 'failed' };
        return;
      case 'pending':
        if (kind === 'request') this.#parts.log('CERTPENDING', { name });
        this.#state = this.#waiting('pending');
        this.#later('poll');
        return;
      case 'denied':
        this.#state = { state: 'denied' };
        this.#parts.log('CERTREJECT', { name, reason: answer.reason });
        this.#parts.ended();
        return;
      case 'failed':
        if (answer.silence !== undefined) {
          tellSilence(this.#parts.log, answer.silence, name, answer.reason);
          this.#later(kind);
        } else this.#fail(answer.reason);
    }
  }

  #later(next: 'request' | 'poll'): void {
    const { retryCount, retryPeriodMinutes } = this.#plan;
    if (retryCount > 0 && this.#retries >= retryCount) {
      this.#fail('the retry count is used up');
      return;
    }
    this.#retries++;
    const delay = retryPeriodMinutes * minuteMs;
    this.#due = this.#parts.clock.now() + delay;
    this.#next = next;
    this.#timer = this.#parts.clock.after(delay, () => this.hurry());
    this.#parts.waits({ next, retries: this.#retries });
  }

  #fail(reason: string): void {
    this.#state = { state: 'failed' };
    this.#parts.log('CERTFAIL', { name: this.#plan.trustpoint, reason });
    this.#parts.ended();
  }
}

/** A request that has no answer yet, as the displays show it. */
export function waiting(
  state: 'sent' | 'pending',
  { der, subject, publicKeyDer }: ReadRequest,
): EnrollmentState & { readonly requestMd5: string; readonly requestSha1: string } {
  const [requestMd5, requestSha1] = [fingerprint(der, 'md5'), fingerprint(der, 'sha1')];
  return { state, requestMd5, requestSha1, subject, publicKey: publicKeyDer };
}
