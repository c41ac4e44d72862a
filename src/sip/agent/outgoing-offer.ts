import type { SipResponse } from '../message/index.ts';
import type { Exchange, RequestOwner } from './exchange.ts';
import { sdpOf } from './sdp-of.ts';

export interface OutgoingOfferEvents {
  /** A 2xx came, the first or again: it wants its ACK. */
  acknowledge(response: SipResponse, cseqNumber: number): void;
  /** Told once: the final status, and the answer when there is one. */
  answered(status: number, sdp: string | undefined): void;
}

/** A re-INVITE of ours. */
export class OutgoingOffer implements RequestOwner {
  readonly #events: OutgoingOfferEvents;
  #isAnswered = false;

  constructor(events: OutgoingOfferEvents) {
    this.#events = events;
  }

  responded(_exchange: Exchange, response: SipResponse): void {
    const { status } = response;
    if (status < 200) return;
    if (status < 300) this.#events.acknowledge(response, response.cseqNumber);
    this.#tell(status, status < 300 ? sdpOf(response) : undefined);
  }

  unanswered(_exchange: Exchange, why: 'timeout' | 'transport error'): void {
    this.#tell(why === 'timeout' ? 408 : 503, undefined);
  }

  #tell(status: number, sdp: string | undefined): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#events.answered(status, sdp);
  }
}
