import type { CallRecord, PeerCalls } from './report.ts';
import type { DialPeer } from './settings.ts';

interface Past {
  successful: number;
  failed: number;
  connectMs: number;
  lastCause: number;
  lastSetupAt: number;
}

/** How many calls each dial peer carries, for `max-conn`, and when it was last tried, for the hunt orders. */
export class PeerUse {
  readonly #active = new Map<number, number>();
  readonly #lastUsed = new Map<number, number>();
  readonly #past = new Map<number, Past>();
  #uses = 0;

  get lastUsed(): ReadonlyMap<number, number> {
    return this.#lastUsed;
  }

  /** Takes a place on the peer; false when it carries `max-conn` calls already. The default peer is never full. */
  enter(peer: DialPeer | undefined): boolean {
    if (peer === undefined) return true;
    const active = this.#active.get(peer.tag) ?? 0;
    if (peer.maxConnections !== undefined && active >= peer.maxConnections) return false;
    this.#active.set(peer.tag, active + 1);
    return true;
  }

  leave(peer: DialPeer | undefined): void {
    if (peer === undefined) return;
    const active = (this.#active.get(peer.tag) ?? 1) - 1;
    if (active === 0) this.#active.delete(peer.tag);
    else this.#active.set(peer.tag, active);
  }

  /** Outgoing: the peer was tried now. */
  tried(peer: DialPeer): void {
    this.#lastUsed.set(peer.tag, ++this.#uses);
  }

  /** A call is over: what its peers, in and out, did in it. Attempts that failed before the last one count too. */
  record({ inPeer, outPeer, attempts, connectMs, durationMs, cause, setupAt }: CallRecord): void {
    const isGood = connectMs !== undefined;
    const add = (tag: number, good: boolean, why: number): void => {
      const past = this.#past.get(tag) ?? { successful: 0, failed: 0, connectMs: 0, lastCause: 0, lastSetupAt: 0 };
      if (good) past.successful++;
      else past.failed++;
      if (good) past.connectMs += durationMs;
      past.lastCause = why;
      past.lastSetupAt = setupAt;
      this.#past.set(tag, past);
    };
    add(inPeer, isGood, cause);
    for (const attempt of attempts) add(attempt.peer, false, attempt.cause);
    if (outPeer !== undefined && (isGood || attempts.at(-1)?.peer !== outPeer)) add(outPeer, isGood, cause);
  }

  calls(tag: number): PeerCalls {
    const active = this.#active.get(tag) ?? 0;
    const past = this.#past.get(tag);
    return past === undefined ? { active, successful: 0, failed: 0, connectMs: 0 } : { active, ...past };
  }

  /** Forgets peers that are no longer configured. */
  keep(peers: ReadonlyMap<number, DialPeer>): void {
    for (const tag of this.#lastUsed.keys()) if (!peers.has(tag)) this.#lastUsed.delete(tag);
    for (const tag of this.#past.keys()) if (!peers.has(tag)) this.#past.delete(tag);
  }

  /** Calls on all peers together: 0 when nothing leaked. */
  get total(): number {
    let total = 0;
    for (const count of this.#active.values()) total += count;
    return total;
  }
}
