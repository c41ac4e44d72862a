import { Dialog } from '../dialog/index.ts';
import type { SipLimits } from '../limits.ts';
import { type ParseFailure, Responder, readReason, type SipRequest } from '../message/index.ts';
import { type AdmissionReport, retryAfterSeconds } from '../screen/index.ts';
import type { MessageTally } from '../session.ts';
import { defaultPort } from '../target/index.ts';
import { type SipTrace, silentTrace, traceHead } from '../trace.ts';
import type { Flow, Opening } from '../transport/index.ts';
import type { AgentParts } from './agent-parts.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { type AgentTransaction, Exchange } from './exchange.ts';
import { printAddress } from './identity.ts';
import { IncomingSession } from './incoming-session.ts';
import { IncomingShare } from './incoming-share.ts';
import { accept, breaksSips, refusalOf } from './refusal.ts';
import { offerAlias } from './reuse.ts';
import type { HostedSession, SessionHost } from './session-host.ts';
import type { TransactionOwner } from './transaction-owner.ts';

const retryAfter = `Retry-After: ${retryAfterSeconds}`;

/** What the intake asks of the user agent. */
export interface IntakeHost extends SessionHost {
  find(request: SipRequest): HostedSession | undefined;
  /** A session that an INVITE began. False: there are too many dialogs. */
  admit(session: IncomingSession, dialog: Dialog): boolean;
}

/** Requests as they arrive: judged, answered at once or given a transaction, and handed to whom they belong. */
export class Intake {
  readonly #host: IntakeHost;
  readonly #parts: AgentParts;
  readonly #transactions: TransactionOwner;
  readonly #doorkeeper: Doorkeeper;
  readonly #incoming = new IncomingShare();
  readonly #trace: SipTrace;
  #malformed = 0;

  constructor(host: IntakeHost, parts: AgentParts, transactions: TransactionOwner) {
    this.#host = host;
    this.#parts = parts;
    this.#transactions = transactions;
    this.#doorkeeper = new Doorkeeper({ screen: parts.screen, log: parts.log, now: () => host.now() });
    this.#trace = parts.trace ?? silentTrace;
  }

  counters(): { readonly strangers: number; readonly strangersUnanswered: number; readonly malformed: number } {
    return { ...this.#doorkeeper.counters, malformed: this.#malformed };
  }

  limit(calls: SipLimits['calls']): void {
    this.#incoming.limit(calls);
  }

  /** What peers make us hold: their requests, and their calls. */
  load(): readonly AdmissionReport[] {
    return [this.#transactions.served, this.#incoming.report()];
  }

  /** A session is over: if it came in, it no longer counts. */
  ended(session: HostedSession): void {
    this.#incoming.ended(session);
  }

  /** `length`: of the whole message, in characters. */
  request(request: SipRequest, flow: Flow, length: number): void {
    this.#transactions.statistics.request('in', request.method);
    if (request.method === 'ACK') return this.#ack(request, flow);
    if (this.#transactions.repeated(request, flow)) return;
    const call = this.#callOf(request);
    // Its tag of ours was in our answer only.
    if (call !== undefined && request.method !== 'CANCEL') flow.echoed();
    if (call === undefined && !this.#isAdmitted(request, flow, length)) return;
    offerAlias(request, flow);
    const transaction = this.#begin(request, flow, call?.tally);
    if (transaction === undefined) return;
    const refusal = refusalOf(request, this.#host.abilitiesFor(flow.tenant));
    if (refusal !== undefined) return this.#host.respond(transaction, refusal.status, refusal.fields);
    if (breaksSips(request, flow)) return this.#withoutTls(request, transaction, flow);
    if (request.method === 'CANCEL') this.#cancel(request, transaction);
    else if (request.toTag !== undefined) this.#inDialog(request, transaction, flow);
    else if (request.method === 'INVITE') this.#invited(request, transaction, flow);
    else if (request.method === 'OPTIONS') this.#asked(transaction, flow);
    else this.#host.respond(transaction, 481);
  }

  malformed(failure: ParseFailure, flow: Flow, length: number): void {
    this.#malformed++;
    const { status, reason, request } = failure;
    if (this.#trace.error.on) {
      const from = printAddress(flow.remote);
      this.#trace.error.write(
        () => `${traceHead('Error', 'sipSPIParseMessage')} message from ${from} refused: ${status} ${reason}`,
      );
    }
    this.#parts.log('MALFORMED', { remote: printAddress(flow.remote), transport: flow.transport, status, reason });
    if (failure.isPassedOver) return;
    if (request === undefined) return flow.abort(`${reason}: it cannot be answered`);
    const reply = new Responder(request, flow.remote).print(status, { toTag: this.#host.tokens.tag(), reason });
    if (!this.#doorkeeper.mayAnswer(flow, reply, length)) return;
    this.#transactions.statistics.response('out', status, request.method);
    this.#replyFlow(request, flow).send(reply);
  }

  /** What a request in a dialog that stands, or the CANCEL of an INVITE, belongs to: who began it was admitted then. */
  #callOf(request: SipRequest): HostedSession | Exchange | undefined {
    if (request.method === 'CANCEL') return this.#transactions.findCancelled(request)?.owner;
    return request.toTag === undefined ? undefined : this.#host.find(request);
  }

  /** Nothing is kept of a stranger's request, so its repetitions are answered anew (RFC 3261 8.2.7). */
  #isAdmitted(request: SipRequest, flow: Flow, length: number): boolean {
    const verdict = this.#doorkeeper.judge(request, flow);
    if (verdict === 'refuse') {
      const reply = new Responder(request, flow.remote).print(403, { toTag: this.#host.tokens.tag() });
      if (this.#doorkeeper.fits(flow, reply, length)) {
        this.#transactions.statistics.response('out', 403, request.method);
        this.#replyFlow(request, flow).send(reply);
      }
    }
    return verdict === 'admit';
  }

  #ack(ack: SipRequest, flow: Flow): void {
    if (this.#transactions.acked(ack)) return;
    const session = this.#host.find(ack);
    if (session !== undefined) flow.echoed();
    session?.tally?.request('in', 'ACK');
    session?.acked(ack);
  }

  /** A server transaction for a new request; undefined when it was answered without one, or is to have no other answer. */
  #begin(request: SipRequest, flow: Flow, tally: MessageTally | undefined): AgentTransaction | undefined {
    tally?.request('in', request.method);
    const isMerged = this.#transactions.isMerged(request) || this.#transactions.isLoop(request);
    const responder = new Responder(request, flow.remote);
    const port = request.topVia.port ?? defaultPort(flow.transport);
    const exchange = Exchange.theirs(this.#replyFlow(request, flow), responder, port);
    exchange.tally = tally;
    const transaction = this.#transactions.begin(request, exchange, flow.reliable);
    if (transaction === undefined) {
      this.#parts.log('OVERLOAD', {
        method: request.method,
        remote: printAddress(flow.remote),
        reason: 'too many transactions, of this source or in all',
      });
      this.#transactions.statistics.response('out', 503, request.method);
      tally?.response('out', 503, request.method);
      exchange.flow.send(responder.print(503, { toTag: this.#host.tokens.tag(), headers: [retryAfter] }));
      return undefined;
    }
    if (!isMerged) return transaction;
    this.#host.respond(transaction, 482);
    return undefined;
  }

  #cancel(request: SipRequest, transaction: AgentTransaction): void {
    const invite = this.#transactions.findCancelled(request);
    this.#host.respond(transaction, invite === undefined ? 481 : 200);
    invite?.owner.answerOwner?.cancelled(readReason(request));
  }

  #inDialog(request: SipRequest, transaction: AgentTransaction, flow: Flow): void {
    const session = this.#host.find(request);
    if (session === undefined) return this.#host.respond(transaction, 481);
    session.heardOn(flow);
    if (!session.accepts(request)) this.#host.respond(transaction, 500, { reason: 'CSeq out of order' });
    else if (request.method === 'OPTIONS') this.#options(transaction, flow);
    else session.requested(request, transaction);
  }

  #withoutTls({ method }: SipRequest, transaction: AgentTransaction, { remote, transport }: Flow): void {
    this.#parts.log('SIPS_WITHOUT_TLS', { method, remote: printAddress(remote), transport });
    this.#host.respond(transaction, 403, { reason: 'SIPS Without TLS' });
  }

  /** Outside a dialog the answer is that of an INVITE (RFC 3261 11.2), so that who asks before calling calls elsewhere. */
  #asked(transaction: AgentTransaction, flow: Flow): void {
    if (this.#host.abilitiesFor(flow.tenant).takesCalls) this.#options(transaction, flow);
    else this.#host.respond(transaction, 503);
  }

  #options(transaction: AgentTransaction, flow: Flow): void {
    const host = this.#host;
    const { tenant } = flow;
    const contact = host.contactFor('', 'sip', flow, host.localName(tenant));
    host.respond(transaction, 200, { contact, headers: [accept, ...host.abilitiesFor(tenant).answerHeaders] });
  }

  #invited(request: SipRequest, transaction: AgentTransaction, flow: Flow): void {
    const host = this.#host;
    if (flow.draining) return host.respond(transaction, 503, { reason: 'This connection is being drained' });
    const dialog = Dialog.fromRequest(request, host.tokens.tag());
    if (dialog === undefined)
      return host.respond(transaction, 400, { reason: 'Contact missing or unusable, or an unusable Record-Route' });
    const full = this.#incoming.begin(flow.remote.host);
    if (full !== undefined) {
      this.#parts.log('OVERLOAD', { method: 'INVITE', remote: printAddress(flow.remote), reason: full });
      return host.respond(transaction, 503, { headers: [retryAfter] });
    }
    host.respond(transaction, 100);
    const session = new IncomingSession(host, request, transaction, dialog, flow);
    this.#incoming.began(session, flow.remote.host);
    transaction.owner.answerOwner = session;
    if (!host.admit(session, dialog)) return session.release(503);
    session.present(this.#parts.receiver, request, flow.remote);
  }

  /** Over UDP a sender without rport is answered at the port its Via names (RFC 3261 18.2.2). */
  #replyFlow({ topVia: via }: Pick<SipRequest, 'topVia'>, flow: Flow): Flow {
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
    const { tenant, bind } = flow;
    this.#host.open({ transport: 'udp', remote: { host: flow.remote.host, port }, tenant, bind }, take);
    return reply;
  }
}
