/** How far behind the highest count a smaller one may come in, once. */
const windowSize = 32;

interface Counts {
  readonly expiresAt: number;
  highest: number;
  /** Bit n: the count `highest - n` was used. */
  used: number;
}

/**
 * Which counts of which nonces were used. Room is bounded: where it is needed the oldest nonce goes, and from then on it and
 * every one issued before it count as stale, so that what was forgotten cannot be played again.
 */
export class NonceCounts {
  readonly #most: number;
  readonly #bySerial = new Map<number, Counts>();
  #staleUpTo = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#bySerial.size;
  }

  isStale(serial: number): boolean {
    return serial <= this.#staleUpTo;
  }

  /** Notes a count. False: it was used, or is too old to tell. */
  use(serial: number, count: number, now: number, expiresAt: number): boolean {
    const known = this.#bySerial.get(serial);
    if (known === undefined) {
      this.#makeRoom(now);
      this.#bySerial.set(serial, { expiresAt, highest: count, used: 1 });
      return true;
    }
    const ahead = count - known.highest;
    if (ahead > 0) {
      known.used = ahead >= windowSize ? 1 : (known.used << ahead) | 1;
      known.highest = count;
      return true;
    }
    const bit = -ahead >= windowSize ? 0 : 1 << -ahead;
    if (bit === 0 || (known.used & bit) !== 0) return false;
    known.used |= bit;
    return true;
  }

  #makeRoom(now: number): void {
    for (const [serial, { expiresAt }] of this.#bySerial) {
      if (expiresAt > now && this.#bySerial.size < this.#most) return;
      this.#bySerial.delete(serial);
      this.#staleUpTo = Math.max(this.#staleUpTo, serial);
    }
  }
}
