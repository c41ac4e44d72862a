import type { Address } from '../io/index.ts';
import type { Credential } from './auth/index.ts';
import type { GivenReason } from './message/index.ts';
import type { Replaced } from './refer/index.ts';
import type {
  AssertedId,
  AuthenticationEntry,
  OutboundProxy,
  Reliability,
  TransportName,
  UrlScheme,
} from './settings.ts';

export type { GivenReason };

/** Where an INVITE goes: a dial peer's session target. */
export interface SessionTarget {
  readonly kind: 'ipv4' | 'ipv6' | 'dns';
  readonly host: string;
  /** Absent: 5060, or 5061 over TLS. */
  readonly port?: number;
}

/** Counts messages for whoever wants to know of those of some calls. */
export interface MessageTally {
  request(direction: 'in' | 'out', method: string): void;
  response(direction: 'in' | 'out', status: number, method: string): void;
  /** A request of ours sent once more. */
  requestAgain(method: string): void;
  /** A response of ours sent once more. */
  responseAgain(status: number): void;
}

/** What the call room asks for when it starts a leg. */
export interface OutgoingInvite {
  readonly target: SessionTarget;
  readonly transport: TransportName;
  readonly scheme: UrlScheme;
  /** Whose settings and connections; absent: nobody's. */
  readonly tenant?: number;
  /** The interface to leave from; absent: as the tenant or the gateway is bound. */
  readonly bind?: string | undefined;
  /** The next hop in the place of the target (`outbound-proxy`). */
  readonly proxy?: OutboundProxy;
  /** Which of the addresses behind the next hop's name to ask first. */
  readonly prefer?: Address;
  /** It goes to where our numbers are at home: `session target registrar` or `sip-server`. */
  readonly isHome?: true;
  /** Route values, the first hop first. */
  readonly routes?: readonly string[];
  readonly calling: string;
  readonly called: string;
  /** Hops this call may still take, when it came from elsewhere; absent for a call that begins here. */
  readonly maxForwards?: number;
  /** What we are called in the place of our address. */
  readonly localName?: string;
  /** Of the dial peer; absent: as configured for all. */
  readonly rel1xx?: Reliability;
  /** An INVITE that is too long for a datagram goes over TCP where the transport is UDP. */
  readonly tcpWhenLong?: boolean;
  /** Of the dial peer; absent: as configured for all. */
  readonly assertedId?: AssertedId | 'none';
  /** So often a 3xx is followed; absent: never. */
  readonly redirectsAtMost?: number;
  /** Who referred us there: the value of Referred-By. */
  readonly referredBy?: string;
  /** The dialog that whoever is called is to leave for this one (RFC 3891). */
  readonly replaces?: Replaced;
  /** The local media address is not known before the route is: the offer is made when it is. */
  readonly offer: (localHost: string) => string;
  /** Where the messages of this call are counted too. */
  readonly tally?: MessageTally;
}

/** A request in a call that changes no session, such as INFO. */
export interface DialogMessage {
  readonly method: string;
  /** Media type in lower case, without parameters. */
  readonly contentType: string;
  readonly body: string;
}

/** What a SIP leg tells its owner. After `failed` or `ended` nothing more is heard from it. */
export interface SessionHandler {
  /** For those who watch: the number of its leg and the beginning of its call's GUID, `12/ABCDEF012345`. Absent: nobody. */
  readonly legName?: string | undefined;
  /** Its number alone: by it a peer's REFER in another session leads to it. */
  readonly leg?: number | undefined;
  /** 18x, with early SDP when there was one. */
  progressed(status: number, sdp: string | undefined): void;
  /** 2xx to our INVITE; the ACK is sent by the session itself. */
  answered(sdp: string | undefined): void;
  /**
   * Our INVITE failed: the final status, 408 when nobody answered, 503 when it could not be sent, 487 when we cancelled; `given`:
   * why, as the peer says.
   */
  failed(status: number, reason: string, given?: GivenReason): void;
  /** An established leg ended, or an incoming one was cancelled before its answer; `given`: why, as the peer says. */
  ended(cause: SessionEnd, given?: GivenReason): void;
  /**
   * An offer in mid-call, to be answered with `answerOffer` or `refuseOffer`, at once or later. Empty: a re-INVITE that asks for
   * ours, which `answerOffer` makes; `offerAnswered` tells the answer.
   */
  offered(sdp: string, carrier: OfferCarrier): void;
  /** The peer took its re-INVITE back before it was answered. */
  offerWithdrawn(): void;
  /** The peer answered our `offer`; undefined SDP with the status when it refused. */
  offerAnswered(status: number, sdp: string | undefined): void;
  /** The peer asks us to call somebody in its place. Why not, or what to do once it was told that we shall. */
  referred(refer: ReceivedRefer): ReferVerdict;
  /** A message of the peer in the call: with which status it is to be answered. Absent: nobody wants any. */
  messaged?(message: DialogMessage): number;
  /** Our request was challenged: who we are in this realm. Absent: nobody. */
  credentialFor?(realm: string): Credential | undefined;
}

/** A REFER in a call that stands. */
export interface ReceivedRefer {
  /** The number that it leads to, and the URI it stands in. */
  readonly called: string;
  readonly uri: ArrivalUri;
  /** The dialog whose other end is meant: one of ours with the same peer, by its leg, or one between others. */
  readonly replaces: { readonly leg: number } | { readonly dialog: Replaced } | undefined;
  /** Who refers, as he says: the value of Referred-By. */
  readonly referredBy: string | undefined;
  readonly maxForwards: number | undefined;
}

export type ReferVerdict = ReferRefusal | ((progress: ReferProgress) => void);

export interface ReferRefusal {
  readonly status: number;
  readonly reason?: string;
}

/** Whom the course of the referred call is told, by SIP statuses, up to the first final one; `why`: a Q.850 cause and its words. */
export interface ReferProgress {
  tell(status: number, why?: { readonly cause: number; readonly text: string }): void;
}

/** What becomes of a REFER of ours. */
export interface ReferOutcome extends ReferProgress {
  /** The peer takes it. */
  taken(): void;
  /** The peer does not take it: the final status. */
  refused(status: number): void;
}

/** What an offer in mid-call came in; `2xx`: to our `askForOffer`, where the answer goes into the ACK. */
export type OfferCarrier = 'INVITE' | 'UPDATE' | '2xx';

/** `expired`: nobody refreshed the session. */
export type SessionEnd = 'bye' | 'cancelled' | 'lost' | 'no-ack' | 'expired';

/** One INVITE dialog (RFC 3261 12 to 15), ours or the peer's; the same surface for both directions. */
export interface SipSession {
  readonly direction: 'in' | 'out';
  readonly callId: string;
  /** That of its handler, once it has one. */
  readonly legName?: string | undefined;
  readonly transport: TransportName;
  /** The peer's signalling address, once known. */
  readonly remote: Address | undefined;
  /** Our address on the way to the peer, once known. */
  readonly localHost: string | undefined;
  readonly state: 'setup' | 'early' | 'confirmed' | 'ended';
  /** Incoming, before the answer: 180 or 183. */
  progress(status: 180 | 183, sdp?: string): void;
  /** Incoming, before the answer: 200 with SDP. */
  answer(sdp: string): void;
  /** Ends the leg in whatever state it is: final `status` for an unanswered incoming leg, with Retry-After where that is given, CANCEL, or BYE with the Q.850 `cause`. */
  release(status?: number, reason?: string, cause?: number, retryAfterSeconds?: number): void;
  /** Established: sends a message in the call, after those before it. False: not now. */
  tell(message: DialogMessage): boolean;
  /** Whether the peer can be made an offer: once the call stands, and before that where it takes UPDATE. */
  readonly takesOffers: boolean;
  /** Established: re-INVITE with this offer, or UPDATE where that is wanted and the peer can take one; before that UPDATE. */
  offer(sdp: string, method?: 'INVITE' | 'UPDATE'): void;
  /** Established: re-INVITE without an offer. The peer's is told as `offered`. */
  askForOffer(): void;
  /** The offer is not wanted any more. Its outcome is told all the same. */
  withdrawOffer(): void;
  answerOffer(sdp: string): void;
  refuseOffer(status: number): void;
  /** Established: whether the peer says that it takes REFER, and has none of ours to do. */
  readonly takesRefer: boolean;
  /** Asks the peer to call this number here in our place. */
  refer(called: string, referredBy: string | undefined, outcome: ReferOutcome): void;
}

/** A URI of an INVITE, in its parts as written. Of a Via it is where its sender says he is. */
export interface ArrivalUri {
  readonly text: string;
  readonly scheme: 'sip' | 'sips' | 'tel' | 'other';
  /** The number of a tel URI. */
  readonly user: string;
  /** Without brackets. */
  readonly host: string;
  readonly phoneContext: string | undefined;
}

/** Where in an INVITE a URI stands; `via`: the topmost Via. */
export type UriPlace = 'via' | 'request' | 'to' | 'from';

export type ReplacedLeg = { readonly leg: number } | { readonly status: number };

/** By whose settings an incoming call goes, once its dial peer is known. */
export interface CallTerms {
  /** The peer's tenant, else the one at whose port it arrived. */
  readonly tenant: number;
  /** Of the dial peer; absent: as the tenant, or as configured for all. */
  readonly rel1xx?: Reliability;
}

/** A new INVITE from the network; the receiver must return its handler at once and may answer later. */
export interface IncomingInvite {
  readonly session: SipSession;
  readonly calling: string;
  readonly called: string;
  readonly requestUri: string;
  readonly source: Address;
  readonly transport: TransportName;
  /** At whose port it arrived; 0: nobody's. */
  readonly tenant: number;
  /** Max-Forwards as it came (RFC 3261 20.22); absent when there was none. */
  readonly maxForwards?: number;
  /** The offer, undefined when the INVITE carried none. */
  readonly sdp: string | undefined;
  /**
   * Whether the caller proved to be one of these, for whom the receiver takes calls only so. False: it was challenged or refused,
   * and the session is over. To be asked before the receiver returns.
   */
  authenticate(entries: readonly AuthenticationEntry[]): boolean;
  /**
   * By whose settings the call goes, as to session timers and reliable provisional responses. False: the caller cannot do as they
   * demand, or demands what they forbid, was told so, and the session is over. To be asked before the receiver returns; who does
   * not ask sends nothing reliably, and leaves the session without a timer.
   */
  settle(terms: CallTerms): boolean;
  /** What the caller knows us as, in the place of our address. To be told before the receiver returns. */
  knowUsAs(localName: string | undefined): void;
  /** Counts the messages of this call there too, those that passed already with them. */
  countInto(tally: MessageTally): void;
  /** The number that sent the call on to us (Diversion, RFC 5806), the last one where there were several. */
  redirecting(): string | undefined;
  /** The leg of the same caller whose place it takes (RFC 3891), or the status of what cannot be. */
  replaces(): ReplacedLeg | undefined;
  /** What it says there. To be asked before the receiver returns. */
  uri(place: UriPlace): ArrivalUri;
  /** The same for another called number. */
  addressedTo(called: string): IncomingInvite;
  /** The same, answered through a session that stands before its own. */
  through(session: SipSession): IncomingInvite;
}

/** The SIP room as the call room sees it. */
export interface UserAgent {
  /** Starts an INVITE. What the network does is told to the handler, never thrown and never before this returns. */
  invite(request: OutgoingInvite, handler: SessionHandler): SipSession;
  /** Whether the place that an INVITE would go to failed lately. Of names it is not known beforehand. */
  isShunned(invite: Pick<OutgoingInvite, 'target' | 'transport' | 'scheme'>): boolean;
  /** Sessions in being. */
  readonly sessionCount: number;
}

/** Who is told of new calls. */
export interface InviteReceiver {
  invited(invite: IncomingInvite): SessionHandler;
}
