import type { Clock, Log, Timer } from '../io/index.ts';
import { type Certificate, fingerprint } from './certificate.ts';
import type { EnrollmentState } from './face.ts';
import type { PkiMessages } from './messages.ts';
import type { ScepClient } from './scep/client.ts';
import type { EnrollmentOrder, ScepAnswer, ScepTransaction } from './scep/transaction.ts';
import { displayName } from './x500-name.ts';

const minuteMs = 60_000;

export interface EnrollmentParts {
  readonly client: ScepClient;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
  /** Called once, when the certificate is there. */
  readonly received: (certificate: Certificate) => void;
}

export interface EnrollmentPlan {
  readonly trustpoint: string;
  readonly url: string;
  readonly retryPeriodMinutes: number;
  /** 0: no limit. */
  readonly retryCount: number;
}

/** One enrolment over SCEP: sends, and while the CA is silent or undecided, sends again or polls every retry period. */
export class Enrollment {
  readonly #parts: EnrollmentParts;
  readonly #plan: EnrollmentPlan;
  readonly #order: EnrollmentOrder;
  readonly #transaction: ScepTransaction;
  #state: EnrollmentState;
  #retries = 0;
  #timer: Timer | undefined;
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

  /** Resolves with the state after the CA's first answer. */
  async start(): Promise<EnrollmentState> {
    await this.#exchange('request');
    return this.#state;
  }

  /** Nothing more is sent, and an answer under way is not looked at. */
  cancel(): void {
    this.#cancelled = true;
    this.#timer?.cancel();
  }

  #waiting(state: 'sent' | 'pending'): EnrollmentState {
    const { der, subject } = this.#order.request;
    const requestMd5 = fingerprint(der, 'md5');
    const requestSha1 = fingerprint(der, 'sha1');
    return { state, requestMd5, requestSha1, subject: displayName(subject).join(',') };
  }

  async #exchange(kind: 'request' | 'poll'): Promise<void> {
    const { post } = this.#order.capabilities;
    const answer = await this.#parts.client.exchange(this.#plan.url, this.#transaction, post, kind);
    if (!this.#cancelled) this.#take(answer, kind);
  }

  #take(answer: ScepAnswer, kind: 'request' | 'poll'): void {
    const name = this.#plan.trustpoint;
    switch (answer.state) {
      case 'granted':
        this.#state = { state: 'granted' };
        this.#parts.received(answer.certificate);
        return;
      case 'pending':
        if (kind === 'request') this.#parts.log('CERTPENDING', { name });
        this.#state = this.#waiting('pending');
        this.#later('poll');
        return;
      case 'denied':
        this.#state = { state: 'denied' };
        this.#parts.log('CERTREJECT', { name, reason: answer.reason });
        return;
      case 'failed':
        if (answer.unreachable === true) {
          this.#parts.log('SOCKETSEND');
          this.#later(kind);
        } else this.#fail(answer.reason);
    }
  }

  #later(kind: 'request' | 'poll'): void {
    const { retryCount, retryPeriodMinutes } = this.#plan;
    if (retryCount > 0 && this.#retries >= retryCount) {
      this.#fail('the retry count is used up');
      return;
    }
    this.#retries++;
    // An exchange never rejects: it reports by its answer.
    this.#timer = this.#parts.clock.after(retryPeriodMinutes * minuteMs, () => void this.#exchange(kind));
  }

  #fail(reason: string): void {
    this.#state = { state: 'failed' };
    this.#parts.log('CERTFAIL', { name: this.#plan.trustpoint, reason });
  }
}
