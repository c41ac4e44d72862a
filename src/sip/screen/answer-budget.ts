/** Answers to one stranger: so many at once, then so many a second. */
const burst = 10;
const perSecond = 2;
/** To all strangers together. */
const burstInAll = 200;
const perSecondInAll = 100;
/** Strangers remembered; a flood from more of them shares one budget. */
const sourcesAtMost = 10_000;

interface Bucket {
  left: number;
  at: number;
}

/**
 * How often strangers are answered. A datagram's source may be forged, so a gateway that answers all is a mirror for floods; a
 * stranger that means well asks seldom.
 */
export class AnswerBudget {
  readonly #bySource = new Map<string, Bucket>();
  readonly #inAll: Bucket = { left: burstInAll, at: 0 };
  /** Requests that were not answered. */
  unanswered = 0;

  /** Whether this one may be answered. `now`: monotonic milliseconds. */
  take(source: string, now: number): boolean {
    const isMean = !taken(this.#bucketOf(source, now), now, burst, perSecond);
    if (!isMean && taken(this.#inAll, now, burstInAll, perSecondInAll)) return true;
    this.unanswered++;
    return false;
  }

  #bucketOf(source: string, now: number): Bucket {
    const known = this.#bySource.get(source);
    if (known !== undefined) return known;
    const oldest = this.#bySource.size >= sourcesAtMost ? this.#bySource.keys().next().value : undefined;
    if (oldest !== undefined) this.#bySource.delete(oldest);
    const bucket = { left: burst, at: now };
    this.#bySource.set(source, bucket);
    return bucket;
  }
}

function taken(bucket: Bucket, now: number, most: number, rate: number): boolean {
  bucket.left = Math.min(most, bucket.left + ((now - bucket.at) * rate) / 1000);
  bucket.at = now;
  if (bucket.left < 1) return false;
  bucket.left--;
  return true;
}
