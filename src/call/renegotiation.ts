import type { Digit } from '../media/index.ts';
import type { OfferCarrier } from '../sip/session.ts';
import { type CauseMap, type Release, releaseOfStatus, statusOf } from './cause.ts';
import type { LegAudio, Proposal } from './leg-audio.ts';

/** A leg whose media can be changed while the call stands: a SIP leg. */
export interface NegotiableLeg {
  readonly audio: LegAudio;
  /** Whether its peer can be made an offer. */
  readonly takesOffers: boolean;
  /** Makes the peer an offer, or asks for one. The outcome is told to the call. */
  ask(sdp: string | undefined, carrier: OfferCarrier): void;
  answerOffer(sdp: string): void;
  refuseOffer(status: number): void;
  withdrawOffer(): void;
  /** Sends a key by signalling. False: nothing of that kind was agreed on, or too many wait. */
  press(digit: Digit): boolean;
  /** Its audio is another one now. */
  changed(): void;
  /** It cannot go on. */
  fail(release: Release): void;
}

const noCodec: Release = { cause: 65, status: 488 };

type State =
  /** `to` has our offer, or our question for one. */
  | 'asked'
  /** `to` made its offer in a 2xx, `from` has ours, and its answer comes in an ACK. */
  | 'answering'
  /** `from` took its offer back, `to` has not been heard since. */
  | 'withdrawn'
  /** `to` took what `from` took back: it is put as it was. */
  | 'restoring'
  | 'over';

/** What is configured for the end of calls says nothing of an offer that is refused. */
const usual: CauseMap = { statusOfCause: new Map(), causeOfStatus: new Map() };

/**
 * An offer of one SIP leg that is passed to the other (RFC 3264 8): hold, resume, another codec or address. Both are answered
 * when the other peer has answered; where it refuses, both stay as they were. What is offered to a leg is its own address, the
 * codecs of both and the direction that the other peer wants.
 */
export class Renegotiation {
  readonly #from: NegotiableLeg;
  readonly #to: NegotiableLeg;
  #state: State = 'asked';
  /** The peer's that made the offer: of `from`, or, when that asked for one, of `to`. */
  #proposal: Proposal | undefined;

  private constructor(from: NegotiableLeg, to: NegotiableLeg, proposal: Proposal | undefined) {
    this.#from = from;
    this.#to = to;
    this.#proposal = proposal;
  }

  /** Undefined: there is nothing to pass on, `from` is to be answered by itself. */
  static begin(from: NegotiableLeg, to: NegotiableLeg, sdp: string, carrier: OfferCarrier): Renegotiation | undefined {
    if (!to.takesOffers) return undefined;
    if (sdp === '') {
      const question = new Renegotiation(from, to, undefined);
      to.ask(undefined, carrier);
      return question;
    }
    const proposal = from.audio.readChange(sdp);
    if (proposal === undefined || !proposal.isNew) return undefined;
    const offer = to.audio.offerAgain(proposal.codecs, proposal.remote.direction);
    if (offer === undefined) return undefined;
    const change = new Renegotiation(from, to, proposal);
    to.ask(offer, carrier);
    return change;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** An offer of `leg`, while this goes on. */
  offered(leg: NegotiableLeg, sdp: string, carrier: OfferCarrier): void {
    if (carrier !== '2xx') return leg.refuseOffer(491);
    if (this.#state === 'withdrawn') return this.#putOff(sdp);
    const proposal = this.#to.audio.readChange(sdp);
    const offer = proposal && this.#from.audio.offerAgain(proposal.codecs, proposal.remote.direction);
    if (offer === undefined) return this.#fail(488, noCodec);
    this.#proposal = proposal;
    this.#state = 'answering';
    this.#from.answerOffer(offer);
  }

  /** False: that was no answer to anything of ours. */
  answered(leg: NegotiableLeg, status: number, sdp = ''): boolean {
    if (leg === this.#from) {
      if (this.#state !== 'answering') return false;
      this.#acknowledged(sdp);
    } else if (this.#state === 'asked') this.#decided(status, sdp);
    else if (this.#state === 'withdrawn') this.#tooLate(status, sdp);
    else this.#restored(status, sdp);
    return true;
  }

  /** `from` took its offer back. */
  withdrawn(): void {
    if (this.#state !== 'asked') return;
    this.#state = 'withdrawn';
    this.#to.withdrawOffer();
  }

  /** `leg` is gone, and the other one goes on without it. */
  ended(leg: NegotiableLeg): void {
    if (this.#state === 'asked' && leg === this.#to) this.#from.refuseOffer(500);
    this.#state = 'over';
  }

  /** `to` has answered, or refused to. */
  #decided(status: number, sdp: string): void {
    const proposal = this.#proposal;
    if (status >= 300 || sdp === '' || proposal === undefined) {
      this.#to.audio.stay();
      this.#state = 'over';
      return this.#from.refuseOffer(status < 300 ? 488 : statusOf(releaseOfStatus(status, usual), usual));
    }
    const failure = this.#to.audio.readAnswer(sdp);
    if (failure !== undefined) return this.#fail(488, failure);
    this.#answer(this.#from, this.#to, proposal);
  }

  /** The ACK of `from`, which holds its answer: that of `to` goes into ours. */
  #acknowledged(sdp: string): void {
    const proposal = this.#proposal;
    const { audio } = this.#from;
    const failure = sdp === '' ? undefined : audio.readAnswer(sdp);
    if (sdp === '') audio.stay();
    if (failure === undefined && proposal !== undefined) return this.#answer(this.#to, this.#from, proposal);
    this.#state = 'over';
    this.#from.fail(failure ?? noCodec);
  }

  /** `leg` made the proposal; `other` has taken it. */
  #answer(leg: NegotiableLeg, other: NegotiableLeg, proposal: Proposal): void {
    this.#state = 'over';
    const answer = leg.audio.accept(proposal, other.audio.codec, other.audio.remoteDirection);
    if (answer === undefined) return leg.fail(noCodec);
    leg.answerOffer(answer);
    leg.changed();
    other.changed();
  }

  #fail(status: number, release: Release): void {
    this.#state = 'over';
    this.#from.refuseOffer(status);
    this.#to.fail(release);
  }

  #tooLate(status: number, sdp: string): void {
    const { audio } = this.#to;
    this.#state = 'over';
    if (status >= 300 || sdp === '') return audio.stay();
    const failure = audio.readAnswer(sdp);
    const { codec, remoteDirection } = this.#from.audio;
    const offer = codec === undefined ? undefined : audio.offerAgain([codec], remoteDirection);
    if (failure !== undefined || offer === undefined) return this.#to.fail(failure ?? noCodec);
    this.#state = 'restoring';
    this.#to.ask(offer, 'INVITE');
  }

  #restored(status: number, sdp: string): void {
    this.#state = 'over';
    const failure = status >= 300 || sdp === '' ? noCodec : this.#to.audio.readAnswer(sdp);
    if (failure === undefined) this.#to.changed();
    else this.#to.fail(failure);
  }

  /** Nobody wants the offer any more that `to` was asked for; it gets the answer that leaves all as it is. */
  #putOff(sdp: string): void {
    const proposal = this.#to.audio.readChange(sdp);
    if (proposal === undefined) return this.#fail(487, noCodec);
    this.#answer(this.#to, this.#from, proposal);
  }
}
