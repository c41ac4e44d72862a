import type { Flow } from '../transport/index.ts';

/** Requests in a row that nobody answered, while nothing else was heard, after which a connection is held for dead. */
const unansweredAtMost = 2;

/** Finds connections that still stand while nobody is at their other end. Datagrams have no connection to be dead. */
export class SilentPeers {
  readonly #unanswered = new Map<Flow, number>();
  #found = 0;

  /** How many were found. */
  get found(): number {
    return this.#found;
  }

  heard(flow: Flow): void {
    if (this.#unanswered.size > 0) this.#unanswered.delete(flow);
  }

  /** A request on this way timed out. True: it is dead. */
  unanswered(flow: Flow): boolean {
    if (!flow.reliable || !flow.open) return false;
    const times = (this.#unanswered.get(flow) ?? 0) + 1;
    this.#unanswered.set(flow, times);
    if (times < unansweredAtMost) return false;
    this.#unanswered.delete(flow);
    this.#found++;
    return true;
  }
}
