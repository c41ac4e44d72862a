import type { SipResponse } from '../message/index.ts';
import type { Exchange, RequestOwner } from './exchange.ts';

export interface OutgoingOfferEvents {
  /** A 2xx came, the first or again: that of an INVITE wants its ACK. */
  acknowledge(response: SipResponse, cseqNumber: number): void;
  /** Told once: the final status, and the response when there is one. */
  answered(status: number, response: SipResponse | undefined): void;
}

/** A re-INVITE or UPDATE of ours. */
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
    this.#tell(status, response);
  }

  unanswered(_exchange: Exchange, why: 'timeout' | 'transport error'): void {
    this.#tell(why === 'timeout' ? 408 : 503, undefined);
  }

  #tell(status: number, response: SipResponse | undefined): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#events.answered(status, response);
  }
}
