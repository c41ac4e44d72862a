import type { IncomingInviteAction, IncomingInviteEvent } from '../dialog/index.ts';
import type { SipRequest } from '../message/index.ts';
import type { Woken } from './alarm.ts';
import type { AgentTransaction, AnswerOwner } from './exchange.ts';
import type { SessionHost } from './session-host.ts';
import { IncomingSessionMachine } from './session-machine.ts';

/** What a session hears of an offer that arrived in its dialog. */
export interface IncomingOfferEvents {
  over(): void;
  acknowledged(ack: SipRequest): void;
  /** The peer took it back. */
  withdrawn(): void;
  /** Our 2xx was never acknowledged (RFC 3261 14.2): the session is to end. */
  unacknowledged(): void;
}

/** A re-INVITE of the peer: answered or refused once, its 2xx repeated until the ACK. */
export class IncomingOffer implements Woken, AnswerOwner {
  readonly cseqNumber: number;
  readonly #host: SessionHost;
  readonly #transaction: AgentTransaction;
  readonly #headers: readonly string[];
  readonly #events: IncomingOfferEvents;
  readonly #machine: IncomingSessionMachine;
  #isSent = false;
  #status = 488;
  #sdp = '';
  #contact = '';

  /** `headers` of its 2xx. */
  constructor(
    host: SessionHost,
    transaction: AgentTransaction,
    cseqNumber: number,
    headers: readonly string[],
    events: IncomingOfferEvents,
  ) {
    this.#host = host;
    this.#transaction = transaction;
    this.cseqNumber = cseqNumber;
    this.#headers = headers;
    this.#events = events;
    const timers = host.timers('answer', transaction.owner.flow.tenant);
    this.#machine = new IncomingSessionMachine(this, timers, transaction.isReliable);
    transaction.owner.answerOwner = this;
  }

  answer(sdp: string, contact: string): void {
    this.#sdp = sdp;
    this.#contact = contact;
    this.#hear('answer');
  }

  refuse(status: number): void {
    this.#status = status;
    this.#hear('release');
  }

  /** It is neither answered nor refused yet. */
  get isOpen(): boolean {
    return !this.#isSent;
  }

  cancelled(): void {
    if (this.#isSent) return;
    this.refuse(487);
    this.#events.withdrawn();
  }

  acknowledged(ack: SipRequest): void {
    this.#host.acknowledged(this.#transaction);
    this.#hear('ack');
    this.#events.acknowledged(ack);
  }

  /** The session ended: an unanswered re-INVITE is refused, an answered one no longer repeated. */
  abandon(): void {
    this.#status = 487;
    this.#hear('lost');
  }

  woken(now: number): void {
    this.#act(this.#machine.tick(now));
    this.#host.watch(this.#machine);
  }

  #hear(event: IncomingInviteEvent): void {
    const wasAnswered = this.#isSent;
    this.#act(this.#machine.receive(event, this.#host.now()));
    this.#host.watch(this.#machine);
    if (event === 'lost' && !wasAnswered) this.#host.respond(this.#transaction, this.#status);
  }

  #act(actions: readonly IncomingInviteAction[]): void {
    for (const action of actions) {
      switch (action) {
        case 'send 2xx':
          this.#sendAnswer();
          break;
        case 'send failure':
          this.#isSent = true;
          this.#host.respond(this.#transaction, this.#status);
          this.#events.over();
          break;
        case 'tell confirmed':
          this.#events.over();
          break;
        case 'tell no ack':
          this.#events.over();
          this.#events.unacknowledged();
          break;
        default:
          break;
      }
    }
  }

  #sendAnswer(): void {
    if (this.#isSent) return this.#host.repeat(this.#transaction, '2xx');
    this.#isSent = true;
    this.#host.respond(this.#transaction, 200, {
      contact: this.#contact,
      headers: this.#headers,
      body: this.#sdp,
      contentType: 'application/sdp',
    });
  }
}

/** An UPDATE of the peer with an offer, or its PRACK: answered once, and acknowledged by nothing. */
export class IncomingUpdate {
  /** No ACK belongs to it. */
  readonly cseqNumber = -1;
  readonly #host: SessionHost;
  readonly #transaction: AgentTransaction;
  readonly #headers: readonly string[];
  readonly #over: () => void;

  constructor(host: SessionHost, transaction: AgentTransaction, headers: readonly string[], over: () => void) {
    this.#host = host;
    this.#transaction = transaction;
    this.#headers = headers;
    this.#over = over;
  }

  answer(sdp: string, contact: string): void {
    this.#over();
    const body = { body: sdp, contentType: 'application/sdp' };
    this.#host.respond(this.#transaction, 200, { contact, headers: this.#headers, ...body });
  }

  refuse(status: number): void {
    this.#over();
    this.#host.respond(this.#transaction, status);
  }

  /** The session ended before the answer. */
  abandon(): void {
    this.refuse(487);
  }

  acknowledged(_ack: SipRequest): void {}
}
