import type { Clock, Timer } from '../io/index.ts';
import type { Caller, CallerPotsLeg } from './pots-leg.ts';

interface Patience {
  readonly simulatedHoldMs: number;
  readonly simulatedPatienceMs: number;
}

/** Who dials for `csim start`: waits for the answer up to its patience, holds the call shortly, hangs up. */
export class SimulatedCaller implements Caller {
  readonly #clock: Clock;
  readonly #patience: Patience;
  #leg: CallerPotsLeg | undefined;
  #timer: Timer | undefined;
  #gaveUp = false;

  constructor(clock: Clock, patience: Patience) {
    this.#clock = clock;
    this.#patience = patience;
  }

  /** It hung up because nobody answered. */
  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  begin(leg: CallerPotsLeg): void {
    this.#leg = leg;
    this.#timer = this.#clock.after(this.#patience.simulatedPatienceMs, () => {
      this.#gaveUp = true;
      leg.hangUp();
    });
  }

  answered(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(this.#patience.simulatedHoldMs, () => this.#leg?.hangUp());
  }

  over(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
