import { Challenger } from '../auth/index.ts';
import { type Dialog, DialogTable } from '../dialog/index.ts';
import { limitsOf } from '../limits.ts';
import {
  defaultLimits,
  type MessageLimits,
  parseMessage,
  type RequestFields,
  type ResponseFields,
  type SipRequest,
  type SipResponse,
} from '../message/index.ts';
import type { SipStatistics } from '../report.ts';
import type { AdmissionReport } from '../screen/index.ts';
import type { MessageTally, OutgoingInvite, SessionHandler, SipSession, UserAgent } from '../session.ts';
import { type Reliability, type SipSettings, timerDefaults } from '../settings.ts';
import {
  NameCache,
  type RouteMeans,
  type Target,
  TargetHealth,
  type TargetReport,
  TargetRoute,
} from '../target/index.ts';
import { settingsOfTenant } from '../tenant.ts';
import { type SipTrace, silentTrace, traceHead } from '../trace.ts';
import type { TimerValues } from '../transaction/index.ts';
import type { Flow, FlowReceiver, Opening, OpenRequest } from '../transport/index.ts';
import { type Abilities, abilitiesOf } from './abilities.ts';
import type { AgentCounters, AgentParts } from './agent-parts.ts';
import type { AgentTransaction, Exchange, RequestOwner } from './exchange.ts';
import { printAddress, transportOf, viaValue } from './identity.ts';
import type { IncomingSession } from './incoming-session.ts';
import { Intake, type IntakeHost } from './intake.ts';
import { comeBack } from './next-hop.ts';
import { OutgoingSession } from './outgoing-session.ts';
import type { HostedSession, TimerUse } from './session-host.ts';
import type { SessionMachine } from './session-machine.ts';
import { SilentPeers } from './silent-peers.ts';
import { type TimerSettings, timerSettings } from './timer-settings.ts';
import { TokenSource } from './token-source.ts';
import { callSummary, stateChange } from './trace-session.ts';
import { TransactionOwner } from './transaction-owner.ts';

/**
 * The owner of every dialog and session: hears what the transport receives, and is what sessions are made through. Its
 * `TransactionOwner` owns the transactions and the timer, its `Intake` judges requests.
 */
export class SipUserAgent implements UserAgent, FlowReceiver, IntakeHost {
  readonly tokens: TokenSource;
  abilities: Abilities;
  readonly #abilitiesWith = new Map<Reliability, Abilities>();
  readonly #parts: AgentParts;
  readonly #names: NameCache;
  readonly #health = new TargetHealth();
  readonly #means: RouteMeans;
  readonly #transactions: TransactionOwner;
  readonly #intake: Intake;
  readonly #dialogs = new DialogTable<HostedSession>();
  readonly #sessions = new Set<HostedSession>();
  /** For those who watch: which leg a message is of. */
  readonly #byCallId = new Map<string, HostedSession>();
  readonly #byFlow = new Map<Flow, Set<HostedSession>>();
  readonly #silent = new SilentPeers();
  readonly #trace: SipTrace;
  #received = 0;
  #strayResponses = 0;
  #settings: SipSettings;
  #messageLimits: MessageLimits = defaultLimits;
  /** By tenant; made when first asked for. */
  readonly #timers = new Map<number, TimerSettings>();
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
    this.#settings = parts.settings;
    this.abilities = abilitiesOf(parts.settings, parts.product);
    this.#transactions = new TransactionOwner({
      clock: parts.clock,
      tag: () => this.tokens.tag(),
      timers: (tenant) => this.#timersOf(tenant),
      sendElsewhere: (transaction, text) => this.#sendElsewhere(transaction, text),
      timedOut: (flow) => this.#timedOut(flow),
    });
    this.#intake = new Intake(this, parts, this.#transactions);
    this.#limit(parts.settings);
  }

  reconfigure(next: SipSettings): void {
    this.#settings = next;
    this.abilities = abilitiesOf(next, this.#parts.product);
    this.#abilitiesWith.clear();
    this.#limit(next);
    this.#timers.clear();
  }

  #limit({ limits }: SipSettings): void {
    const { message, calls, transactions } = limitsOf(limits);
    this.#messageLimits = { ...defaultLimits, ...message };
    this.#transactions.limit(transactions);
    this.#intake.limit(calls);
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Nothing of ours is under way: no session, and no request that wants an answer. */
  get isQuiet(): boolean {
    return this.#sessions.size === 0 && this.#transactions.isQuiet;
  }

  get transactionCount(): number {
    return this.#transactions.size;
  }

  counters(): AgentCounters {
    return {
      received: this.#received,
      strayResponses: this.#strayResponses,
      silentPeers: this.#silent.found,
      ...this.#intake.counters(),
    };
  }

  /** What peers make us hold: their requests, and their calls. */
  load(): readonly AdmissionReport[] {
    return this.#intake.load();
  }

  /** `show sip-ua statistics`. */
  statistics(): SipStatistics {
    return this.#transactions.statistics.report();
  }

  clearStatistics(): void {
    this.#transactions.statistics.clear(this.#parts.clock.now());
  }

  /** The leg that a message of this Call-ID is of, in the words of `debug`. */
  legName(callId: string): string | undefined {
    return this.#byCallId.get(callId)?.legName;
  }

  sessions(): Iterable<HostedSession> {
    return this.#sessions;
  }

  /** Forgets everything and calls nobody back. Calls are released before by their owner. */
  close(): void {
    this.#isClosed = true;
    this.#transactions.close();
    this.#sessions.clear();
    this.#byCallId.clear();
    this.#byFlow.clear();
  }

  invite(request: OutgoingInvite, handler: SessionHandler): SipSession {
    if (transportOf(request) !== request.transport) {
      this.#parts.log('SIPS_OVER_TLS', { called: request.called, transport: request.transport });
    }
    const session = new OutgoingSession(this, request, handler);
    this.#sessions.add(session);
    session.start();
    this.#transactions.arm();
    return session;
  }

  // ---- what the transport tells

  received(text: string, flow: Flow): void {
    this.#received++;
    this.#silent.heard(flow);
    const message = parseMessage(text, this.#messageLimits);
    if (message.kind === 'response') this.#response(message);
    else if (message.kind === 'request') this.#intake.request(message, flow, text.length);
    else this.#intake.malformed(message, flow, text.length);
    this.#transactions.arm();
  }

  closed(flow: Flow, _error: Error | undefined, broken: boolean): void {
    this.#silent.heard(flow);
    const sessions = this.#byFlow.get(flow);
    this.#byFlow.delete(flow);
    if (this.#isClosed) return;
    this.#parts.flowClosed?.(flow, broken);
    if (sessions !== undefined) for (const session of sessions) session.flowClosed(broken);
    this.#transactions.arm();
  }

  /** Every request of ours outside a dialog belongs to a session that stands on the flow already. */
  inUse(flow: Flow): boolean {
    return this.callsOn(flow) > 0;
  }

  /** Calls in being that use a flow. */
  callsOn(flow: Flow): number {
    return this.#byFlow.get(flow)?.size ?? 0;
  }

  #response(response: SipResponse): void {
    this.#transactions.statistics.response('in', response.status, response.cseqMethod);
    if (this.#transactions.responded(response)) return;
    this.#strayResponses++;
    if (!this.#trace.error.on) return;
    const { status, callId } = response;
    this.#trace.error.write(
      () => `${traceHead('Error', 'sipSPIGetCallbyResponse')} ${status} to no request of ours, Call-ID ${callId}`,
    );
  }

  /** Whoever is at the other end answers nothing: what follows goes on a new connection. */
  #timedOut(flow: Flow): void {
    if (!this.#silent.unanswered(flow)) return;
    this.#parts.log('PEER_SILENT', { remote: printAddress(flow.remote), transport: flow.transport, id: flow.id });
    flow.abort('the peer answered two requests in a row with nothing');
  }

  #sendElsewhere(transaction: AgentTransaction, text: string): void {
    const send = (flow: Flow): void => {
      if (!flow.send(text)) this.#transactions.failed(transaction);
    };
    this.returnWay(transaction, send, () => this.#transactions.failed(transaction));
  }

  // ---- what sessions ask

  now(): number {
    return this.#parts.clock.monotonic();
  }

  get challenger(): Challenger {
    this.#challenger ??= new Challenger(this.#parts.random.bytes(32));
    return this.#challenger;
  }

  timers(use: TimerUse, tenant: number): TimerValues {
    return this.#timersOf(tenant)[use];
  }

  expiresMs(tenant: number): number {
    return this.settings(tenant).timers.expires ?? timerDefaults.expires;
  }

  settings(tenant: number): SipSettings {
    return settingsOfTenant(this.#settings, tenant);
  }

  #timersOf(tenant: number): TimerSettings {
    const timers = this.#timers.get(tenant) ?? timerSettings(this.settings(tenant));
    this.#timers.set(tenant, timers);
    return timers;
  }

  abilitiesWith(rel1xx: Reliability | undefined): Abilities {
    if (rel1xx === undefined || rel1xx === this.abilities.rel1xx) return this.abilities;
    let abilities = this.#abilitiesWith.get(rel1xx);
    if (abilities === undefined) {
      abilities = abilitiesOf(this.#settings, this.#parts.product, rel1xx);
      this.#abilitiesWith.set(rel1xx, abilities);
    }
    return abilities;
  }

  get maxForwards(): number {
    return this.#settings.maxForwards;
  }

  contactPort(flow: Flow): number {
    return this.#parts.transport().listenPort(flow.transport, flow.tenant) ?? flow.local.port;
  }

  viaFor(flow: Flow, branch: string): string {
    return viaValue(flow, this.contactPort(flow), branch);
  }

  request(
    flow: Flow,
    fields: RequestFields,
    owner: RequestOwner,
    branch: string,
    tally?: MessageTally,
  ): Exchange | undefined {
    return this.#transactions.request(flow, fields, owner, branch, tally);
  }

  sendAck(flow: Flow, text: string, tally: MessageTally | undefined): void {
    this.#transactions.sendAck(flow, text, tally);
  }

  abandon(exchange: Exchange): void {
    this.#transactions.abandon(exchange);
  }

  respond(transaction: AgentTransaction, status: number, fields?: ResponseFields): void {
    this.#transactions.respond(transaction, status, fields);
  }

  repeat(transaction: AgentTransaction, answer: '1xx' | '2xx'): void {
    this.#transactions.repeat(transaction, answer);
  }

  acknowledged(transaction: AgentTransaction): void {
    this.#transactions.acknowledged(transaction);
  }

  returnWay(transaction: AgentTransaction, opened: (flow: Flow) => void, failed: (reason: string) => void): void {
    const exchange = transaction.owner;
    if (exchange.flow.open) return opened(exchange.flow);
    const take = (flow: Flow): void => {
      exchange.flow = flow;
      opened(flow);
    };
    comeBack({ open: (request, opening) => this.open(request, this.#guarded(opening)) }, exchange, take, failed);
  }

  watch(machine: SessionMachine): void {
    this.#transactions.watch(machine);
  }

  later(run: () => void): void {
    this.#transactions.later(run);
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
        this.#transactions.arm();
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

  removeDialog(dialog: Dialog): void {
    this.#dialogs.remove(dialog);
  }

  find(request: SipRequest): HostedSession | undefined {
    return this.#dialogs.find(request);
  }

  admit(session: IncomingSession, dialog: Dialog): boolean {
    if (!this.#dialogs.add(dialog, session)) return false;
    this.#sessions.add(session);
    return true;
  }

  moved(session: HostedSession, from: Flow | undefined, to: Flow): void {
    if (from !== undefined) this.#leave(session, from);
    to.carry(1);
    const sessions = this.#byFlow.get(to);
    if (sessions === undefined) this.#byFlow.set(to, new Set([session]));
    else sessions.add(session);
  }

  forget(session: HostedSession): void {
    this.#sessions.delete(session);
    if (this.#byCallId.get(session.callId) === session) this.#byCallId.delete(session.callId);
    this.#intake.ended(session);
    const { flow, ownDialog } = session;
    if (flow !== undefined) this.#leave(session, flow);
    if (ownDialog !== undefined) this.#dialogs.remove(ownDialog);
  }

  #leave(session: HostedSession, flow: Flow): void {
    const sessions = this.#byFlow.get(flow);
    if (sessions?.delete(session) !== true) return;
    flow.carry(-1);
    if (sessions.size === 0) this.#byFlow.delete(flow);
  }

  stateChanged(session: HostedSession, from: SipSession['state'] | undefined, to: SipSession['state']): void {
    if (from === undefined && this.#sessions.has(session)) this.#byCallId.set(session.callId, session);
    const { states, calls } = this.#trace;
    if (states.on) states.write(() => stateChange(session, from, to));
    if (calls.on && (to === 'confirmed' || to === 'ended')) calls.write(() => callSummary(session, to));
  }

  lost(session: HostedSession, reason: string): void {
    this.#parts.log('CALL_LOST', { callId: session.callId, remote: remoteOf(session), reason });
  }

  sentOn(session: HostedSession, place: string): void {
    this.#parts.log('CALL_SENT_ON', { called: session.called, remote: remoteOf(session), place });
  }

  unproved(session: HostedSession, whose: 'ours' | 'theirs', reason: string): void {
    const mnemonic = whose === 'ours' ? 'CHALLENGE_UNANSWERED' : 'CALLER_UNPROVED';
    this.#parts.log(mnemonic, { callId: session.callId, remote: remoteOf(session), reason });
  }
}

function remoteOf({ remote }: HostedSession): string {
  return remote === undefined ? 'unknown' : printAddress(remote);
}
