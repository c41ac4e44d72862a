import type { Clock } from '../io/index.ts';

const firstDelayMs = 1000;
const longestDelayMs = 8000;
/** After so long without a failure an address begins anew. */
const forgottenMs = 600_000;
const mostAddresses = 1000;

interface Failures {
  readonly count: number;
  readonly at: number;
}

/** Counts wrong logins by where they come from, and says how long each next one is to be kept waiting for its answer. */
export class LoginAttempts {
  readonly #clock: Clock;
  /** The one that failed last is the last. */
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One more. Gives the milliseconds to wait before saying so: a second, then twice as long each time, eight at most. */
  failed(address: string): number {
    const at = this.#clock.monotonic();
    const old = this.#failures.get(address);
    const count = old === undefined || at - old.at > forgottenMs ? 1 : old.count + 1;
    this.#failures.delete(address);
    if (this.#failures.size >= mostAddresses) this.#failures.delete(this.#failures.keys().next().value ?? '');
    this.#failures.set(address, { count, at });
    return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(count - 1, 10));
  }

  /** A login succeeded: the address is trusted again. */
  forgive(address: string): void {
    this.#failures.delete(address);
  }
}

/** Resolves after so long. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => void clock.after(delayMs, resolve));
}
