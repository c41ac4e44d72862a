import { type AgreedInterval, type Dialog, intervalHeaders, intervalOf, judgeInterval } from '../dialog/index.ts';
import type { SipRequest, SipResponse } from '../message/index.ts';
import type { SessionHandler, SipSession } from '../session.ts';
import type { Abilities } from './abilities.ts';
import { Alarm } from './alarm.ts';
import type { AgentTransaction, RequestOwner } from './exchange.ts';
import { IncomingOffer, IncomingUpdate } from './incoming-offer.ts';
import { OutgoingOffer } from './outgoing-offer.ts';
import { retryAfterMs } from './retry-after.ts';
import { sdpOf } from './sdp-of.ts';
import type { SessionHost } from './session-host.ts';
import { SessionRefresh } from './session-refresh.ts';

/** What a request in the dialog carries. */
export interface Carried {
  readonly sdp?: string;
  /** In the place of `sdp`: something else. */
  readonly body?: string;
  readonly contentType?: string;
  readonly headers?: readonly string[];
  /** It could not be sent. Absent: then the call is lost. */
  readonly unsent?: (reason: string) => void;
}

/** The session whose later offers these are. */
export interface MidCallOwner {
  readonly direction: 'in' | 'out';
  readonly state: SipSession['state'];
  /** By whose settings it goes; 0: nobody's. */
  readonly tenant: number;
  /** Where requests of the moment go: the early dialog, or the one that stands. */
  readonly requestDialog: Dialog | undefined;
  /** Whether the first offer has its answer, and if not, whose turn that is. */
  readonly firstOffer: 'answered' | 'ours to answer' | 'theirs to answer';
  readonly told: SessionHandler | undefined;
  /** What we can do in this call, and say so. */
  readonly abilities: Abilities;
  contactNow(): string;
  requestInDialog(method: string, owner: RequestOwner, carried: Carried): void;
  sendAck(cseqNumber: number, sdp?: string): void;
  /** The peer no longer knows the call: 481 or 408 to a request in it (RFC 3261 12.2.1.2). */
  gone(status: number): void;
  /** Nobody refreshed the session. */
  expired(): void;
  /** There is no way to the peer. */
  lost(reason: string): void;
}

/** One INVITE or UPDATE of ours in the dialog: an offer of the call's, a question for one, or a refresh of the session. */
interface Change {
  readonly kind: 'offer' | 'question' | 'refresh';
  readonly method: 'INVITE' | 'UPDATE';
  readonly sdp: string | undefined;
  /** How often it was sent before. */
  readonly attempts: number;
}

/** How often an offer is sent that meets one of the peer's, or is put off by it, and a refresh for which there is no way. */
const attemptsAtMost = 6;
const longestRetryMs = 32_000;

/**
 * What changes a call that stands: re-INVITE (RFC 3261 14) and UPDATE (RFC 3311) of both sides, the collision of offers, and the
 * refresh of the session by either (RFC 4028).
 */
export class MidCall {
  readonly #host: SessionHost;
  readonly #owner: MidCallOwner;
  readonly #refresh: SessionRefresh;
  /** Of the few calls that have something to put off. */
  #retry: Alarm | undefined;
  #incoming: IncomingOffer | IncomingUpdate | undefined;
  #outgoing: OutgoingOffer | undefined;
  /** Put off until `#retry` rings. */
  #waiting: Change | undefined;
  #peerUpdates = false;
  /** What the peer's request of the moment would make the interval; holds once it has its 2xx. */
  #judged: AgreedInterval | undefined;
  /** The description we sent last: what a re-INVITE that changes nothing offers. */
  #localSdp = '';

  constructor(host: SessionHost, owner: MidCallOwner) {
    this.#host = host;
    this.#owner = owner;
    this.#refresh = new SessionRefresh(host, () => owner.abilities.intervals, {
      refresh: () => this.#refreshNow(),
      expired: () => owner.expired(),
    });
  }

  get refresh(): SessionRefresh {
    return this.#refresh;
  }

  /** What the peer says it can do, wherever it says so. */
  note(message: SipRequest | SipResponse): void {
    const { allow } = message;
    if (allow !== undefined) this.#peerUpdates = allow.includes('update');
  }

  /** A description of ours left. */
  described(sdp: string): void {
    this.#localSdp = sdp;
  }

  // ---- the peer's

  invited(request: SipRequest, transaction: AgentTransaction): void {
    if (this.#outgoing !== undefined) return this.#host.respond(transaction, 491);
    if (this.#incoming !== undefined || this.#owner.state !== 'confirmed') return this.#tooEarly(transaction);
    const headers = this.#refreshed(request, transaction);
    if (headers === undefined) return;
    const wantsAnswer = sdpOf(request) === undefined;
    const incoming = new IncomingOffer(this.#host, transaction, request.cseqNumber, headers, {
      over: () => {
        this.#incoming = undefined;
      },
      acknowledged: (ack) => {
        if (wantsAnswer) this.#owner.told?.offerAnswered(200, sdpOf(ack));
      },
      withdrawn: () => this.#owner.told?.offerWithdrawn(),
      unacknowledged: () => this.#owner.gone(408),
    });
    this.#incoming = incoming;
    this.#owner.told?.offered(sdpOf(request) ?? '', 'INVITE');
    if (incoming.isOpen) this.#host.respond(transaction, 100);
  }

  updated(request: SipRequest, transaction: AgentTransaction): void {
    const offer = sdpOf(request);
    const refusal = offer === undefined ? undefined : this.#collides();
    if (refusal === 491) return this.#host.respond(transaction, 491);
    if (refusal === 500) return this.#tooEarly(transaction);
    const headers = this.#refreshed(request, transaction);
    if (headers === undefined) return;
    if (offer !== undefined) return this.takeOffer(offer, transaction, headers);
    this.#takeInterval();
    this.#host.respond(transaction, 200, { contact: this.#owner.contactNow(), headers });
  }

  /** An offer in an UPDATE or a PRACK: the answer goes into its 2xx. */
  takeOffer(offer: string, transaction: AgentTransaction, headers: readonly string[]): void {
    this.#incoming = new IncomingUpdate(this.#host, transaction, headers, () => {
      this.#incoming = undefined;
    });
    this.#owner.told?.offered(offer, 'UPDATE');
  }

  /** Why an offer cannot be taken now (RFC 3311 5.2). */
  #collides(): 491 | 500 | undefined {
    const { firstOffer } = this.#owner;
    if (this.#outgoing !== undefined || firstOffer === 'theirs to answer') return 491;
    return this.#incoming !== undefined || firstOffer === 'ours to answer' ? 500 : undefined;
  }

  #tooEarly(transaction: AgentTransaction): void {
    const seconds = this.#host.tokens.below(11);
    const reason = 'Earlier Offer Still Pending';
    this.#host.respond(transaction, 500, { reason, headers: [`Retry-After: ${seconds}`] });
  }

  /** The peer's request refreshes the session, or is told why it cannot: then undefined. Otherwise the header lines of its 2xx. */
  #refreshed(request: SipRequest, transaction: AgentTransaction): readonly string[] | undefined {
    const { answerHeaders, intervals } = this.#owner.abilities;
    const agreed = judgeInterval(request, intervals);
    if (agreed === 'too small') {
      this.#host.respond(transaction, 422, { headers: [`Min-SE: ${intervals.minSe}`] });
      return undefined;
    }
    this.note(request);
    this.#owner.requestDialog?.refreshTarget(request);
    this.#judged = agreed;
    return [...answerHeaders, ...intervalHeaders(agreed)];
  }

  #takeInterval(): void {
    const agreed = this.#judged;
    this.#judged = undefined;
    if (agreed !== undefined && this.#owner.state === 'confirmed') this.#refresh.agreed(agreed, 'uas');
  }

  /** True: the ACK is that of a later offer. */
  acked(ack: SipRequest): boolean {
    if (this.#incoming?.cseqNumber !== ack.cseqNumber) return false;
    this.#incoming.acknowledged(ack);
    return true;
  }

  answer(sdp: string): void {
    this.#localSdp = sdp;
    if (this.#outgoing?.owesAnswer === true) return this.#acknowledge(sdp);
    this.#takeInterval();
    this.#incoming?.answer(sdp, this.#owner.contactNow());
  }

  refuse(status: number): void {
    if (this.#outgoing?.owesAnswer === true) return this.#acknowledge(undefined);
    this.#judged = undefined;
    this.#incoming?.refuse(status);
  }

  /** The offer came in the 2xx to our question. */
  #acknowledge(answer: string | undefined): void {
    const outgoing = this.#outgoing;
    this.#outgoing = undefined;
    outgoing?.answer(answer);
  }

  // ---- ours

  get takesOffers(): boolean {
    const { state, firstOffer, requestDialog } = this.#owner;
    if (state === 'confirmed') return true;
    return state === 'early' && this.#peerUpdates && firstOffer === 'answered' && requestDialog !== undefined;
  }

  /** Sends an offer: in a re-INVITE once the call stands, before that in an UPDATE. False: not now, or the peer cannot take it. */
  offer(sdp: string, wanted: 'INVITE' | 'UPDATE' = 'INVITE'): boolean {
    if (!this.takesOffers || this.#isBusy) return false;
    const method = this.#owner.state === 'confirmed' && !this.#peerUpdates ? 'INVITE' : wanted;
    const isEarly = this.#owner.state !== 'confirmed';
    this.#send({ kind: 'offer', method: isEarly ? 'UPDATE' : method, sdp, attempts: 0 });
    return true;
  }

  /** Sends a re-INVITE without an offer. */
  askForOffer(): boolean {
    if (this.#owner.state !== 'confirmed' || this.#isBusy) return false;
    this.#send({ kind: 'question', method: 'INVITE', sdp: undefined, attempts: 0 });
    return true;
  }

  /** What we asked for last is not wanted any more. */
  withdraw(): void {
    const waiting = this.#waiting;
    if (waiting === undefined || waiting.kind === 'refresh') return this.#outgoing?.withdraw();
    this.#waiting = undefined;
    this.#owner.told?.offerAnswered(487, undefined);
  }

  get #isBusy(): boolean {
    return this.#outgoing !== undefined || this.#incoming !== undefined || this.#waiting !== undefined;
  }

  #refreshNow(): void {
    if (this.#isBusy) return this.#refresh.postpone(2000);
    // Without a description there is nothing to offer again; an UPDATE needs none.
    const method = this.#peerUpdates || this.#localSdp === '' ? 'UPDATE' : 'INVITE';
    const sdp = method === 'UPDATE' ? undefined : this.#localSdp;
    this.#send({ kind: 'refresh', method, sdp, attempts: 0 });
  }

  #send(change: Change): void {
    const { method, kind } = change;
    const outgoing = new OutgoingOffer(this.#host, this.#owner.tenant, method, kind === 'question', {
      accepted: (response) => this.#owner.requestDialog?.refreshTarget(response),
      acknowledge: (cseqNumber, answer) => this.#owner.sendAck(cseqNumber, answer),
      answered: (status, response) => this.#answered(change, status, response),
    });
    this.#outgoing = outgoing;
    const headers = [...this.#owner.abilities.requestHeaders, ...this.#refresh.headers()];
    const { sdp } = change;
    this.#owner.requestInDialog(method, outgoing, {
      headers,
      ...(sdp !== undefined && { sdp }),
      ...(kind === 'refresh' && { unsent: (reason: string) => this.#unsent(change, reason) }),
    });
  }

  /** There was no way, or no room, for a refresh. Nobody waits for one but us: the call lives while it can be tried again. */
  #unsent(change: Change, reason: string): void {
    this.#outgoing = undefined;
    if (change.attempts < attemptsAtMost) this.#putOff(change, 2000 + this.#host.tokens.below(8000));
    else this.#owner.lost(reason);
  }

  #answered(change: Change, status: number, response: SipResponse | undefined): void {
    const outgoing = this.#outgoing;
    const isWithdrawn = outgoing?.isWithdrawn === true;
    if (outgoing?.owesAnswer !== true) this.#outgoing = undefined;
    if (status < 300 && response !== undefined) return this.#accepted(change, status, response);
    if (status === 481 || status === 408) return this.#gone(change, status);
    if (status === 422 && this.#refresh.raise(response?.minSe)) return this.#send(change);
    const delay = isWithdrawn ? undefined : this.#retryDelay(status, response);
    if (delay !== undefined && change.attempts < attemptsAtMost) return this.#putOff(change, delay);
    if (change.kind !== 'refresh') this.#owner.told?.offerAnswered(status, undefined);
  }

  #accepted({ kind, sdp }: Change, status: number, response: SipResponse): void {
    this.note(response);
    if (this.#owner.state === 'confirmed') this.#refresh.agreed(intervalOf(response, this.#refresh.seconds), 'uac');
    if (kind === 'offer' && sdp !== undefined) this.#localSdp = sdp;
    const theirs = sdpOf(response);
    if (kind === 'question' && theirs !== undefined) this.#owner.told?.offered(theirs, '2xx');
    else if (kind !== 'refresh' || theirs !== undefined) this.#owner.told?.offerAnswered(status, theirs);
  }

  #gone({ kind }: Change, status: number): void {
    if (kind !== 'refresh') this.#owner.told?.offerAnswered(status, undefined);
    this.#owner.gone(status);
  }

  /** When to try again what collided with the peer's own, or what it is not ready for; undefined: not at all. */
  #retryDelay(status: number, response: SipResponse | undefined): number | undefined {
    // RFC 3261 14.1: whoever made the Call-ID waits longer, in steps of 10 ms.
    if (status === 491) {
      const { tokens } = this.#host;
      return this.#owner.direction === 'out' ? 2100 + 10 * tokens.below(191) : 10 * tokens.below(201);
    }
    const asked = status === 500 || status === 503 ? retryAfterMs(response) : undefined;
    return asked === undefined || asked > longestRetryMs ? undefined : asked;
  }

  #putOff(change: Change, delay: number): void {
    this.#waiting = { ...change, attempts: change.attempts + 1 };
    this.#retry ??= new Alarm(() => this.#again());
    this.#retry.set(this.#host.now() + delay);
    this.#host.watch(this.#retry);
  }

  #again(): void {
    const change = this.#waiting;
    this.#waiting = undefined;
    if (change === undefined || this.#owner.state === 'ended') return;
    if (this.#incoming !== undefined) this.#putOff(change, 1000);
    else this.#send(change);
  }

  /** The session is over. */
  stop(): void {
    this.#incoming?.abandon();
    this.#incoming = undefined;
    this.#outgoing?.stop();
    this.#outgoing = undefined;
    this.#waiting = undefined;
    if (this.#retry?.isSet === true) {
      this.#retry.stop();
      this.#host.watch(this.#retry);
    }
    this.#refresh.stop();
  }
}
