import type { Clock, Timer } from '../../io/index.ts';

/** The one real timer behind the deadlines of an owner: set to what is due next, and only ever to something earlier. */
export class DeadlineTimer {
  readonly #clock: Clock;
  readonly #fire: (now: number) => void;
  #timer: Timer | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #isStopped = false;

  /** `fire`: does what is due, and arms again. `now`: monotonic milliseconds. */
  constructor(clock: Clock, fire: (now: number) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  /** `next`: monotonic milliseconds; infinity: nothing is due. */
  arm(next: number): void {
    if (next >= this.#armedFor || this.#isStopped) return;
    this.#timer?.cancel();
    this.#armedFor = next;
    this.#timer = this.#clock.after(Math.max(0, next - this.#clock.monotonic()), () => {
      this.#armedFor = Number.POSITIVE_INFINITY;
      this.#fire(this.#clock.monotonic());
    });
  }

  /** Nothing is due any more. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }
}
