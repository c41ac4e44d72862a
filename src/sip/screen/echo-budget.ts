/** Addresses remembered, of either kind; the one longest unheard is forgotten, which allows it nothing. */
const hostsAtMost = 10_000;
/** An address may have another owner by then. */
const provedMs = 3_600_000;
/** More than is ever due in answers to one address. */
const leftAtMost = 1_048_576;
/** Kept back by an answer that others follow: a final answer with its description, and one repetition. */
const reserve = 2000;

/**
 * What an address may be sent by datagrams as long as nothing shows that its owner is who asks: not a byte more than came from there,
 * so that nobody makes us flood somebody else. It shows once something comes back that only our answers told. Pure: bytes and
 * monotonic milliseconds in.
 */
export class EchoBudget {
  readonly #left = new Map<string, number>();
  readonly #provedAt = new Map<string, number>();
  /** Datagrams that were not sent. */
  withheld = 0;

  received(host: string, bytes: number): void {
    const left = this.#left.get(host) ?? 0;
    put(this.#left, host, Math.min(leftAtMost, left + bytes));
  }

  /** Something came that only whoever hears us can know. */
  echoed(host: string, now: number): void {
    put(this.#provedAt, host, now);
  }

  /** Whether so many bytes may be sent there; they count when they may. `isProvisional`: the answer that matters is to follow. */
  take(host: string, bytes: number, isProvisional: boolean, now: number): boolean {
    const provedAt = this.#provedAt.get(host);
    if (provedAt !== undefined && now - provedAt < provedMs) return true;
    const left = this.#left.get(host) ?? 0;
    if (left < bytes + (isProvisional ? reserve : 0)) {
      this.withheld++;
      return false;
    }
    this.#left.set(host, left - bytes);
    return true;
  }
}

/** As the newest entry. */
function put(map: Map<string, number>, host: string, value: number): void {
  map.delete(host);
  map.set(host, value);
  if (map.size <= hostsAtMost) return;
  const oldest = map.keys().next().value;
  if (oldest !== undefined) map.delete(oldest);
}
