import type { Clock, Timer } from '../io/index.ts';
import type { CodecName, Direction } from '../media/index.ts';
import type { Leg } from './leg.ts';
import type { LegAudio } from './leg-audio.ts';
import type { NegotiableLeg } from './renegotiation.ts';

/** An offer of the peer's, or one on its way to it, may be in between. */
const attemptsAtMost = 5;
const betweenMs = 1000;

const noCodec = { cause: 65, status: 488 } as const;

/** One leg that is brought back. */
class Retrieval {
  readonly leg: NegotiableLeg;
  readonly #clock: Clock;
  readonly #far: LegAudio | undefined;
  #isAsking = false;
  #attempts = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, leg: NegotiableLeg, far: LegAudio | undefined) {
    this.#clock = clock;
    this.leg = leg;
    this.#far = far;
  }

  isOf(leg: NegotiableLeg | undefined, far: LegAudio | undefined): boolean {
    return this.leg === leg && this.#far === far;
  }

  /** An answer to an offer of ours. True: it was a refusal, and needs no more of the leg. */
  answered(status: number): boolean {
    if (!this.#isAsking) return false;
    this.#isAsking = false;
    if (status < 300) return false;
    this.leg.audio.stay();
    if (status === 491 && this.#attempts < attemptsAtMost)
      this.#timer ??= this.#clock.after(betweenMs, () => this.ask());
    else if (this.#codec !== this.leg.audio.codec) this.leg.fail(noCodec);
    return true;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** That of the other leg: it is the first of the two to speak it. */
  get #codec(): CodecName | undefined {
    return this.#far?.codec ?? this.leg.audio.codec;
  }

  /** Whoever holds by its own will goes on holding; whoever was held only says so. */
  get #direction(): Direction {
    return this.#far?.remoteDirection === 'sendonly' ? 'sendonly' : 'sendrecv';
  }

  /** To be called again when the other side may have changed. */
  ask(): void {
    this.stop();
    const { audio, takesOffers } = this.leg;
    const [codec, direction] = [this.#codec, this.#direction];
    const isRight = !audio.held && direction === 'sendrecv' && codec === audio.codec;
    if (this.#isAsking || isRight || codec === undefined || !takesOffers) return;
    const offer = audio.offerAgain([codec], direction);
    if (offer === undefined) return this.leg.fail(noCodec);
    this.#attempts++;
    this.#isAsking = true;
    this.leg.ask(offer, 'INVITE');
  }
}

/**
 * Two legs that did not begin together: each is brought back from a hold by whoever is no longer there, and to the codec of the other,
 * by a re-INVITE, and only where its peer hears what has changed.
 */
export class Retrievals {
  readonly #clock: Clock;
  #under: readonly Retrieval[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `near` is new here, and adapts itself to `far`. */
  begin(near: Leg | undefined, far: Leg | undefined): void {
    const pairs = [
      [near?.negotiable, far?.audio],
      [far?.negotiable, undefined],
    ] as const;
    const before = this.#under;
    this.#under = pairs.flatMap(([leg, other]) => {
      const known = before.find((one) => one.isOf(leg, other));
      return known ?? (leg === undefined ? [] : new Retrieval(this.#clock, leg, other));
    });
    for (const one of before) if (!this.#under.includes(one)) one.stop();
    for (const one of this.#under) one.ask();
  }

  answered(leg: NegotiableLeg, status: number): boolean {
    return this.#under.some((one) => one.leg === leg && one.answered(status));
  }

  stop(): void {
    for (const one of this.#under) one.stop();
    this.#under = [];
  }
}
