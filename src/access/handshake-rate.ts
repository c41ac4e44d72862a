/** So many at once, then so many a second. */
interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

/** A key exchange costs some milliseconds of a processor that has calls to carry. */
const ofAddress: Allowance = { burst: 20, perSecond: 1 };
const inAll: Allowance = { burst: 60, perSecond: 5 };
const mostAddresses = 1000;

interface Bucket {
  readonly tokens: number;
  /** Milliseconds, when it held that many. */
  readonly at: number;
}

/**
 * How many SSH handshakes may begin, by where they come from and in all. Asked before the first byte is answered. Who logs in
 * is paid back: a script with a password may come as often as it likes.
 */
export class HandshakeRate {
  /** The one that asked last is the last. */
  readonly #addresses = new Map<string, Bucket>();
  #all: Bucket = { tokens: inAll.burst, at: 0 };

  /** Takes one, or says whose allowance is used up. */
  take(address: string, now: number): 'taken' | 'address' | 'all' {
    const own = filled(this.#addresses.get(address), ofAddress, now);
    if (own.tokens < 1) return 'address';
    const all = filled(this.#all, inAll, now);
    if (all.tokens < 1) return 'all';
    this.#all = { tokens: all.tokens - 1, at: now };
    this.#keep(address, { tokens: own.tokens - 1, at: now });
    return 'taken';
  }

  /** One that logged in. */
  payBack(address: string, now: number): void {
    const own = filled(this.#addresses.get(address), ofAddress, now);
    const all = filled(this.#all, inAll, now);
    this.#all = { tokens: Math.min(inAll.burst, all.tokens + 1), at: now };
    this.#keep(address, { tokens: Math.min(ofAddress.burst, own.tokens + 1), at: now });
  }

  #keep(address: string, bucket: Bucket): void {
    this.#addresses.delete(address);
    if (this.#addresses.size >= mostAddresses) this.#addresses.delete(this.#addresses.keys().next().value ?? '');
    this.#addresses.set(address, bucket);
  }
}

function filled(bucket: Bucket | undefined, { burst, perSecond }: Allowance, now: number): Bucket {
  if (bucket === undefined) return { tokens: burst, at: now };
  return { tokens: Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond), at: now };
}
