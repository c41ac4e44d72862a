import type { Clock, Timer } from '../io/index.ts';
import type { Direction } from '../media/index.ts';
import type { NegotiableLeg } from './renegotiation.ts';

/** An offer of the peer's, or one on its way to it, may be in between. */
const attemptsAtMost = 5;
const betweenMs = 1000;

/** Brings a leg back that somebody held who is no longer there: by a re-INVITE, and only where its peer hears what has changed. */
export class Retrieval {
  readonly #clock: Clock;
  readonly #leg: NegotiableLeg;
  #far: Direction = 'sendrecv';
  #isAsking = false;
  #attempts = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, leg: NegotiableLeg) {
    this.#clock = clock;
    this.#leg = leg;
  }

  /** `far`: what the peer of the other leg does now. */
  begin(far: Direction): void {
    this.#far = far;
    this.#attempts = 0;
    this.#ask();
  }

  /** An answer to an offer of ours. True: it was a refusal, and needs no more of the leg. */
  answered(status: number): boolean {
    if (!this.#isAsking) return false;
    this.#isAsking = false;
    if (status < 300) return false;
    this.#leg.audio.stay();
    if (status === 491 && this.#attempts < attemptsAtMost)
      this.#timer ??= this.#clock.after(betweenMs, () => this.#again());
    return true;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #again(): void {
    this.#timer = undefined;
    this.#ask();
  }

  #ask(): void {
    const { audio } = this.#leg;
    const { codec } = audio;
    const isRight = !audio.held && this.#far === 'sendrecv';
    if (this.#isAsking || isRight || codec === undefined || !this.#leg.takesOffers) return;
    const offer = audio.offerAgain([codec], this.#far);
    if (offer === undefined) return;
    this.#attempts++;
    this.#isAsking = true;
    this.#leg.ask(offer, 'INVITE');
  }
}
