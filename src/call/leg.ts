import type { CodecName, Digit } from '../media/index.ts';
import type { Replaced } from '../sip/refer/index.ts';
import type { ArrivalUri, OfferCarrier, ReceivedRefer, ReferVerdict, SipSession } from '../sip/session.ts';
import type { Release } from './cause.ts';
import type { LegAudio } from './leg-audio.ts';
import type { NegotiableLeg } from './renegotiation.ts';
import type { LegReport } from './report.ts';
import type { DialPeer } from './settings.ts';

export type ReferableLeg = Pick<SipSession, 'takesRefer' | 'refer'>;

/** One side of a call, SIP or telephony: what the call can do with it. */
export interface Leg {
  readonly id: number;
  readonly protocol: 'sip' | 'telephony';
  /** Undefined: the default peer, 0. */
  readonly peer: DialPeer | undefined;
  /** The RTP side; undefined on a telephone port. */
  readonly audio: LegAudio | undefined;
  /** The same leg, where its media can be changed in mid-call; undefined on a telephone port. */
  readonly negotiable: NegotiableLeg | undefined;
  /** Whom it leads to, where that can be asked to call somebody else; absent on a telephone port. */
  readonly referable?: ReferableLeg | undefined;
  /** Ends the leg whatever its state, tells its owner nothing more, and leaves nothing behind. Of no effect when it is over. */
  release(release: Release): void;
  /** From now on it tells this owner. */
  handTo(owner: LegOwner): void;
  report(call: number, other: Leg | undefined): LegReport;
}

/** The leg a call came in on. */
export interface CallerLeg extends Leg {
  readonly calling: string;
  readonly called: string;
  /** The URI it was sent to, when it came over SIP. */
  readonly requested: ArrivalUri | undefined;
  /** The number that sent the call on to us, when that was asked for. */
  readonly redirecting: string | undefined;
  /** Hops the call may still take over SIP; undefined when it began here. */
  readonly hopsLeft: number | undefined;
  /** Codecs the other leg may have: there is no transcoder. In the caller's order. */
  readonly codecs: readonly CodecName[];
  /** Makes ready to be alerted and connected; then calls `then`, with the reason when it cannot. At once when it can. */
  prepare(then: (failure: Release | undefined) => void): void;
  /** The codec of the other leg. Before `alert` and `connect`, once for each attempt. */
  choose(codec: CodecName): void;
  /** The called side rings; `early`: and is heard already. */
  alert(early: boolean): void;
  /** The called side answered. */
  connect(): void;
  /** Who referred it to the called side. Absent: nobody. */
  readonly referredBy?: string | undefined;
  /** Whom the called side is to leave for it. */
  readonly replaces?: Replaced | undefined;
  /** It is not in this call yet, but in another, which shows it. Absent: it is. */
  readonly isElsewhere?: boolean;
}

/** The leg a call goes out on: one attempt. */
export interface CalledLeg extends Leg {
  /** Sends the INVITE, or rings. May tell the owner of alerting or of the end before it returns. */
  begin(): void;
}

/** Whom a leg tells. After `ended` the leg is over and cleaned up. */
export interface LegOwner {
  /** Twelve hexadecimal digits that both legs of a call have in common. */
  readonly guid: string;
  alerting(leg: Leg, early: boolean): void;
  connected(leg: Leg): void;
  ended(leg: Leg, release: Release): void;
  /** The peer pressed a key that goes on by signalling. False: the other leg cannot take it. */
  pressed(leg: NegotiableLeg, digit: Digit): boolean;
  /** An offer in mid-call. False: the leg is to answer it by itself. */
  offered(leg: NegotiableLeg, sdp: string, carrier: OfferCarrier): boolean;
  /** An answer in mid-call. False: it is the leg's own affair. */
  offerAnswered(leg: NegotiableLeg, status: number, sdp: string | undefined): boolean;
  /** The peer took its offer back. */
  offerWithdrawn(leg: NegotiableLeg): void;
  /** The peer wants the other leg to speak with somebody else. */
  referred(leg: Leg, refer: ReceivedRefer): ReferVerdict;
}
