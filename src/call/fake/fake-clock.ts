import type { Clock, Timer } from '../../io/index.ts';

interface Due {
  readonly at: number;
  readonly fire: () => void;
}

/** A clock for tests: time passes only in `advance`. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #due = new Set<Due>();

  now(): number {
    return 1_300_000_000_000 + this.#now;
  }
  monotonic(): number {
    return this.#now;
  }
  after(delayMs: number, fire: () => void): Timer {
    const due = { at: this.#now + delayMs, fire };
    this.#due.add(due);
    return { cancel: () => this.#due.delete(due) };
  }

  /** Timers not yet fired. */
  get pending(): number {
    return this.#due.size;
  }

  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = [...this.#due].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#due.delete(next);
      this.#now = next.at;
      next.fire();
    }
    this.#now = until;
  }
}
