import type { Clock, Timer } from '../clock.ts';

const never: Timer = { cancel: () => undefined };

/** The world's clock as one host has it: when the host dies its timers die with it. */
export class HostClock implements Clock {
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  #isDead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  after(delayMs: number, fire: () => void): Timer {
    if (this.#isDead) return never;
    const inner = this.#clock.after(delayMs, () => {
      this.#timers.delete(timer);
      fire();
    });
    const timer: Timer = {
      cancel: () => {
        this.#timers.delete(timer);
        inner.cancel();
      },
    };
    this.#timers.add(timer);
    return timer;
  }

  /** Timers set and neither fired nor cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  die(): void {
    this.#isDead = true;
    for (const timer of [...this.#timers]) timer.cancel();
  }
}
