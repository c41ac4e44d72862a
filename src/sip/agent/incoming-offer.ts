import type { IncomingInviteAction, IncomingInviteEvent } from '../dialog/index.ts';
import type { AgentTransaction } from './exchange.ts';
import type { SessionHost } from './session-host.ts';
import { IncomingSessionMachine, type Woken } from './session-machine.ts';

/** What a session hears of an offer that arrived in its dialog. */
export interface IncomingOfferEvents {
  over(): void;
  /** Our 2xx was never acknowledged (RFC 3261 14.2): the session is to end. */
  unacknowledged(): void;
}

/** A re-INVITE of the peer: answered or refused once, its 2xx repeated until the ACK. */
export class IncomingOffer implements Woken {
  readonly cseqNumber: number;
  readonly #host: SessionHost;
  readonly #transaction: AgentTransaction;
  readonly #events: IncomingOfferEvents;
  readonly #machine: IncomingSessionMachine;
  #isSent = false;
  #status = 488;
  #sdp = '';
  #contact = '';

  constructor(host: SessionHost, transaction: AgentTransaction, cseqNumber: number, events: IncomingOfferEvents) {
    this.#host = host;
    this.#transaction = transaction;
    this.cseqNumber = cseqNumber;
    this.#events = events;
    this.#machine = new IncomingSessionMachine(this, host.timers('answer'), transaction.isReliable);
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

  acknowledged(): void {
    this.#host.acknowledged(this.#transaction);
    this.#hear('ack');
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
    if (this.#isSent) return this.#host.repeat(this.#transaction);
    this.#isSent = true;
    this.#host.respond(this.#transaction, 200, {
      contact: this.#contact,
      body: this.#sdp,
      contentType: 'application/sdp',
    });
  }
}
