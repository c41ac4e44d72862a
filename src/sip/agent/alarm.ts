import { Timed } from '../transaction/index.ts';

/** Whom a machine's timer wakes. */
export interface Woken {
  woken(now: number): void;
}

/** Something a session does at a time, once. Its host must `watch` it after each change. */
export class Alarm extends Timed implements Woken {
  readonly #ring: () => void;
  #at = Number.POSITIVE_INFINITY;

  constructor(ring: () => void) {
    super();
    this.#ring = ring;
  }

  get owner(): Woken {
    return this;
  }

  woken(): void {
    this.#at = Number.POSITIVE_INFINITY;
    this.#ring();
  }

  get deadline(): number {
    return this.#at;
  }

  get isSet(): boolean {
    return this.#at !== Number.POSITIVE_INFINITY;
  }

  set(at: number): void {
    this.#at = at;
  }

  /** To the second, or to `grainMs`, so that the alarms of many calls that few live to hear share their place in the queue. */
  setRoughly(at: number, grainMs = 1000): void {
    this.#at = Math.ceil(at / grainMs) * grainMs;
  }

  stop(): void {
    this.#at = Number.POSITIVE_INFINITY;
  }
}
