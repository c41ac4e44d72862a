import { type SipStatistics, StatisticsCounter } from '../sip/index.ts';
import type { DialPeer } from './settings.ts';

/** The messages of each dial peer's calls, for `show sip-ua statistics dial-peer`: a count for a peer once it had a call. */
export class PeerStatistics {
  readonly #counters = new Map<number, StatisticsCounter>();
  #clearedAt: number | undefined;

  /** Where the messages of a call through this peer are counted. */
  of({ tag }: DialPeer): StatisticsCounter {
    const known = this.#counters.get(tag);
    if (known !== undefined) return known;
    const counter = new StatisticsCounter(this.#clearedAt);
    this.#counters.set(tag, counter);
    return counter;
  }

  report(tag: number): SipStatistics {
    return (this.#counters.get(tag) ?? new StatisticsCounter(this.#clearedAt)).report();
  }

  /** `now`: wall clock. */
  clear(now: number): void {
    this.#clearedAt = now;
    for (const counter of this.#counters.values()) counter.clear(now);
  }

  /** Forgets peers that are no longer configured. */
  keep(peers: ReadonlyMap<number, DialPeer>): void {
    for (const tag of this.#counters.keys()) if (!peers.has(tag)) this.#counters.delete(tag);
  }

  /** Peers that are counted for. */
  get size(): number {
    return this.#counters.size;
  }
}
