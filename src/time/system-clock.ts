import type { Clock, Timer } from '../io/index.ts';

/** Who says what o'clock it is, in the words of `show clock detail`. */
export type TimeSource = 'hardware calendar' | 'user configuration' | 'NTP';

/**
 * The gateway's clock: the host's until somebody knows better, then the time it was set to, carried on by the host's monotonic
 * clock. A host clock that is set afterwards changes nothing here. Timers are always the host's.
 */
export class SystemClock implements Clock {
  readonly #host: Clock;
  /** The time of day when the monotonic clock showed 0. */
  #base: number | undefined;
  #source: TimeSource = 'hardware calendar';

  constructor(host: Clock) {
    this.#host = host;
  }

  now(): number {
    return this.#base === undefined ? this.#host.now() : Math.round(this.#base + this.#host.monotonic());
  }

  monotonic(): number {
    return this.#host.monotonic();
  }

  after(delayMs: number, fire: () => void): Timer {
    return this.#host.after(delayMs, fire);
  }

  get source(): TimeSource {
    return this.#source;
  }

  /** What `now` adds to the monotonic clock at this moment. */
  get base(): number {
    return this.#base ?? this.#host.now() - this.#host.monotonic();
  }

  /** How far the host's clock is ahead of this one, milliseconds. */
  get hostAheadMs(): number {
    return this.#host.now() - this.now();
  }

  set(base: number, source: TimeSource): void {
    this.#base = base;
    this.#source = source;
  }
}
