import type { Digit } from '../media/index.ts';
import { type CodecName, codecNames } from '../media/index.ts';
import type { Replaced } from '../sip/refer/index.ts';
import type { ArrivalUri, OfferCarrier, ReceivedRefer, ReferProgress, ReferVerdict } from '../sip/session.ts';
import type { TransferCourse } from './call.ts';
import { type CauseMap, causeText, type Release, statusOf } from './cause.ts';
import type { CallerLeg, Leg, LegOwner, ReferableLeg } from './leg.ts';
import type { LegAudio } from './leg-audio.ts';
import type { LegWorld } from './leg-world.ts';
import type { NegotiableLeg } from './renegotiation.ts';
import type { LegReport } from './report.ts';
import type { DialPeer } from './settings.ts';
import { type TransferAction, type TransferEvent, type TransferState, transferMachine } from './transfer-machine.ts';

/** The call in which somebody asked for a transfer. */
export interface TransferredCall {
  /** Lets go of a leg that goes on in another call. */
  give(leg: Leg): void;
  end(release: Release): void;
}

/** The call to the target, as far as the transfer, which is its caller, tells it. */
interface TargetCall extends LegOwner {
  /** The leg is in this call from now on. */
  arrived(leg: Leg): void;
}

/** Who is called in the place of the transferor, and by whose rights. */
export interface TransferTerms {
  readonly calling: string;
  readonly called: string;
  readonly requested: ArrivalUri | undefined;
  /** The transferor's: what is open to it is open to the call. */
  readonly peer: DialPeer | undefined;
  /** The transferee once called the gateway by itself: only such a one has proved who it is. */
  readonly isCaller: boolean;
  readonly hopsLeft: number | undefined;
  readonly referredBy: string | undefined;
  readonly replaces: Replaced | undefined;
}

const transferred: Release = { cause: 16 };
/** The transferee did not wait. */
const gone: Release = { cause: 16, status: 487 };

/**
 * The transferee, on its way from the call with the transferor into the one with the target. To the latter it is the caller, and
 * stays so for as long as that lasts; the leg itself belongs to the old call until the transferor hangs up or the target answers.
 */
export class Transfer implements CallerLeg, LegOwner, TransferCourse {
  readonly id: number;
  readonly protocol: Leg['protocol'];
  readonly peer: DialPeer | undefined;
  readonly isCaller: boolean;
  readonly calling: string;
  readonly called: string;
  readonly requested: ArrivalUri | undefined;
  readonly redirecting = undefined;
  readonly hopsLeft: number | undefined;
  readonly referredBy: string | undefined;
  readonly replaces: Replaced | undefined;
  readonly #from: TransferredCall;
  /** As the old call knows it: a transferee may be transferred again. */
  readonly #slot: Leg;
  readonly #leg: Leg;
  readonly #into: TargetCall;
  readonly #progress: ReferProgress;
  readonly #causes: CauseMap;
  #state: TransferState = 'calling';
  #release: Release = gone;
  #isEarly = false;

  constructor(
    world: Pick<LegWorld, 'sip'>,
    from: TransferredCall,
    transferee: Leg,
    into: TargetCall,
    terms: TransferTerms,
    progress: ReferProgress,
  ) {
    this.#from = from;
    this.#slot = transferee;
    this.#leg = transferee instanceof Transfer ? transferee.#leg : transferee;
    this.#into = into;
    this.#progress = progress;
    this.#causes = world.sip;
    this.id = transferee.id;
    this.protocol = transferee.protocol;
    this.peer = terms.peer;
    this.isCaller = terms.isCaller;
    this.calling = terms.calling;
    this.called = terms.called;
    this.requested = terms.requested;
    this.hopsLeft = terms.hopsLeft;
    this.referredBy = terms.referredBy;
    this.replaces = terms.replaces;
  }

  /** The leg of the transferee itself: `peer` is whose rights it was sent on by, this one has its own. */
  get own(): Leg {
    return this.#leg;
  }

  // ---- what the call to the target asks of its caller

  /** Its leg is still another call's, and is shown there. */
  get isElsewhere(): boolean {
    return this.#state === 'calling';
  }

  get audio(): LegAudio | undefined {
    return this.isElsewhere ? undefined : this.#leg.audio;
  }

  get negotiable(): NegotiableLeg | undefined {
    return this.isElsewhere ? undefined : this.#leg.negotiable;
  }

  get referable(): ReferableLeg | undefined {
    return this.isElsewhere ? undefined : this.#leg.referable;
  }

  /** What it speaks already: so nothing needs to change for it. */
  get codecs(): readonly CodecName[] {
    const { audio } = this.#leg;
    if (audio === undefined) return codecNames;
    return audio.codec === undefined ? [] : [audio.codec];
  }

  prepare(then: (failure: Release | undefined) => void): void {
    then(undefined);
  }

  choose(): void {}

  alert(early: boolean): void {
    this.#isEarly ||= early;
    this.#hear('target alerts');
  }

  connect(): void {
    this.#hear('target answers');
  }

  release(release: Release): void {
    this.#release = release;
    this.#hear('target ends');
  }

  handTo(owner: LegOwner): void {
    this.#leg.handTo(owner);
  }

  report(call: number, other: Leg | undefined): LegReport {
    return this.#leg.report(call, other);
  }

  // ---- what the call with the transferor tells

  /** Whether the old call still has to do with it. */
  get isPending(): boolean {
    return this.#state === 'calling';
  }

  transferorEnded(): boolean {
    this.#hear('transferor ends');
    return false;
  }

  /** The old call is over, and its legs with it. */
  callEnded(): void {
    if (this.isPending) this.#hear('transferee ends');
  }

  // ---- what the leg tells once it is in the call to the target

  get guid(): string {
    return this.#into.guid;
  }

  alerting(): void {}
  connected(): void {}

  ended(_leg: Leg, release: Release): void {
    this.#release = release;
    this.#hear('transferee ends');
  }

  pressed(leg: NegotiableLeg, digit: Digit): boolean {
    return this.#into.pressed(leg, digit);
  }

  offered(leg: NegotiableLeg, sdp: string, carrier: OfferCarrier): boolean {
    return this.#into.offered(leg, sdp, carrier);
  }

  offerAnswered(leg: NegotiableLeg, status: number, sdp: string | undefined): boolean {
    return this.#into.offerAnswered(leg, status, sdp);
  }

  offerWithdrawn(leg: NegotiableLeg): void {
    this.#into.offerWithdrawn(leg);
  }

  referred(_leg: Leg, refer: ReceivedRefer): ReferVerdict {
    return this.#into.referred(this, refer);
  }

  #hear(event: TransferEvent): void {
    const row = transferMachine[this.#state][event];
    if (row === undefined) return;
    this.#state = row.to;
    for (const action of row.do) this.#perform(action);
  }

  #perform(action: TransferAction): void {
    switch (action) {
      case 'tell alerting':
        return this.#progress.tell(this.#isEarly ? 183 : 180);
      case 'tell answered':
        return this.#progress.tell(200);
      case 'tell failure':
        return this.#tellFailure();
      case 'take transferee':
        return this.#take();
      case 'release transferor':
        return this.#from.end(transferred);
      case 'release transferee':
        return this.#leg.release(this.#release);
      case 'leave target':
        return this.#into.ended(this, this.#release);
    }
  }

  #take(): void {
    this.#from.give(this.#slot);
    this.#leg.handTo(this);
    this.#into.arrived(this);
  }

  #tellFailure(): void {
    const { cause } = this.#release;
    const status = statusOf(this.#release, this.#causes);
    this.#progress.tell(status, { cause, text: causeText(cause) });
  }
}
