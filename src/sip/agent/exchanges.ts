import type { Clock } from '../../io/index.ts';
import {
  printFailureAck,
  printRequest,
  type RequestFields,
  type Responder,
  type ResponseFields,
  type SipRequest,
  type SipResponse,
} from '../message/index.ts';
import type { AdmissionReport } from '../screen/index.ts';
import {
  responseEvent,
  sendEvent,
  type TimerValues,
  type TransactionAction,
  TransactionTable,
} from '../transaction/index.ts';
import type { Flow } from '../transport/index.ts';
import { type AgentTransaction, Exchange, type RequestOwner } from './exchange.ts';
import type { StatisticsCounter } from './statistics.ts';
import type { TokenSource } from './token-source.ts';

export interface ExchangesParts {
  readonly clock: Clock;
  readonly tokens: TokenSource;
  readonly statistics: StatisticsCounter;
  /** Runs something after the present event, unless all is closed by then. */
  readonly later: (run: () => void) => void;
}

/** The owner of every transaction, ours and the peers': sends and repeats what its machine says, and tells whoever waits. */
export class Exchanges {
  readonly #parts: ExchangesParts;
  readonly #transactions = new TransactionTable<Exchange>();
  /** Requests of ours that still want a final response. */
  #unsettled = 0;

  constructor(parts: ExchangesParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#transactions.size;
  }

  /** The peers' requests being served. */
  get served(): AdmissionReport {
    return this.#transactions.served;
  }

  /** No request of ours wants an answer. */
  get isQuiet(): boolean {
    return this.#unsettled === 0;
  }

  get nextDeadline(): number {
    return this.#transactions.nextDeadline;
  }

  /** Fires what is due. */
  fire(now: number): void {
    for (let due = this.#transactions.due(now); due !== undefined; due = this.#transactions.due(now)) {
      this.#act(due, this.#transactions.tick(due, now));
    }
  }

  // ---- ours

  /** `SessionHost.request`; `timers` are those of its use. */
  request(
    flow: Flow,
    fields: RequestFields,
    owner: RequestOwner,
    timers: TimerValues,
    branch: string,
  ): Exchange | undefined {
    const exchange = Exchange.ours(flow, fields, owner);
    const transaction = this.#transactions.addClient(fields.method, branch, exchange, timers, flow.reliable);
    if (transaction === undefined) return undefined;
    exchange.transaction = transaction;
    this.#unsettled++;
    transaction.message = printRequest(fields);
    this.#act(transaction, this.#transactions.receive(transaction, 'start', this.#now()));
    return exchange;
  }

  /** A response arrived. False: to no request of ours. */
  responded(response: SipResponse): boolean {
    const transaction = this.#transactions.findClient(response);
    if (transaction === undefined) return false;
    const { fields } = transaction.owner;
    if (
      transaction.kind === 'invite-client' &&
      response.status >= 300 &&
      transaction.ack === '' &&
      fields !== undefined
    ) {
      transaction.ack = printFailureAck(fields, response);
    }
    const actions = this.#transactions.receive(transaction, responseEvent(response.status), this.#now());
    this.#act(transaction, actions, response);
    return true;
  }

  abandon(exchange: Exchange): void {
    const { transaction } = exchange;
    if (transaction?.state !== 'calling' && transaction?.state !== 'proceeding') return;
    this.#settle(transaction);
    this.#transactions.remove(transaction);
  }

  sendAck(flow: Flow, text: string): void {
    this.#parts.statistics.request('out', 'ACK');
    flow.send(text);
  }

  // ---- the peers'

  isMerged(request: SipRequest): boolean {
    return this.#transactions.isMerged(request);
  }

  /** A server transaction for a new request; undefined when a bound is reached. */
  begin(
    request: SipRequest,
    reply: Flow,
    responder: Responder,
    timers: TimerValues,
    isReliable: boolean,
  ): AgentTransaction | undefined {
    const exchange = Exchange.theirs(reply, responder);
    const source = reply.remote.host;
    const transaction = this.#transactions.addServer(request, exchange, timers, isReliable, source);
    if (transaction !== undefined) exchange.transaction = transaction;
    return transaction;
  }

  /** True: the request was heard before, and has been answered as then. */
  repeated(request: SipRequest): boolean {
    const known = this.#transactions.findServer(request);
    if (known === undefined) return false;
    this.#act(known, this.#transactions.receive(known, 'request', this.#now()));
    return true;
  }

  /** True: the ACK was one to a failure, and goes no further. */
  ackedFailure(ack: SipRequest): boolean {
    const transaction = this.#transactions.findServer(ack);
    if (transaction === undefined || transaction.state === 'accepted') return false;
    this.#act(transaction, this.#transactions.receive(transaction, 'ack', this.#now()));
    return true;
  }

  /** The INVITE that a CANCEL names. */
  cancelled(cancel: SipRequest): AgentTransaction | undefined {
    return this.#transactions.findCancelled(cancel);
  }

  respond(transaction: AgentTransaction, status: number, fields: ResponseFields = {}): void {
    const { responder } = transaction.owner;
    if (responder === undefined) return;
    const tagged =
      status === 100 || fields.toTag !== undefined ? fields : { ...fields, toTag: this.#parts.tokens.tag() };
    transaction.message = responder.print(status, tagged);
    if (status >= 200) transaction.owner.settle(false);
    this.#act(transaction, this.#transactions.receive(transaction, sendEvent(status), this.#now()));
  }

  repeat(transaction: AgentTransaction): void {
    this.#act(transaction, this.#transactions.receive(transaction, 'send 2xx', this.#now()));
  }

  acknowledged(transaction: AgentTransaction): void {
    transaction.message = '';
    this.#act(transaction, this.#transactions.receive(transaction, 'ack', this.#now()));
  }

  // ---- what the machines say

  #act(transaction: AgentTransaction, actions: readonly TransactionAction[], response?: SipResponse): void {
    for (const action of actions) {
      switch (action) {
        case 'send request':
        case 'send response':
          if (transaction.message !== '') this.#send(transaction);
          break;
        case 'send ack':
          this.sendAck(transaction.owner.flow, transaction.ack);
          break;
        case 'pass up':
          if (response !== undefined) this.#passUp(transaction, response);
          break;
        case 'report timeout':
          this.#unanswered(transaction, 'timeout');
          break;
        case 'report error':
          this.#unanswered(transaction, 'transport error');
          break;
      }
    }
  }

  #passUp(transaction: AgentTransaction, response: SipResponse): void {
    const exchange = transaction.owner;
    const { owner } = exchange;
    if (response.status >= 200) this.#settle(transaction);
    owner?.responded(exchange, response);
  }

  #unanswered(transaction: AgentTransaction, why: 'timeout' | 'transport error'): void {
    const exchange = transaction.owner;
    const { owner } = exchange;
    this.#settle(transaction);
    owner?.unanswered(exchange, why);
  }

  /** A request of ours had its final response, or will have none: it is not sent again. */
  #settle(transaction: AgentTransaction): void {
    const exchange = transaction.owner;
    if (!transaction.isClient || exchange.isSettled) return;
    exchange.settle(transaction.kind === 'invite-client' && transaction.state === 'accepted');
    transaction.message = '';
    this.#unsettled--;
  }

  #send(transaction: AgentTransaction): void {
    this.#count(transaction);
    if (transaction.owner.flow.send(transaction.message)) return;
    this.#parts.later(() =>
      this.#act(transaction, this.#transactions.receive(transaction, 'transport error', this.#now())),
    );
  }

  #count(transaction: AgentTransaction): void {
    const { owner, message, method, isClient } = transaction;
    const isRetry = owner.sent === message;
    owner.sent = message;
    if (isClient) {
      this.#parts.statistics.request('out', method);
      if (isRetry) this.#parts.statistics.requestAgain(method);
    } else {
      this.#parts.statistics.response('out', statusOf(message), method);
      if (isRetry) this.#parts.statistics.responseAgain();
    }
  }

  #now(): number {
    return this.#parts.clock.monotonic();
  }
}

/** The status in a response's text, which begins `SIP/2.0 200`. */
function statusOf(response: string): number {
  const digit = (at: number): number => response.charCodeAt(at) - 48;
  return digit(8) * 100 + digit(9) * 10 + digit(10);
}
