/** Time as the gateway sees it. `node/` reads the machine's clock, `memory/` a simulated one. */
export interface Clock {
  /** Wall clock: milliseconds since the Unix epoch. May jump when the host's clock is set. */
  now(): number;
  /** Milliseconds that never run backwards; the base of every protocol timer. */
  monotonic(): number;
  /** Calls `fire` once, `delayMs` from now, unless cancelled. Never calls it before returning. */
  after(delayMs: number, fire: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}
