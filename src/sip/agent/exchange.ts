import type { RequestFields, Responder, SipRequest, SipResponse } from '../message/index.ts';
import type { Transaction } from '../transaction/index.ts';
import type { Flow } from '../transport/index.ts';

/** Whoever waits for the outcome of a request we sent. */
export interface RequestOwner {
  responded(exchange: Exchange, response: SipResponse): void;
  /** No final response came, or the request could not be sent. */
  unanswered(exchange: Exchange, why: 'timeout' | 'transport error'): void;
}

/** Whoever must answer a request of the peer. */
export interface AnswerOwner {
  /** The ACK to our 2xx, where it carries the branch of its INVITE (RFC 2543 peers). */
  acknowledged(ack: SipRequest): void;
}

/** A request and its responses, from our side: what a transaction belongs to. */
export class Exchange {
  /** Where it goes, or came from. */
  readonly flow: Flow;
  /** Ours: what was sent, for its CANCEL and the ACK to a failure. */
  readonly fields: RequestFields | undefined;
  readonly owner: RequestOwner | undefined;
  /** The peer's: how it is answered. */
  readonly responder: Responder | undefined;
  answerOwner: AnswerOwner | undefined = undefined;
  transaction: AgentTransaction | undefined = undefined;
  /** Ours: a final response came, or none will. */
  isSettled = false;

  private constructor(
    flow: Flow,
    fields: RequestFields | undefined,
    owner: RequestOwner | undefined,
    responder: Responder | undefined,
  ) {
    this.flow = flow;
    this.fields = fields;
    this.owner = owner;
    this.responder = responder;
  }

  static ours(flow: Flow, fields: RequestFields, owner: RequestOwner): Exchange {
    return new Exchange(flow, fields, owner, undefined);
  }

  static theirs(flow: Flow, responder: Responder): Exchange {
    return new Exchange(flow, undefined, undefined, responder);
  }
}

export type AgentTransaction = Transaction<Exchange>;

/** The CANCEL of a request: all its identifying fields, no body (RFC 3261 9.1). */
export function cancelFields({
  uri,
  via,
  maxForwards,
  from,
  to,
  callId,
  cseqNumber,
  routes = [],
}: RequestFields): RequestFields {
  return { method: 'CANCEL', uri, via, maxForwards, from, to, callId, cseqNumber, routes };
}
