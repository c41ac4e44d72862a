import type { GivenReason, RequestFields, Responder, SipRequest, SipResponse } from '../message/index.ts';
import type { MessageTally } from '../session.ts';
import type { Transaction } from '../transaction/index.ts';
import type { Flow } from '../transport/index.ts';

/** Whoever waits for the outcome of a request we sent. */
export interface RequestOwner {
  responded(exchange: Exchange, response: SipResponse): void;
  /** No final response came, or the request could not be sent. */
  unanswered(exchange: Exchange, why: 'timeout' | 'transport error'): void;
}

/** For a request whose outcome changes nothing. */
export const ignoringOwner: RequestOwner = {
  responded: () => undefined,
  unanswered: () => undefined,
};

/** Whoever must answer a request of the peer. */
export interface AnswerOwner {
  /** The ACK to our 2xx, where it carries the branch of its INVITE (RFC 2543 peers). */
  acknowledged(ack: SipRequest): void;
  /** Its CANCEL came; that has its own answer already. */
  cancelled(given: GivenReason): void;
}

/** A request and its responses, from our side: what a transaction belongs to. */
export class Exchange {
  /** Where it goes, or came from; or where its answers go, since that is gone. */
  flow: Flow;
  /** The peer's: the port of its Via, where a lost connection is made anew. */
  readonly returnPort: number;
  /** Ours, until a final response: what was sent, for its CANCEL and the ACK to a failure. */
  fields: RequestFields | undefined;
  owner: RequestOwner | undefined;
  /** The peer's, until a final response: how it is answered. */
  responder: Responder | undefined;
  answerOwner: AnswerOwner | undefined = undefined;
  transaction: AgentTransaction | undefined = undefined;
  /** Where its messages are counted beside the gateway's own count. */
  tally: MessageTally | undefined = undefined;
  /** Ours: a final response came, or none will. */
  isSettled = false;
  /** The message sent last: the same again is a retry. */
  sent = '';

  private constructor(
    flow: Flow,
    fields: RequestFields | undefined,
    owner: RequestOwner | undefined,
    responder: Responder | undefined,
    returnPort: number,
  ) {
    this.flow = flow;
    this.returnPort = returnPort;
    this.fields = fields;
    this.owner = owner;
    this.responder = responder;
  }

  /**
   * The final response came or went: what only waits for repetitions now may do so for half a minute, and keeps nothing of the
   * call alive. Of our INVITE's 2xx there may be more, so its owner stays.
   */
  settle(isAnsweredInvite: boolean): void {
    this.isSettled = true;
    this.sent = '';
    this.fields = undefined;
    this.responder = undefined;
    this.answerOwner = undefined;
    if (!isAnsweredInvite) this.owner = undefined;
  }

  static ours(flow: Flow, fields: RequestFields, owner: RequestOwner): Exchange {
    return new Exchange(flow, fields, owner, undefined, 0);
  }

  static theirs(flow: Flow, responder: Responder, returnPort: number): Exchange {
    return new Exchange(flow, undefined, undefined, responder, returnPort);
  }
}

export type AgentTransaction = Transaction<Exchange>;
