import type { Clock, Timer } from '../clock.ts';

/** Longest delay `setTimeout` takes; a longer one would fire at once. */
const longestDelayMs = 0x7fff_ffff;

/** The machine's clock. A pending timer keeps the process alive, as a pending socket does. */
export const nodeClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, fire) => new NodeTimer(delayMs, fire),
};

class NodeTimer implements Timer {
  #handle: NodeJS.Timeout;

  constructor(delayMs: number, fire: () => void) {
    this.#handle = this.#arm(delayMs, fire);
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }

  /** A delay beyond what `setTimeout` takes is waited for in parts. */
  #arm(delayMs: number, fire: () => void): NodeJS.Timeout {
    if (delayMs <= longestDelayMs) return setTimeout(fire, delayMs);
    return setTimeout(() => {
      this.#handle = this.#arm(delayMs - longestDelayMs, fire);
    }, longestDelayMs);
  }
}
