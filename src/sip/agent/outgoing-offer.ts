import { cancelFields, type SipResponse } from '../message/index.ts';
import { Alarm } from './alarm.ts';
import { type Exchange, ignoringOwner, type RequestOwner } from './exchange.ts';
import { branchOf } from './invite-request.ts';
import { sdpOf } from './sdp-of.ts';
import type { SessionHost } from './session-host.ts';

export interface OutgoingOfferEvents {
  /** A 2xx came, the first or again. */
  accepted(response: SipResponse): void;
  /** The 2xx of an INVITE wants its ACK: with our answer, where the peer made the offer. Each time the 2xx comes. */
  acknowledge(cseqNumber: number, answer: string | undefined): void;
  /** Told once: the final status, and the response when there is one. */
  answered(status: number, response: SipResponse | undefined): void;
}

/** What is cancelled must be answered in this time (RFC 3261 9.1). */
const cancelledMs = 32_000;

/** A re-INVITE or UPDATE of ours: with our offer, without one as a refresh, or, a re-INVITE, to be made one in its 2xx. */
export class OutgoingOffer implements RequestOwner {
  readonly #host: SessionHost;
  readonly #method: 'INVITE' | 'UPDATE';
  readonly #asks: boolean;
  readonly #events: OutgoingOfferEvents;
  /** Of a peer that says it works on our re-INVITE, and then nothing more. */
  readonly #patience = new Alarm(() => this.#tire());
  /** It is not wanted any more. */
  isWithdrawn = false;
  /** Once a provisional response came. */
  #exchange: Exchange | undefined;
  #isAnswered = false;
  #isCancelled = false;
  /** CSeq of the INVITE whose ACK waits for our answer. */
  #owed: number | undefined;
  /** What its ACK says. */
  #answer: string | undefined;

  /** `tenant`: by whose settings it waits for its answer. */
  constructor(
    host: SessionHost,
    tenant: number,
    method: 'INVITE' | 'UPDATE',
    asks: boolean,
    events: OutgoingOfferEvents,
  ) {
    this.#host = host;
    this.#method = method;
    this.#asks = asks;
    this.#events = events;
    if (method === 'INVITE') this.#bePatient(host.expiresMs(tenant));
  }

  /** The peer made its offer and waits for our answer. */
  get owesAnswer(): boolean {
    return this.#owed !== undefined;
  }

  /** Our answer to the offer in the 2xx; none where there is nothing to be said any more. */
  answer(sdp: string | undefined): void {
    if (this.#owed === undefined) return;
    const owed = this.#owed;
    this.#owed = undefined;
    this.#answer = sdp;
    this.#events.acknowledge(owed, sdp);
  }

  /** It is not wanted any more: CANCEL, once that is allowed (RFC 3261 9.1). The outcome is told all the same. */
  withdraw(): void {
    if (this.isWithdrawn || this.#isAnswered || this.#method !== 'INVITE') return;
    this.isWithdrawn = true;
    this.#cancel();
  }

  /** The session is over: nobody waits for the outcome, but a 2xx wants its ACK. */
  stop(): void {
    this.#rest();
    this.answer(undefined);
  }

  #tire(): void {
    if (!this.isWithdrawn) {
      this.withdraw();
      return this.#bePatient(cancelledMs);
    }
    if (this.#exchange !== undefined) this.#host.abandon(this.#exchange);
    this.#tell(408, undefined);
  }

  #bePatient(ms: number): void {
    this.#patience.setRoughly(this.#host.now() + ms);
    this.#host.watch(this.#patience);
  }

  #rest(): void {
    if (!this.#patience.isSet) return;
    this.#patience.stop();
    this.#host.watch(this.#patience);
  }

  responded(exchange: Exchange, response: SipResponse): void {
    const { status } = response;
    if (status < 200) {
      this.#exchange = exchange;
      if (this.isWithdrawn) this.#cancel();
      return;
    }
    if (status < 300) this.#accepted(response);
    this.#tell(status, response);
  }

  unanswered(_exchange: Exchange, why: 'timeout' | 'transport error'): void {
    this.#tell(why === 'timeout' ? 408 : 503, undefined);
  }

  #accepted(response: SipResponse): void {
    this.#events.accepted(response);
    if (this.#method !== 'INVITE') return;
    const { cseqNumber } = response;
    if (this.#asks && !this.#isAnswered && sdpOf(response) !== undefined) this.#owed = cseqNumber;
    else if (this.#owed === undefined) this.#events.acknowledge(cseqNumber, this.#answer);
  }

  #cancel(): void {
    const sent = this.#exchange;
    if (this.#isCancelled || sent?.fields === undefined) return;
    this.#isCancelled = true;
    this.#host.request(sent.flow, cancelFields(sent.fields, []), ignoringOwner, branchOf(sent.fields));
  }

  #tell(status: number, response: SipResponse | undefined): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#rest();
    this.#events.answered(status, response);
  }
}
