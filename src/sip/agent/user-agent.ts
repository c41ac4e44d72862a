import { Challenger } from '../auth/index.ts';
import type { Dialog } from '../dialog/index.ts';
import {
  parseMessage,
  type RequestFields,
  type ResponseFields,
  type SipRequest,
  type SipResponse,
} from '../message/index.ts';
import type { Replaced } from '../refer/index.ts';
import type { SipStatistics } from '../report.ts';
import type { AdmissionReport } from '../screen/index.ts';
import type { MessageTally, OutgoingInvite, SessionHandler, SipSession, UserAgent } from '../session.ts';
import type { Reliability, SipSettings } from '../settings.ts';
import type { Target, TargetReport, TargetRoute } from '../target/index.ts';
import { type SipTrace, silentTrace, traceHead } from '../trace.ts';
import type { TimerValues } from '../transaction/index.ts';
import type { Flow, FlowReceiver, Opening, OpenRequest } from '../transport/index.ts';
import type { Abilities } from './abilities.ts';
import type { AgentCounters, AgentParts } from './agent-parts.ts';
import { AgentSettings } from './agent-settings.ts';
import type { AgentTransaction, Exchange, RequestOwner } from './exchange.ts';
import { printAddress, transportOf } from './identity.ts';
import type { IncomingSession } from './incoming-session.ts';
import { Intake, type IntakeHost } from './intake.ts';
import { OutgoingSession } from './outgoing-session.ts';
import type { HostedSession, TimerUse } from './session-host.ts';
import type { SessionMachine } from './session-machine.ts';
import { SessionTable } from './session-table.ts';
import { SilentPeers } from './silent-peers.ts';
import { TokenSource } from './token-source.ts';
import { callSummary, stateChange } from './trace-session.ts';
import { TransactionOwner } from './transaction-owner.ts';
import { Ways } from './ways.ts';

/**
 * The owner of every dialog and session: hears what the transport receives, and is what sessions are made through. Its
 * `TransactionOwner` owns the transactions and the timer, its `Intake` judges requests, its `SessionTable` finds sessions, its `Ways`
 * reach peers.
 */
export class SipUserAgent implements UserAgent, FlowReceiver, IntakeHost {
  readonly tokens: TokenSource;
  readonly #parts: AgentParts;
  readonly #ways: Ways;
  readonly #transactions: TransactionOwner;
  readonly #intake: Intake;
  readonly #sessions = new SessionTable();
  readonly #silent = new SilentPeers();
  readonly #trace: SipTrace;
  #received = 0;
  #strayResponses = 0;
  #settings: AgentSettings;
  #challenger: Challenger | undefined = undefined;
  #isClosed = false;

  constructor(parts: AgentParts) {
    this.#parts = parts;
    this.#ways = new Ways({
      ...parts,
      later: (run) => this.later(run),
      arm: () => this.#transactions.arm(),
    });
    this.#trace = parts.trace ?? silentTrace;
    this.tokens = new TokenSource(parts.random);
    this.#settings = new AgentSettings(parts.settings, parts.product);
    this.#transactions = new TransactionOwner({
      clock: parts.clock,
      tag: () => this.tokens.tag(),
      timers: (tenant) => this.#settings.timersOf(tenant),
      sendElsewhere: (transaction, text) => this.#sendElsewhere(transaction, text),
      timedOut: (flow) => this.#timedOut(flow),
    });
    this.#intake = new Intake(this, parts, this.#transactions);
    this.#limit();
  }

  reconfigure(next: SipSettings): void {
    this.#settings = new AgentSettings(next, this.#parts.product);
    this.#limit();
  }

  #limit(): void {
    const { calls, transactions } = this.#settings.limits;
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
    return this.#sessions.named(callId)?.legName;
  }

  sessions(): Iterable<HostedSession> {
    return this.#sessions.values();
  }

  /** Forgets everything and calls nobody back. Calls are released before by their owner. */
  close(): void {
    this.#isClosed = true;
    this.#ways.close();
    this.#transactions.close();
    this.#sessions.clear();
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
    const message = parseMessage(text, this.#settings.messageLimits);
    if (message.kind === 'response') this.#response(message, flow);
    else if (message.kind === 'request') this.#intake.request(message, flow, text.length);
    else this.#intake.malformed(message, flow, text.length);
    this.#transactions.arm();
  }

  closed(flow: Flow, _error: Error | undefined, broken: boolean): void {
    this.#silent.heard(flow);
    const sessions = this.#sessions.takeOff(flow);
    if (this.#isClosed) return;
    this.#parts.flowClosed?.(flow, broken);
    for (const session of sessions) session.flowClosed(broken);
    this.#transactions.arm();
  }

  /** Every request of ours outside a dialog belongs to a session that stands on the flow already. */
  inUse(flow: Flow): boolean {
    return this.callsOn(flow) > 0;
  }

  /** Calls in being that use a flow. */
  callsOn(flow: Flow): number {
    return this.#sessions.countOn(flow);
  }

  #response(response: SipResponse, flow: Flow): void {
    this.#transactions.statistics.response('in', response.status, response.cseqMethod);
    if (this.#transactions.responded(response)) return flow.echoed();
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
    return this.#settings.timersOf(tenant)[use];
  }

  expiresMs(tenant: number): number {
    return this.#settings.expiresMs(tenant);
  }

  settings(tenant: number): SipSettings {
    return this.#settings.of(tenant);
  }

  abilitiesFor(tenant: number, rel1xx?: Reliability): Abilities {
    return this.#settings.abilitiesFor(tenant, rel1xx);
  }

  maxForwards(tenant: number): number {
    return this.settings(tenant).maxForwards;
  }

  contactPort(flow: Flow): number {
    return this.#ways.contactPort(flow);
  }

  localName(tenant: number): string | undefined {
    return this.settings(tenant).localName?.host;
  }

  viaFor(flow: Flow, branch: string): string {
    return this.#ways.viaFor(flow, branch, this.settings(flow.tenant));
  }

  contactFor(user: string, scheme: 'sip' | 'sips', flow: Flow, localName?: string): string {
    return this.#ways.contactFor(user, scheme, flow, localName);
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
    this.#ways.back(transaction, opened, failed);
  }

  watch(machine: SessionMachine): void {
    this.#transactions.watch(machine);
  }

  later(run: () => void): void {
    this.#transactions.later(run);
  }

  open(request: OpenRequest, opening: Opening): void {
    this.#ways.open(request, opening);
  }

  route(target: Target): TargetRoute {
    return this.#ways.route(target);
  }

  isShunned(invite: Parameters<UserAgent['isShunned']>[0]): boolean {
    return this.#ways.isShunned(invite.target, transportOf(invite));
  }

  targets(): readonly TargetReport[] {
    return this.#ways.targets();
  }

  forgetNames(): void {
    this.#ways.forgetNames();
  }

  addDialog(dialog: Dialog, session: HostedSession): boolean {
    return this.#sessions.addDialog(dialog, session);
  }

  removeDialog(dialog: Dialog): void {
    this.#sessions.removeDialog(dialog);
  }

  find(request: SipRequest): HostedSession | undefined {
    return this.#sessions.find(request);
  }

  replaced(dialog: Replaced): HostedSession | undefined {
    return this.#sessions.replaced(dialog);
  }

  admit(session: IncomingSession, dialog: Dialog): boolean {
    if (!this.#sessions.addDialog(dialog, session)) return false;
    this.#sessions.add(session);
    return true;
  }

  moved(session: HostedSession, from: Flow | undefined, to: Flow): void {
    this.#sessions.moved(session, from, to);
  }

  forget(session: HostedSession): void {
    this.#sessions.forget(session);
    this.#intake.ended(session);
  }

  stateChanged(session: HostedSession, from: SipSession['state'] | undefined, to: SipSession['state']): void {
    if (from === undefined) this.#sessions.name(session);
    const { states, calls } = this.#trace;
    if (states.on) states.write(() => stateChange(session, from, to));
    if (calls.on && (to === 'confirmed' || to === 'ended')) calls.write(() => callSummary(session, to));
  }

  lost(session: HostedSession, reason: string): void {
    this.#parts.log('CALL_LOST', { callId: session.callId, remote: remoteOf(session), reason });
  }

  unreached(session: HostedSession, reason: string): void {
    this.#parts.log('CALL_UNREACHED', { called: session.called, transport: session.transport.toUpperCase(), reason });
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
