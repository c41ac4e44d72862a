import type { Clock, HttpClient, HttpRequest, Log } from '../io/index.ts';
import { type Certificate, isIssuedBy } from './certificate.ts';
import { type RunningEnrollment, waiting } from './enrollment.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, reasonOf, refused } from './outcome.ts';
import { readCertificateFile } from './paste.ts';
import type { ReadRequest } from './request.ts';
import type { EnrollmentState } from './trustpoint-face.ts';

export const httpTimeoutMs = 10_000;
export const longestHttpAnswer = 64 * 1024;

export interface HttpEnrollmentParts {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
  /** Called for each certificate. False: it could not be stored. */
  readonly received: (certificate: Certificate) => boolean;
}

/** One request of ours with the way it is sent. */
export interface HttpOrder {
  readonly request: ReadRequest;
  readonly message: Pick<HttpRequest, 'method' | 'url' | 'body' | 'contentType'>;
}

export interface HttpEnrollmentPlan {
  readonly trustpoint: string;
  /** One, or those of two usage keys. */
  readonly orders: readonly HttpOrder[];
  /** The CA certificates that were authenticated. */
  readonly authorities: readonly Certificate[];
}

/** One enrolment by the command of a profile: the certificate is the answer, or there is none. */
export class HttpEnrollment implements RunningEnrollment {
  readonly #parts: HttpEnrollmentParts;
  readonly #plan: HttpEnrollmentPlan;
  readonly due = undefined;
  readonly retryAfterMs = undefined;
  #state: EnrollmentState = { state: 'none' };
  #cancelled = false;

  constructor(parts: HttpEnrollmentParts, plan: HttpEnrollmentPlan) {
    this.#parts = parts;
    this.#plan = plan;
  }

  get state(): EnrollmentState {
    return this.#state;
  }

  cancel(): void {
    this.#cancelled = true;
  }

  async start(): Promise<EnrollmentState> {
    for (const order of this.#plan.orders) {
      this.#state = waiting('sent', order.request);
      const received = await this.#exchange(order);
      if (this.#cancelled) return this.#state;
      if (!received.ok) {
        this.#parts.log('CERTFAIL', { name: this.#plan.trustpoint, reason: received.reason });
        this.#state = { state: 'failed' };
        return this.#state;
      }
      this.#state = { state: this.#parts.received(received.value) ? 'granted' : 'failed' };
    }
    return this.#state;
  }

  async #exchange({ request, message }: HttpOrder): Promise<Outcome<Certificate>> {
    try {
      const { http } = this.#parts;
      const answer = await http.fetch({ ...message, timeoutMs: httpTimeoutMs, maxBytes: longestHttpAnswer });
      if (answer.status !== 200) return refused(`HTTP status ${answer.status}`);
      const read = readCertificateFile(answer.body);
      return read.ok ? this.#believe(read.value, request) : refused('the answer holds no certificate');
    } catch (error) {
      return refused(reasonOf(error));
    }
  }

  #believe(received: readonly Certificate[], request: ReadRequest): Outcome<Certificate> {
    const ours = received.find((one) => one.publicKeyDer.equals(request.publicKeyDer));
    if (ours === undefined || ours.isCa) return refused('the certificate received is not for our key');
    if (ours.notAfter <= this.#parts.clock.now()) return refused('the certificate received has expired already');
    return this.#plan.authorities.some((authority) => isIssuedBy(ours, authority))
      ? done(ours)
      : refused('the certificate received is not issued by the authenticated CA');
  }
}
