import { SourceRate } from './source-rate.ts';

/**
 * How often strangers are answered. A datagram's source may be forged, so a gateway that answers all is a mirror for floods; a
 * stranger that means well asks seldom.
 */
export class AnswerBudget {
  readonly #rate = new SourceRate({ burst: 10, perSecond: 2, burstInAll: 200, perSecondInAll: 100 });
  /** Requests that were not answered. */
  unanswered = 0;

  /** Whether this one may be answered. `now`: monotonic milliseconds. */
  take(source: string, now: number): boolean {
    if (this.#rate.take(source, now) === 'taken') return true;
    this.unanswered++;
    return false;
  }
}
