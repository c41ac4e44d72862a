/** Evidence as it is kept. Times are the wall clock's, milliseconds since the epoch. */
export interface Kept<T, S> {
  readonly value: T;
  readonly source: S | undefined;
  readonly size: number;
  readonly fetchedAt: number;
  readonly usableUntil: number;
  /** When it is to be fetched again if anybody asked for it since. */
  refreshAt: number;
  used: boolean;
}

export interface Failure {
  readonly reason: string;
  readonly at: number;
  readonly until: number;
}

/** A failed fetch is not repeated for so long. */
export const failureMs = 30_000;
const failuresAtMost = 1000;
/** Before its end evidence is fetched anew: a tenth of its life, an hour at most. */
const aheadAtMostMs = 60 * 60_000;
const retryMs = 60_000;

/** Evidence by key, bounded in number and bytes, that used longest ago given up first; and what could not be had lately. */
export class EvidenceStore<T, S> {
  readonly #atMost: number;
  readonly bytesAtMost: number;
  readonly #kept = new Map<string, Kept<T, S>>();
  readonly #failures = new Map<string, Failure>();
  #bytes = 0;

  constructor(atMost: number, bytesAtMost: number) {
    this.#atMost = atMost;
    this.bytesAtMost = bytesAtMost;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Usable evidence; what has run out is given up. Asking for it keeps it fresh. */
  find(key: string, now: number): Kept<T, S> | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (now > kept.usableUntil) {
      this.remove(key);
      return undefined;
    }
    this.#kept.delete(key);
    kept.used = true;
    this.#kept.set(key, kept);
    return kept;
  }

  /** Without being a use of it. */
  peek(key: string): Kept<T, S> | undefined {
    return this.#kept.get(key);
  }

  values(): readonly Kept<T, S>[] {
    return [...this.#kept.values()];
  }

  put(key: string, entry: Omit<Kept<T, S>, 'refreshAt' | 'used'>): void {
    this.remove(key);
    const ahead = Math.min(aheadAtMostMs, (entry.usableUntil - entry.fetchedAt) / 10);
    this.#kept.set(key, { ...entry, refreshAt: entry.usableUntil - ahead, used: false });
    this.#bytes += entry.size;
    this.#failures.delete(key);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#atMost && this.#bytes <= this.bytesAtMost) return;
      this.remove(oldest);
    }
  }

  remove(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= kept.size;
  }

  clear(): void {
    this.#kept.clear();
    this.#failures.clear();
    this.#bytes = 0;
  }

  fail(key: string, reason: string, now: number): void {
    this.#failures.delete(key);
    this.#failures.set(key, { reason, at: now, until: now + failureMs });
    const kept = this.#kept.get(key);
    if (kept !== undefined) kept.refreshAt = now + retryMs;
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= failuresAtMost) return;
      this.#failures.delete(oldest);
    }
  }

  /** It was had after all. */
  forgive(key: string): void {
    this.#failures.delete(key);
  }

  /** Why it is not asked for now. */
  failure(key: string, now: number): Failure | undefined {
    const failure = this.lastFailure(key);
    return failure !== undefined && now < failure.until ? failure : undefined;
  }

  /** Why it could not be had when it was last asked for, however long ago. */
  lastFailure(key: string): Failure | undefined {
    return this.#failures.get(key);
  }

  /** Entries in use that are due to be fetched again. */
  due(now: number): readonly Kept<T, S>[] {
    return this.values().filter(({ used, source, refreshAt }) => used && source !== undefined && refreshAt <= now);
  }

  /** When the next of them will be; undefined: never. */
  get nextRefresh(): number | undefined {
    const times = this.values().flatMap(({ used, source, refreshAt }) =>
      used && source !== undefined ? [refreshAt] : [],
    );
    return times.length === 0 ? undefined : Math.min(...times);
  }
}
