import type { Clock } from '../io/index.ts';

/** When a leg was set up and connected. */
export class LegTimes {
  readonly setupAt: number;
  readonly #clock: Clock;
  readonly #setup: number;
  #connected: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.setupAt = clock.now();
    this.#setup = clock.monotonic();
  }

  get elapsedMs(): number {
    return this.#clock.monotonic() - this.#setup;
  }
  get connectMs(): number | undefined {
    return this.#connected === undefined ? undefined : this.#connected - this.#setup;
  }
  get durationMs(): number {
    return this.#connected === undefined ? 0 : this.#clock.monotonic() - this.#connected;
  }

  connect(): void {
    this.#connected ??= this.#clock.monotonic();
  }
}
