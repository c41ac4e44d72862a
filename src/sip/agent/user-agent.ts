import type { Clock, Random, Timer } from '../../io/index.ts';
import { Challenger } from '../auth/index.ts';
import { type Dialog, DialogTable } from '../dialog/index.ts';
import { parseMessage, type RequestFields, type ResponseFields, type SipResponse } from '../message/index.ts';
import type { SipStatistics } from '../report.ts';
import type { Source } from '../screen/index.ts';
import type { InviteReceiver, OutgoingInvite, SessionHandler, SipSession, UserAgent } from '../session.ts';
import type { SipSettings } from '../settings.ts';
import {
  NameCache,
  type Names,
  type RouteMeans,
  type Target,
  TargetHealth,
  type TargetReport,
  TargetRoute,
} from '../target/index.ts';
import { type SipTrace, silentTrace, traceHead } from '../trace.ts';
import { Deadlines, type TimerValues } from '../transaction/index.ts';
import type { Flow, FlowReceiver, Opening, OpenRequest, SipTransport } from '../transport/index.ts';
import { Doorkeeper, type Screening } from './doorkeeper.ts';
import type { AgentTransaction, Exchange, RequestOwner } from './exchange.ts';
import { Exchanges } from './exchanges.ts';
import { printAddress, transportOf, viaValue } from './identity.ts';
import type { AgentLog } from './messages.ts';
import { OutgoingSession } from './outgoing-session.ts';
import { allow } from './refusal.ts';
import { RequestIntake } from './request-intake.ts';
import type { HostedSession, SessionHost, TimerUse } from './session-host.ts';
import type { SessionMachine } from './session-machine.ts';
import { StatisticsCounter } from './statistics.ts';
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
  /** Whether a source may ask for anything; asked before anything is made for a request. */
  readonly screen: (source: Source) => Screening;
  /** Told of every new call. */
  readonly receiver: InviteReceiver;
  /** What names stand for: `ip host` first, then DNS. */
  readonly names: Names;
  /** Written into User-Agent and Server. */
  readonly product: string;
  /** Told of every flow that ends. */
  readonly flowClosed?: (flow: Flow, broken: boolean) => void;
  /** Absent: nothing is traced. */
  readonly trace?: SipTrace;
}

export interface AgentCounters {
  readonly received: number;
  readonly malformed: number;
  readonly strayResponses: number;
  /** Requests of sources that may not call, and how many of them got no answer. */
  readonly strangers: number;
  readonly strangersUnanswered: number;
}

/**
 * The owner of every dialog and session, and of what they go through: hears what the transport receives, hands requests to the
 * intake and responses to the exchanges, and keeps one real timer for all of them.
 */
export class SipUserAgent implements UserAgent, FlowReceiver, SessionHost {
  readonly tokens: TokenSource;
  readonly inviteHeaders: readonly string[];
  readonly #parts: AgentParts;
  readonly #names: NameCache;
  readonly #health = new TargetHealth();
  readonly #means: RouteMeans;
  readonly #exchanges: Exchanges;
  readonly #intake: RequestIntake;
  readonly #dialogs = new DialogTable<HostedSession>();
  readonly #machines = new Deadlines<SessionMachine>();
  readonly #sessions = new Set<HostedSession>();
  readonly #byFlow = new Map<Flow, Set<HostedSession>>();
  readonly #counters = { received: 0, malformed: 0, strayResponses: 0 };
  readonly #doorkeeper: Doorkeeper;
  readonly #statistics = new StatisticsCounter();
  readonly #trace: SipTrace;
  #settings: SipSettings;
  #timerValues: Readonly<Record<TimerUse, TimerValues>>;
  #timer: Timer | undefined = undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #challenger: Challenger | undefined = undefined;
  #isClosed = false;

  constructor(parts: AgentParts) {
    this.#parts = parts;
    this.#names = new NameCache(parts.names, () => this.now());
    this.#means = {
      names: this.#names,
      random: parts.random,
      health: this.#health,
      now: () => this.now(),
      open: (request, opening) => this.open(request, this.#guarded(opening)),
      later: (run) => this.later(run),
    };
    this.#trace = parts.trace ?? silentTrace;
    this.tokens = new TokenSource(parts.random);
    this.inviteHeaders = [allow, `User-Agent: ${parts.product}`];
    this.#settings = parts.settings;
    this.#timerValues = timerSettings(parts.settings);
    const own = { statistics: this.#statistics, tokens: this.tokens };
    this.#exchanges = new Exchanges({ ...own, clock: parts.clock, later: (run) => this.later(run) });
    this.#doorkeeper = new Doorkeeper({ screen: parts.screen, log: parts.log, now: () => this.now() });
    this.#intake = new RequestIntake({
      ...own,
      doorkeeper: this.#doorkeeper,
      host: this,
      exchanges: this.#exchanges,
      dialogs: this.#dialogs,
      log: parts.log,
      trace: this.#trace,
      receiver: parts.receiver,
      server: `Server: ${parts.product}`,
      began: (session) => void this.#sessions.add(session),
    });
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
    return this.#sessions.size === 0 && this.#exchanges.isQuiet;
  }

  get transactionCount(): number {
    return this.#exchanges.size;
  }

  counters(): AgentCounters {
    return { ...this.#counters, ...this.#doorkeeper.counters };
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
    if (message.kind === 'response') this.#responded(message);
    else if (message.kind === 'request') this.#intake.received(message, flow);
    else {
      this.#counters.malformed++;
      this.#intake.malformed(message, flow);
    }
    this.#arm();
  }

  closed(flow: Flow, _error: Error | undefined, broken: boolean): void {
    const sessions = this.#byFlow.get(flow);
    this.#byFlow.delete(flow);
    if (this.#isClosed) return;
    this.#parts.flowClosed?.(flow, broken);
    if (sessions !== undefined) for (const session of sessions) session.flowClosed(broken);
    this.#arm();
  }

  /** Every request of ours outside a dialog belongs to a session that stands on the flow already. */
  inUse(flow: Flow): boolean {
    return (this.#byFlow.get(flow)?.size ?? 0) > 0;
  }

  #responded(response: SipResponse): void {
    this.#statistics.response('in', response.status, response.cseqMethod);
    if (this.#exchanges.responded(response)) return;
    this.#counters.strayResponses++;
    if (!this.#trace.error.on) return;
    const { status, callId } = response;
    this.#trace.error.write(
      () => `${traceHead('Error', 'sipSPIGetCallbyResponse')} ${status} to no request of ours, Call-ID ${callId}`,
    );
  }

  // ---- time

  #fire(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const now = this.now();
    this.#exchanges.fire(now);
    for (let due = this.#machines.due(now); due !== undefined; due = this.#machines.due(now)) due.owner.woken(now);
    this.#arm();
  }

  #arm(): void {
    const next = Math.min(this.#exchanges.nextDeadline, this.#machines.next);
    if (next >= this.#armedFor || this.#isClosed) return;
    this.#timer?.cancel();
    this.#armedFor = next;
    this.#timer = this.#parts.clock.after(Math.max(0, next - this.now()), () => this.#fire());
  }

  // ---- what sessions ask

  now(): number {
    return this.#parts.clock.monotonic();
  }

  get challenger(): Challenger {
    this.#challenger ??= new Challenger(this.#parts.random.bytes(32));
    return this.#challenger;
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
    const exchange = this.#exchanges.request(flow, fields, owner, this.timers(use), branch);
    this.#arm();
    return exchange;
  }

  sendAck(flow: Flow, text: string): void {
    this.#exchanges.sendAck(flow, text);
  }

  abandon(exchange: Exchange): void {
    this.#exchanges.abandon(exchange);
  }

  respond(transaction: AgentTransaction, status: number, fields?: ResponseFields): void {
    this.#exchanges.respond(transaction, status, fields);
  }

  repeat(transaction: AgentTransaction): void {
    this.#exchanges.repeat(transaction);
  }

  acknowledged(transaction: AgentTransaction): void {
    this.#exchanges.acknowledged(transaction);
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

  /** Tells nobody when all is closed, and looks after the deadlines of what the news set off. */
  #guarded(opening: Opening): Opening {
    return {
      opened: (flow) => {
        if (this.#isClosed) return;
        opening.opened(flow);
        this.#arm();
      },
      failed: (failure) => {
        if (!this.#isClosed) opening.failed(failure);
      },
    };
  }

  route(target: Target): TargetRoute {
    return new TargetRoute(target, this.#means);
  }

  /** The places that failed lately, those of `dns:` targets and those of addresses. */
  targets(): readonly TargetReport[] {
    return this.#health.report(this.now());
  }

  /** `ip host` or `ip name-server` changed: what was found out no longer holds. */
  forgetNames(): void {
    this.#names.clear();
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
    this.#parts.log('CALL_LOST', { callId: session.callId, remote: remoteOf(session), reason });
  }

  unproved(session: HostedSession, whose: 'ours' | 'theirs', reason: string): void {
    const mnemonic = whose === 'ours' ? 'CHALLENGE_UNANSWERED' : 'CALLER_UNPROVED';
    this.#parts.log(mnemonic, { callId: session.callId, remote: remoteOf(session), reason });
  }
}

function remoteOf({ remote }: HostedSession): string {
  return remote === undefined ? 'unknown' : printAddress(remote);
}
