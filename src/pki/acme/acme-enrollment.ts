import type { Clock, HttpClient, Log, Timer } from '../../io/index.ts';
import { type Certificate, isIssuedBy } from '../certificate.ts';
import { type RunningEnrollment, waiting } from '../enrollment.ts';
import type { PkiMessages } from '../messages.ts';
import { done, type Outcome, refused } from '../outcome.ts';
import type { ReadRequest } from '../request.ts';
import type { EnrollmentState } from '../trustpoint-face.ts';
import type { AccountStore } from './account-store.ts';
import type { Challenges } from './challenges.ts';
import { AcmeClient, type AcmeOutcome, type AcmeServer } from './client.ts';
import { orderCertificate } from './order.ts';

const mostInPath = 8;

export interface AcmeEnrollmentParts {
  readonly http: HttpClient;
  readonly accounts: AccountStore;
  readonly challenges: Challenges;
  readonly clock: Clock;
  readonly log: Log<PkiMessages>;
  /** Called once, with our certificate and those between it and the CA. False: they could not be stored. */
  readonly received: (certificate: Certificate, intermediates: readonly Certificate[]) => boolean;
}

export interface AcmeEnrollmentPlan {
  readonly trustpoint: string;
  readonly server: AcmeServer;
  readonly contact: string | undefined;
  readonly names: readonly string[];
  readonly request: ReadRequest;
  /** The CA certificates that were authenticated. */
  readonly anchors: readonly Certificate[];
}

/** One enrolment by ACME, from the account to the chain. It has no answer that waits for a human: it ends by itself. */
export class AcmeEnrollment implements RunningEnrollment {
  readonly #parts: AcmeEnrollmentParts;
  readonly #plan: AcmeEnrollmentPlan;
  #state: EnrollmentState;
  #due: number | undefined;
  #retryAfterMs: number | undefined;
  #cancelled = false;
  #stopWaiting: (() => void) | undefined;

  constructor(parts: AcmeEnrollmentParts, plan: AcmeEnrollmentPlan) {
    this.#parts = parts;
    this.#plan = plan;
    this.#state = waiting('sent', plan.request);
  }

  get state(): EnrollmentState {
    return this.#state;
  }

  get due(): number | undefined {
    return this.#due;
  }

  get retryAfterMs(): number | undefined {
    return this.#retryAfterMs;
  }

  cancel(): void {
    this.#cancelled = true;
    this.#stopWaiting?.();
  }

  async start(): Promise<EnrollmentState> {
    const outcome = await this.#order();
    if (this.#cancelled) return this.#state;
    const chain = outcome.ok ? this.#believe(outcome.value) : outcome;
    if (!chain.ok) {
      this.#retryAfterMs = outcome.ok ? undefined : outcome.retryAfterMs;
      this.#state = { state: 'failed' };
      this.#parts.log('CERTFAIL', { name: this.#plan.trustpoint, reason: chain.reason });
      return this.#state;
    }
    const [leaf, ...intermediates] = chain.value;
    const stored = leaf !== undefined && this.#parts.received(leaf, intermediates);
    this.#state = { state: stored ? 'granted' : 'failed' };
    return this.#state;
  }

  async #order(): Promise<AcmeOutcome<readonly Certificate[]>> {
    const { http, accounts, challenges, clock, log } = this.#parts;
    const { server, contact, names, request } = this.#plan;
    const key = await accounts.key(server.url);
    if (!key.ok) return key;
    const client = new AcmeClient(http, clock, server, key.value);
    const challenged = (name: string): void => log('ACME_CHALLENGE', { name });
    const wait = (ms: number): Promise<boolean> => this.#wait(ms);
    return orderCertificate(
      { client, key: key.value, challenges, wait, challenged },
      { names, contact, request: request.der },
    );
  }

  #wait(ms: number): Promise<boolean> {
    if (this.#cancelled) return Promise.resolve(false);
    this.#due = this.#parts.clock.now() + ms;
    return new Promise((resolve) => {
      const end = (passed: boolean): void => {
        timer.cancel();
        this.#due = undefined;
        this.#stopWaiting = undefined;
        resolve(passed);
      };
      const timer: Timer = this.#parts.clock.after(ms, () => end(true));
      this.#stopWaiting = () => end(false);
    });
  }

  /** Our certificate and the way from it to a CA that was authenticated; whatever else was sent is left out. */
  #believe(received: readonly Certificate[]): Outcome<readonly Certificate[]> {
    const { request, anchors, names } = this.#plan;
    const leaf = received.find((one) => one.publicKeyDer.equals(request.publicKeyDer));
    if (leaf === undefined || leaf.isCa) return refused('the certificate received is not for our key');
    if (leaf.notAfter <= this.#parts.clock.now()) return refused('the certificate received has expired already');
    const named = leaf.alternativeNames?.dns ?? [];
    if (!names.every((name) => named.includes(name.toLowerCase()))) {
      return refused('the certificate received does not have our name');
    }
    const path = [leaf];
    for (let at = leaf; path.length <= mostInPath; ) {
      if (anchors.some((anchor) => isIssuedBy(at, anchor))) return done(path);
      const issuer = received.find((one) => one.isCa && !path.includes(one) && isIssuedBy(at, one));
      if (issuer === undefined) break;
      path.push(issuer);
      at = issuer;
    }
    return refused('the certificate received does not lead to the authenticated CA');
  }
}
