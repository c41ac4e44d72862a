import type { SipResponse } from '../message/index.ts';
import type { Flow } from '../transport/index.ts';
import type { Exchange, RequestOwner } from './exchange.ts';

/** Whether a response asks who we are: 401 of a server, 407 of a proxy. */
export function isChallenge(status: number): boolean {
  return status === 401 || status === 407;
}

/** Waits for a request in the place of its owner: a challenge that can be answered is none of the owner's business. */
export class AnsweringOwner implements RequestOwner {
  readonly #inner: RequestOwner;
  readonly #again: (response: SipResponse, flow: Flow) => boolean;

  /** `again` sends the request once more, answering this challenge; false when it cannot. */
  constructor(inner: RequestOwner, again: (response: SipResponse, flow: Flow) => boolean) {
    this.#inner = inner;
    this.#again = again;
  }

  responded(exchange: Exchange, response: SipResponse): void {
    if (isChallenge(response.status) && this.#again(response, exchange.flow)) return;
    this.#inner.responded(exchange, response);
  }

  unanswered(exchange: Exchange, why: 'timeout' | 'transport error'): void {
    this.#inner.unanswered(exchange, why);
  }
}
