import type { DialPeer } from './settings.ts';

/** How many calls each dial peer carries, for `max-conn`, and when it was last tried, for the hunt orders. */
export class PeerUse {
  readonly #active = new Map<number, number>();
  readonly #lastUsed = new Map<number, number>();
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

  /** Forgets peers that are no longer configured. */
  keep(peers: ReadonlyMap<number, DialPeer>): void {
    for (const tag of this.#lastUsed.keys()) if (!peers.has(tag)) this.#lastUsed.delete(tag);
  }

  /** Calls on all peers together: 0 when nothing leaked. */
  get total(): number {
    let total = 0;
    for (const count of this.#active.values()) total += count;
    return total;
  }
}
