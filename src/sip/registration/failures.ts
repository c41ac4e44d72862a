import type { SipSettings } from '../settings.ts';
import { backOffMs, exhaustedMs, retryAfterMs } from './back-off.ts';

/** How often a registration has failed in a row, and when it is tried again because of that. */
export class Failures {
  #count = 0;
  #reason: string | undefined;
  #retryAfterSeconds: number | undefined;

  get count(): number {
    return this.#count;
  }

  /** The last failure's; undefined since the registrar took it. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** What stopped the attempt, and what the registrar asked for. */
  note(reason: string, retryAfterSeconds?: number): void {
    this.#reason = reason;
    this.#retryAfterSeconds = retryAfterSeconds;
  }

  counted(): void {
    this.#count++;
  }

  cleared(): void {
    this.#count = 0;
    this.#reason = undefined;
  }

  /** Milliseconds to the next attempt; `random` is from 0 to 1. */
  retryMs(random: number): number {
    const asked = this.#retryAfterSeconds;
    const own = backOffMs(this.#count + 1, random);
    if (asked === undefined) return own;
    // A registrar that again and again wants to be asked at once is believed once.
    return this.#count === 0 ? retryAfterMs(asked, random) : Math.max(own, retryAfterMs(asked, random));
  }

  /** After a REGISTER that nobody answered. */
  afterSilenceMs(exhausted: SipSettings['registerExhausted'], random: number): number {
    return exhausted === undefined ? this.retryMs(random) : exhaustedMs(exhausted, random);
  }
}
