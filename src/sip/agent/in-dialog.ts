import type { SipRequest, SipResponse } from '../message/index.ts';
import type { DialogMessage, SessionHandler } from '../session.ts';
import type { AgentTransaction, Exchange, RequestOwner } from './exchange.ts';
import type { Carried } from './mid-call.ts';
import type { SessionHost } from './session-host.ts';

/** What waits for the answer to the one before it; more is not taken, as the peer is slower than we are told things. */
const waitingAtMost = 32;
/** Of a body that we look at. Longer ones hold nothing that anybody here could want. */
const bodyAtMost = 1024;

/** The session in whose dialog the messages are. */
export interface InDialogOwner {
  readonly told: SessionHandler | undefined;
  readonly state: 'setup' | 'early' | 'confirmed' | 'ended';
  requestInDialog(method: string, owner: RequestOwner, carried: Carried): void;
  gone(status: number): void;
}

/**
 * Requests in a dialog that change no session, INFO (RFC 6086 in the way of RFC 2976): the peer's are given to whoever owns the
 * session, ours go one after the other, so that they arrive in their order.
 */
export class InDialog implements RequestOwner {
  readonly #host: SessionHost;
  readonly #owner: InDialogOwner;
  readonly #waiting: DialogMessage[] = [];
  #isUnderWay = false;

  constructor(host: SessionHost, owner: InDialogOwner) {
    this.#host = host;
    this.#owner = owner;
  }

  // ---- the peer's

  received(request: SipRequest, transaction: AgentTransaction): void {
    this.#host.respond(transaction, this.#judge(request));
  }

  #judge(request: SipRequest): number {
    // Without a body it only asks whether the dialog is there (RFC 2976 2.2).
    if (request.contentLength === 0) return 200;
    if (request.contentLength > bodyAtMost) return 413;
    if (request.headers('content-encoding').length > 0) return 415;
    const { method, contentType = '', body } = request;
    return this.#owner.told?.messaged?.({ method, contentType, body }) ?? 415;
  }

  // ---- ours

  /** False: the call does not stand, or too many wait already. */
  send(message: DialogMessage): boolean {
    if (this.#owner.state !== 'confirmed' || this.#waiting.length >= waitingAtMost) return false;
    this.#waiting.push(message);
    this.#next();
    return true;
  }

  /** What waits is not sent any more. */
  stop(): void {
    this.#waiting.length = 0;
  }

  responded(_exchange: Exchange, { status }: Pick<SipResponse, 'status'>): void {
    if (status >= 200) this.#over(status);
  }

  unanswered(_exchange: Exchange, why: 'timeout' | 'transport error'): void {
    this.#over(why === 'timeout' ? 408 : 503);
  }

  /** 481 and 408 say that the dialog is no more (RFC 3261 12.2.1.2, RFC 5057 5.1); any other answer is of its request only. */
  #over(status: number): void {
    this.#isUnderWay = false;
    if (status !== 481 && status !== 408) return this.#next();
    this.stop();
    this.#owner.gone(status);
  }

  #next(): void {
    if (this.#isUnderWay) return;
    const message = this.#waiting.shift();
    if (message === undefined) return;
    this.#isUnderWay = true;
    const { method, contentType, body } = message;
    // What cannot be sent is one key less, and no reason to end a call.
    this.#owner.requestInDialog(method, this, { body, contentType, unsent: () => this.#over(503) });
  }
}
