import type { SipLimits } from '../limits.ts';
import type { SipRequest, SipResponse } from '../message/index.ts';
import { printFailureAck, printRequest, type RequestFields, type ResponseFields } from '../message/index.ts';
import type { AdmissionReport } from '../screen/index.ts';
import type { MessageTally } from '../session.ts';
import {
  Deadlines,
  responseEvent,
  sendEvent,
  type TimerValues,
  type TransactionAction,
  TransactionTable,
} from '../transaction/index.ts';
import type { Flow } from '../transport/index.ts';
import type { AgentParts } from './agent-parts.ts';
import { DeadlineTimer } from './deadline-timer.ts';
import { type AgentTransaction, Exchange, type RequestOwner } from './exchange.ts';
import { isSamePeer } from './same-peer.ts';
import type { SessionMachine } from './session-machine.ts';
import { StatisticsCounter } from './statistics.ts';
import type { TimerSettings } from './timer-settings.ts';

/** What the owner of transactions works with. */
export interface TransactionOwnerParts {
  readonly clock: AgentParts['clock'];
  readonly tag: () => string;
  /** Of a tenant, whose flow is used. */
  readonly timers: (tenant: number) => TimerSettings;
  /** A response could not be sent, since its connection is gone: finds another way, and sends `text` on it. */
  readonly sendElsewhere: (transaction: AgentTransaction, text: string) => void;
  /** A request of ours found no answer. */
  readonly timedOut: (flow: Flow) => void;
}

/**
 * Owns every transaction, executes what their machines say, and keeps the one real timer for them and for the machines of
 * sessions. Counts what is sent.
 */
export class TransactionOwner {
  readonly statistics = new StatisticsCounter();
  readonly #parts: TransactionOwnerParts;
  readonly #transactions = new TransactionTable<Exchange>();
  readonly #machines = new Deadlines<SessionMachine>();
  readonly #timer: DeadlineTimer;
  /** Requests of ours that still want a final response. */
  #unsettled = 0;
  #isClosed = false;

  constructor(parts: TransactionOwnerParts) {
    this.#parts = parts;
    this.#timer = new DeadlineTimer(parts.clock, (now) => this.#fire(now));
  }

  /** The peers' requests being served. */
  get served(): AdmissionReport {
    return this.#transactions.served;
  }

  limit(served: SipLimits['transactions']): void {
    this.#transactions.limit(served);
  }

  get size(): number {
    return this.#transactions.size;
  }

  /** No request of ours wants an answer. */
  get isQuiet(): boolean {
    return this.#unsettled === 0;
  }

  close(): void {
    this.#isClosed = true;
    this.#timer.stop();
  }

  /** A response arrived. False: it is none to a request of ours. */
  responded(response: SipResponse): boolean {
    const transaction = this.#transactions.findClient(response);
    if (transaction === undefined) return false;
    const { fields, tally } = transaction.owner;
    tally?.response('in', response.status, response.cseqMethod);
    if (
      transaction.kind === 'invite-client' &&
      response.status >= 300 &&
      transaction.ack === '' &&
      fields !== undefined
    ) {
      transaction.ack = printFailureAck(fields, response);
    }
    this.#act(
      transaction,
      this.#transactions.receive(transaction, responseEvent(response.status), this.#now()),
      response,
    );
    return true;
  }

  /** A request arrived once more. False: it is a new one. */
  repeated(request: SipRequest, flow: Flow): boolean {
    const known = this.#transactions.findServer(request);
    if (known === undefined) return false;
    const { owner } = known;
    owner.tally?.request('in', request.method);
    // Its sender made a new connection: the answer goes there, when it proved the same name.
    if (!owner.flow.open && flow.open && isSamePeer(owner.flow, flow)) owner.flow = flow;
    this.#act(known, this.#transactions.receive(known, 'request', this.#now()));
    return true;
  }

  /** An ACK arrived. False: it belongs to no failure of ours. */
  acked(ack: SipRequest): boolean {
    const transaction = this.#transactions.findServer(ack);
    if (transaction === undefined || transaction.state === 'accepted') return false;
    transaction.owner.tally?.request('in', 'ACK');
    this.#act(transaction, this.#transactions.receive(transaction, 'ack', this.#now()));
    return true;
  }

  findCancelled(cancel: SipRequest): AgentTransaction | undefined {
    return this.#transactions.findCancelled(cancel);
  }

  isMerged(request: SipRequest): boolean {
    return this.#transactions.isMerged(request);
  }

  /**
   * Whether a request is one of ours that came back as it left (RFC 5393 4): a Via of it is ours, the topmost when it came
   * straight back. Inside a dialog, that of a call which came home, our own requests are meant to come.
   */
  isLoop(request: SipRequest): boolean {
    if (request.toTag !== undefined) return false;
    const { branch } = request.topVia;
    const isOurs = (one: string): boolean =>
      this.#transactions.findBranch(one, request.method)?.owner.fields?.uri === request.uri;
    return (branch !== undefined && isOurs(branch)) || request.lowerBranches.some(isOurs);
  }

  /** Begins a server transaction; undefined when there are too many. */
  begin(request: SipRequest, exchange: Exchange, isReliable: boolean): AgentTransaction | undefined {
    const timers = this.#parts.timers(exchange.flow.tenant);
    const values = request.method === 'INVITE' ? timers.answer : timers.server;
    const transaction = this.#transactions.addServer(request, exchange, values, isReliable, exchange.flow.remote.host);
    exchange.transaction = transaction;
    return transaction;
  }

  request(
    flow: Flow,
    fields: RequestFields,
    owner: RequestOwner,
    branch: string,
    tally?: MessageTally,
  ): Exchange | undefined {
    const exchange = Exchange.ours(flow, fields, owner);
    exchange.tally = tally;
    const timers: TimerValues = this.#parts.timers(flow.tenant).ofRequest(fields.method);
    const transaction = this.#transactions.addClient(fields.method, branch, exchange, timers, flow.reliable);
    if (transaction === undefined) return undefined;
    exchange.transaction = transaction;
    this.#unsettled++;
    transaction.message = printRequest(fields);
    this.#act(transaction, this.#transactions.receive(transaction, 'start', this.#now()));
    this.arm();
    return exchange;
  }

  sendAck(flow: Flow, text: string, tally: MessageTally | undefined): void {
    this.statistics.request('out', 'ACK');
    tally?.request('out', 'ACK');
    flow.send(text);
  }

  abandon({ transaction }: Exchange): void {
    const { state } = transaction ?? {};
    if (transaction === undefined || (state !== 'calling' && state !== 'trying' && state !== 'proceeding')) return;
    this.#settle(transaction);
    this.#transactions.remove(transaction);
  }

  respond(transaction: AgentTransaction, status: number, fields: ResponseFields = {}): void {
    const { responder } = transaction.owner;
    if (responder === undefined) return;
    const tagged = status === 100 || fields.toTag !== undefined ? fields : { ...fields, toTag: this.#parts.tag() };
    transaction.message = responder.print(status, tagged);
    if (status >= 200) transaction.owner.settle(false);
    this.#act(transaction, this.#transactions.receive(transaction, sendEvent(status), this.#now()));
  }

  repeat(transaction: AgentTransaction, answer: '1xx' | '2xx'): void {
    this.#act(transaction, this.#transactions.receive(transaction, `send ${answer}`, this.#now()));
  }

  /** The ACK to a 2xx came: it is not sent again. */
  acknowledged(transaction: AgentTransaction): void {
    transaction.message = '';
    transaction.owner.sent = '';
    this.#act(transaction, this.#transactions.receive(transaction, 'ack', this.#now()));
  }

  /** What was to be sent cannot be. */
  failed(transaction: AgentTransaction): void {
    this.later(() => this.#act(transaction, this.#transactions.receive(transaction, 'transport error', this.#now())));
  }

  watch(machine: SessionMachine): void {
    this.#machines.set(machine);
    this.arm();
  }

  later(run: () => void): void {
    this.#parts.clock.after(0, () => {
      if (this.#isClosed) return;
      run();
      this.arm();
    });
  }

  /** To be called after each event: sets the timer to what is due next. */
  arm(): void {
    this.#timer.arm(Math.min(this.#transactions.nextDeadline, this.#machines.next));
  }

  #now(): number {
    return this.#parts.clock.monotonic();
  }

  #fire(now: number): void {
    for (let due = this.#transactions.due(now); due !== undefined; due = this.#transactions.due(now)) {
      this.#act(due, this.#transactions.tick(due, now));
    }
    for (let due = this.#machines.due(now); due !== undefined; due = this.#machines.due(now)) due.owner.woken(now);
    this.arm();
  }

  #act(transaction: AgentTransaction, actions: readonly TransactionAction[], response?: SipResponse): void {
    for (const action of actions) {
      switch (action) {
        case 'send request':
        case 'send response':
          if (transaction.message !== '') this.#send(transaction);
          break;
        case 'send ack':
          this.sendAck(transaction.owner.flow, transaction.ack, transaction.owner.tally);
          break;
        case 'pass up':
          if (response !== undefined) this.#passUp(transaction, response);
          break;
        case 'report timeout':
          if (transaction.isClient) this.#parts.timedOut(transaction.owner.flow);
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
    const { owner, message, isClient } = transaction;
    if (owner.flow.send(message)) return;
    if (!isClient && owner.flow.reliable) this.#parts.sendElsewhere(transaction, message);
    else this.failed(transaction);
  }

  #count(transaction: AgentTransaction): void {
    const { owner, message, method, isClient } = transaction;
    const isRetry = owner.sent === message;
    owner.sent = message;
    const status = isClient ? 0 : statusOf(message);
    countSent(this.statistics, isRetry, method, status);
    if (owner.tally !== undefined) countSent(owner.tally, isRetry, method, status);
  }
}

/** `status`: 0 for a request. */
function countSent(tally: MessageTally, isRetry: boolean, method: string, status: number): void {
  if (status === 0) {
    tally.request('out', method);
    if (isRetry) tally.requestAgain(method);
  } else {
    tally.response('out', status, method);
    if (isRetry) tally.responseAgain(status);
  }
}

/** The status in a response's text, which begins `SIP/2.0 200`. */
function statusOf(response: string): number {
  const digit = (at: number): number => response.charCodeAt(at) - 48;
  return digit(8) * 100 + digit(9) * 10 + digit(10);
}
