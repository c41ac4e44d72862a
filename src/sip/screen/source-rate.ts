/**
 * So many at once, then so many a second: of one source, and of all together. A source that has taken half of what it may at once leaves
 * half of what all may to those that have not.
 */
export interface RateLimits {
  readonly burst: number;
  readonly perSecond: number;
  readonly burstInAll: number;
  readonly perSecondInAll: number;
}

/** Sources remembered; a flood from more of them is held by the bound for all. */
const sourcesAtMost = 10_000;

interface Bucket {
  left: number;
  at: number;
}

/** How often each source, and all of them, may do something. Time comes in, in monotonic milliseconds. */
export class SourceRate {
  #limits: RateLimits;
  readonly #bySource = new Map<string, Bucket>();
  readonly #inAll: Bucket;

  constructor(limits: RateLimits) {
    this.#limits = limits;
    this.#inAll = { left: limits.burstInAll, at: 0 };
  }

  /** Others from now on. */
  limit(limits: RateLimits): void {
    this.#limits = limits;
  }

  /** Whether it may, this time; what is refused costs nothing of the bound for all. */
  take(source: string, now: number): 'taken' | 'source' | 'all' {
    const { burst, perSecond, burstInAll, perSecondInAll } = this.#limits;
    const own = this.#bucketOf(source, now);
    if (!taken(own, now, burst, perSecond)) return 'source';
    const reserve = own.left < burst / 2 ? burstInAll / 2 : 0;
    return taken(this.#inAll, now, burstInAll, perSecondInAll, reserve) ? 'taken' : 'all';
  }

  #bucketOf(source: string, now: number): Bucket {
    const known = this.#bySource.get(source);
    if (known !== undefined) return known;
    const oldest = this.#bySource.size >= sourcesAtMost ? this.#bySource.keys().next().value : undefined;
    if (oldest !== undefined) this.#bySource.delete(oldest);
    const bucket = { left: this.#limits.burst, at: now };
    this.#bySource.set(source, bucket);
    return bucket;
  }
}

function taken(bucket: Bucket, now: number, most: number, rate: number, reserve = 0): boolean {
  bucket.left = Math.min(most, bucket.left + ((now - bucket.at) * rate) / 1000);
  bucket.at = now;
  if (bucket.left < 1 + reserve) return false;
  bucket.left--;
  return true;
}
