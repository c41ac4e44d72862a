/** Spreads what would come at once: each takes a turn, and no more than so many turns lie in any second. */
export class Pacer {
  #intervalMs: number;
  #next = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.#intervalMs = 1000 / perSecond;
  }

  reconfigure(perSecond: number): void {
    this.#intervalMs = 1000 / perSecond;
  }

  /** The time of the next turn, not before `now`. Each call takes one. */
  turn(now: number): number {
    const at = Math.max(now, this.#next);
    this.#next = at + this.#intervalMs;
    return at;
  }
}
