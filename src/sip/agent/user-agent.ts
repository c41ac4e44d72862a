import type { Clock, Random, Timer } from '../../io/index.ts';
import { Dialog, DialogTable } from '../dialog/index.ts';
import {
  type ParseFailure,
  parseMessage,
  printFailureAck,
  printRequest,
  type RequestFields,
  Responder,
  type ResponseFields,
  type SipRequest,
  type SipResponse,
} from '../message/index.ts';
import type { SipStatistics } from '../report.ts';
import type { InviteReceiver, OutgoingInvite, SessionHandler, SipSession, UserAgent } from '../session.ts';
import type { SipSettings, TransportName } from '../settings.ts';
import { type SipTrace, silentTrace, traceHead } from '../trace.ts';
import {
  Deadlines,
  responseEvent,
  sendEvent,
  type TimerValues,
  type TransactionAction,
  TransactionTable,
} from '../transaction/index.ts';
import type { Flow, FlowReceiver, Opening, OpenRequest, SipTransport } from '../transport/index.ts';
import { type AgentTransaction, Exchange, type RequestOwner } from './exchange.ts';
import { defaultPort, printAddress, transportOf, viaValue } from './identity.ts';
import { IncomingSession } from './incoming-session.ts';
import type { AgentLog } from './messages.ts';
import { OutgoingSession } from './outgoing-session.ts';
import { accept, allow, refusalOf } from './refusal.ts';
import type { HostedSession, SessionHost, TimerUse } from './session-host.ts';
import type { SessionMachine } from './session-machine.ts';
import { StatisticsCounter } from './statistics.ts';
import { openRoute, type RouteMeans, type RouteTarget } from './target-route.ts';
import { timerSettings } from './timer-settings.ts';
import { TokenSource } from './token-source.ts';
import { callSummary, stateChange } from './trace-session.ts';

/** What a user agent works with. */
export interface AgentParts {
  /** Asked for each time: transport and user agent are made for each other. */
  readonly transport: () => Pick<SipTransport, 'open' | 'listenPort'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: AgentLog;
  readonly settings: SipSettings;
  /** Told of every new call. */
  readonly receiver: InviteReceiver;
  /** Addresses of a name, in the order to try them; rejects with a reason. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** Written into User-Agent and Server. */
  readonly product: string;
  /** Absent: nothing is traced. */
  readonly trace?: SipTrace;
}

export interface AgentCounters {
  readonly received: number;
  readonly malformed: number;
  readonly strayResponses: number;
}

/**
 * The owner of every transaction, dialog and session: hears what the transport receives, executes what the machines say, and keeps
 * one real timer for all of them.
 */
export class SipUserAgent implements UserAgent, FlowReceiver, SessionHost {
  readonly tokens: TokenSource;
  readonly inviteHeaders: readonly string[];
  readonly #parts: AgentParts;
  readonly #means: RouteMeans;
  readonly #transactions = new TransactionTable<Exchange>();
  readonly #dialogs = new DialogTable<HostedSession>();
  readonly #machines = new Deadlines<SessionMachine>();
  readonly #sessions = new Set<HostedSession>();
  readonly #byFlow = new Map<Flow, Set<HostedSession>>();
  readonly #counters = { received: 0, malformed: 0, strayResponses: 0 };
  readonly #statistics = new StatisticsCounter();
  readonly #trace: SipTrace;
  readonly #server: string;
  #settings: SipSettings;
  #timerValues: Readonly<Record<TimerUse, TimerValues>>;
  #timer: Timer | undefined = undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  /** Requests of ours that still want a final response. */
  #unsettled = 0;
  #isClosed = false;

  constructor(parts: AgentParts) {
    this.#parts = parts;
    this.#means = {
      resolve: parts.resolve,
      open: (request, opening) => this.open(request, opening),
      later: (run) => this.later(run),
    };
    this.#trace = parts.trace ?? silentTrace;
    this.tokens = new TokenSource(parts.random);
    this.inviteHeaders = [allow, `User-Agent: ${parts.product}`];
    this.#server = `Server: ${parts.product}`;
    this.#settings = parts.settings;
    this.#timerValues = timerSettings(parts.settings);
  }

  reconfigure(next: SipSettings): void {
    this.#settings = next;
    this.#timerValues = timerSettings(next);
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Nothing of ours is under way: no session, and no request that wants an answer. */
  get isQuiet(): boolean {
    return this.#sessions.size === 0 && this.#unsettled === 0;
  }

  get transactionCount(): number {
    return this.#transactions.size;
  }

  counters(): AgentCounters {
    return { ...this.#counters };
  }

  /** `show sip-ua statistics`. */
  statistics(): SipStatistics {
    return this.#statistics.report();
  }

  clearStatistics(): void {
    this.#statistics.clear(this.#parts.clock.now());
  }

  sessions(): Iterable<HostedSession> {
    return this.#sessions;
  }

  /** Forgets everything and calls nobody back. Calls are released before by their owner. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#sessions.clear();
    this.#byFlow.clear();
  }

  invite(request: OutgoingInvite, handler: SessionHandler): SipSession {
    if (transportOf(request) !== request.transport) {
      this.#parts.log('SIPS_OVER_TLS', { called: request.called, transport: request.transport });
    }
    const session = new OutgoingSession(this, request, handler);
    this.#sessions.add(session);
    session.start();
    this.#arm();
    return session;
  }

  // ---- what the transport tells

  received(text: string, flow: Flow): void {
    this.#counters.received++;
    const message = parseMessage(text);
    if (message.kind === 'response') this.#response(message);
    else if (message.kind === 'request') this.#request(message, flow);
    else this.#malformed(message, flow);
    this.#arm();
  }

  closed(flow: Flow, _error: Error | undefined, broken: boolean): void {
    const sessions = this.#byFlow.get(flow);
    this.#byFlow.delete(flow);
    if (this.#isClosed || sessions === undefined) return;
    for (const session of sessions) session.flowClosed(broken);
    this.#arm();
  }

  /** Every request of ours outside a dialog belongs to a session that stands on the flow already. */
  inUse(flow: Flow): boolean {
    return (this.#byFlow.get(flow)?.size ?? 0) > 0;
  }

  #response(response: SipResponse): void {
    this.#statistics.response('in', response.status, response.cseqMethod);
    const transaction = this.#transactions.findClient(response);
    if (transaction === undefined) {
      this.#counters.strayResponses++;
      if (this.#trace.error.on) {
        const { status, callId } = response;
        this.#trace.error.write(
          () => `${traceHead('Error', 'sipSPIGetCallbyResponse')} ${status} to no request of ours, Call-ID ${callId}`,
        );
      }
      return;
    }
    const { fields } = transaction.owner;
    if (
      transaction.kind === 'invite-client' &&
      response.status >= 300 &&
      transaction.ack === '' &&
      fields !== undefined
    ) {
      transaction.ack = printFailureAck(fields, response);
    }
    const actions = this.#transactions.receive(transaction, responseEvent(response.status), this.now());
    this.#act(transaction, actions, response);
  }

  #request(request: SipRequest, flow: Flow): void {
    this.#statistics.request('in', request.method);
    if (request.method === 'ACK') return this.#ack(request);
    const known = this.#transactions.findServer(request);
    if (known !== undefined) {
      return this.#act(known, this.#transactions.receive(known, 'request', this.now()));
    }
    const transaction = this.#begin(request, flow);
    if (transaction === undefined) return;
    const refusal = refusalOf(request);
    if (refusal !== undefined) return this.respond(transaction, refusal.status, refusal.fields);
    if (request.method === 'CANCEL') this.#cancel(request, transaction);
    else if (request.toTag !== undefined) this.#inDialog(request, transaction, flow);
    else if (request.method === 'INVITE') this.#invited(request, transaction, flow);
    else if (request.method === 'OPTIONS') this.#options(transaction);
    else this.respond(transaction, 481);
  }

  #ack(ack: SipRequest): void {
    const transaction = this.#transactions.findServer(ack);
    if (transaction !== undefined && transaction.state !== 'accepted') {
      return this.#act(transaction, this.#transactions.receive(transaction, 'ack', this.now()));
    }
    this.#dialogs.find(ack)?.acked(ack);
  }

  /** A server transaction for a new request; undefined when it was answered without one. */
  #begin(request: SipRequest, flow: Flow): AgentTransaction | undefined {
    const isMerged = this.#transactions.isMerged(request);
    const responder = new Responder(request, flow.remote);
    const exchange = Exchange.theirs(this.#replyFlow(request, flow), responder);
    const transaction = this.#transactions.addServer(request, exchange, this.timers('other'), flow.reliable);
    if (transaction === undefined) {
      this.#parts.log('OVERLOAD', {
        method: request.method,
        remote: printAddress(flow.remote),
        reason: 'too many transactions',
      });
      this.#statistics.response('out', 503, request.method);
      exchange.flow.send(responder.print(503, { toTag: this.tokens.tag(), headers: ['Retry-After: 5'] }));
      return undefined;
    }
    exchange.transaction = transaction;
    if (!isMerged) return transaction;
    this.respond(transaction, 482);
    return undefined;
  }

  #cancel(request: SipRequest, transaction: AgentTransaction): void {
    const invite = this.#transactions.findCancelled(request);
    this.respond(transaction, invite === undefined ? 481 : 200);
    const owner = invite?.owner.answerOwner;
    if (owner instanceof IncomingSession) owner.cancelled();
  }

  #inDialog(request: SipRequest, transaction: AgentTransaction, flow: Flow): void {
    const session = this.#dialogs.find(request);
    if (session === undefined) return this.respond(transaction, 481);
    if (request.method === 'OPTIONS') return this.#options(transaction);
    session.heardOn(flow);
    session.requested(request, transaction);
  }

  #options(transaction: AgentTransaction): void {
    this.respond(transaction, 200, { headers: [allow, accept, this.#server] });
  }

  #invited(request: SipRequest, transaction: AgentTransaction, flow: Flow): void {
    if (flow.draining) return this.respond(transaction, 503, { reason: 'This connection is being drained' });
    const dialog = Dialog.fromRequest(request, this.tokens.tag());
    if (dialog === undefined) return this.respond(transaction, 400, { reason: 'Contact missing or unusable' });
    this.respond(transaction, 100);
    const session = new IncomingSession(this, request, transaction, dialog, flow);
    transaction.owner.answerOwner = session;
    if (!this.#dialogs.add(dialog, session)) return session.release(503);
    this.#sessions.add(session);
    session.present(this.#parts.receiver, request, flow.remote);
  }

  #malformed(failure: ParseFailure, flow: Flow): void {
    this.#counters.malformed++;
    const { status, reason, request } = failure;
    if (this.#trace.error.on) {
      const from = printAddress(flow.remote);
      this.#trace.error.write(
        () => `${traceHead('Error', 'sipSPIParseMessage')} message from ${from} refused: ${status} ${reason}`,
      );
    }
    this.#parts.log('MALFORMED', { remote: printAddress(flow.remote), transport: flow.transport, status, reason });
    if (request === undefined) return flow.abort(`${reason}: it cannot be answered`);
    const reply = this.#replyFlow(request, flow);
    this.#statistics.response('out', status, request.method);
    reply.send(new Responder(request, flow.remote).print(status, { toTag: this.tokens.tag(), reason }));
  }

  /** Over UDP a sender without rport is answered at the port its Via names (RFC 3261 18.2.2). */
  #replyFlow(request: SipRequest, flow: Flow): Flow {
    const via = request.topVia;
    if (flow.reliable || via.wantsRport) return flow;
    const port = via.port ?? defaultPort('udp');
    if (port === flow.remote.port) return flow;
    let reply = flow;
    const take: Opening = {
      opened: (opened) => {
        reply = opened;
      },
      failed: () => undefined,
    };
    this.open({ transport: 'udp', remote: { host: flow.remote.host, port } }, take);
    return reply;
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
    this.later(() => this.#act(transaction, this.#transactions.receive(transaction, 'transport error', this.now())));
  }

  #count(transaction: AgentTransaction): void {
    const { owner, message, method, isClient } = transaction;
    const isRetry = owner.sent === message;
    owner.sent = message;
    if (isClient) {
      this.#statistics.request('out', method);
      if (isRetry) this.#statistics.requestAgain(method);
    } else {
      this.#statistics.response('out', statusOf(message), method);
      if (isRetry) this.#statistics.responseAgain();
    }
  }

  #fire(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const now = this.now();
    for (let due = this.#transactions.due(now); due !== undefined; due = this.#transactions.due(now)) {
      this.#act(due, this.#transactions.tick(due, now));
    }
    for (let due = this.#machines.due(now); due !== undefined; due = this.#machines.due(now)) due.owner.woken(now);
    this.#arm();
  }

  #arm(): void {
    const next = Math.min(this.#transactions.nextDeadline, this.#machines.next);
    if (next >= this.#armedFor || this.#isClosed) return;
    this.#timer?.cancel();
    this.#armedFor = next;
    this.#timer = this.#parts.clock.after(Math.max(0, next - this.now()), () => this.#fire());
  }

  // ---- what sessions ask

  now(): number {
    return this.#parts.clock.monotonic();
  }

  timers(use: TimerUse): TimerValues {
    return this.#timerValues[use];
  }

  get maxForwards(): number {
    return this.#settings.maxForwards;
  }

  contactPort(flow: Flow): number {
    return this.#parts.transport().listenPort(flow.transport) ?? flow.local.port;
  }

  viaFor(flow: Flow, branch: string): string {
    return viaValue(flow, this.contactPort(flow), branch);
  }

  request(flow: Flow, fields: RequestFields, owner: RequestOwner, use: TimerUse, branch: string): Exchange | undefined {
    const exchange = Exchange.ours(flow, fields, owner);
    const transaction = this.#transactions.addClient(fields.method, branch, exchange, this.timers(use), flow.reliable);
    if (transaction === undefined) return undefined;
    exchange.transaction = transaction;
    this.#unsettled++;
    transaction.message = printRequest(fields);
    this.#act(transaction, this.#transactions.receive(transaction, 'start', this.now()));
    this.#arm();
    return exchange;
  }

  sendAck(flow: Flow, text: string): void {
    this.#statistics.request('out', 'ACK');
    flow.send(text);
  }

  abandon(exchange: Exchange): void {
    const { transaction } = exchange;
    if (transaction?.state !== 'calling' && transaction?.state !== 'proceeding') return;
    this.#settle(transaction);
    this.#transactions.remove(transaction);
  }

  respond(transaction: AgentTransaction, status: number, fields: ResponseFields = {}): void {
    const { responder } = transaction.owner;
    if (responder === undefined) return;
    const tagged = status === 100 || fields.toTag !== undefined ? fields : { ...fields, toTag: this.tokens.tag() };
    transaction.message = responder.print(status, tagged);
    if (status >= 200) transaction.owner.settle(false);
    this.#act(transaction, this.#transactions.receive(transaction, sendEvent(status), this.now()));
  }

  repeat(transaction: AgentTransaction): void {
    this.#act(transaction, this.#transactions.receive(transaction, 'send 2xx', this.now()));
  }

  acknowledged(transaction: AgentTransaction): void {
    transaction.message = '';
    this.#act(transaction, this.#transactions.receive(transaction, 'ack', this.now()));
  }

  watch(machine: SessionMachine): void {
    this.#machines.set(machine);
    this.#arm();
  }

  later(run: () => void): void {
    this.#parts.clock.after(0, () => {
      if (this.#isClosed) return;
      run();
      this.#arm();
    });
  }

  open(request: OpenRequest, opening: Opening): void {
    this.#parts.transport().open(request, opening);
  }

  route(target: RouteTarget, transport: TransportName, opening: Opening): void {
    openRoute(target, transport, this.#means, {
      opened: (flow) => {
        if (this.#isClosed) return;
        opening.opened(flow);
        this.#arm();
      },
      failed: (failure) => {
        if (!this.#isClosed) opening.failed(failure);
      },
    });
  }

  addDialog(dialog: Dialog, session: HostedSession): boolean {
    return this.#dialogs.add(dialog, session);
  }

  moved(session: HostedSession, from: Flow | undefined, to: Flow): void {
    if (from !== undefined) this.#byFlow.get(from)?.delete(session);
    const sessions = this.#byFlow.get(to);
    if (sessions === undefined) this.#byFlow.set(to, new Set([session]));
    else sessions.add(session);
  }

  forget(session: HostedSession): void {
    this.#sessions.delete(session);
    const { flow, ownDialog } = session;
    if (flow !== undefined) {
      const sessions = this.#byFlow.get(flow);
      sessions?.delete(session);
      if (sessions?.size === 0) this.#byFlow.delete(flow);
    }
    if (ownDialog !== undefined) this.#dialogs.remove(ownDialog);
  }

  stateChanged(session: HostedSession, from: SipSession['state'] | undefined, to: SipSession['state']): void {
    const { states, calls } = this.#trace;
    if (states.on) states.write(() => stateChange(session, from, to));
    if (calls.on && (to === 'confirmed' || to === 'ended')) calls.write(() => callSummary(session, to));
  }

  lost(session: HostedSession, reason: string): void {
    const remote = session.remote === undefined ? 'unknown' : printAddress(session.remote);
    this.#parts.log('CALL_LOST', { callId: session.callId, remote, reason });
  }
}

/** The status in a response's text, which begins `SIP/2.0 200`. */
function statusOf(response: string): number {
  const digit = (at: number): number => response.charCodeAt(at) - 48;
  return digit(8) * 100 + digit(9) * 10 + digit(10);
}
