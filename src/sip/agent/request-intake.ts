import { Dialog, type DialogTable } from '../dialog/index.ts';
import { type ParseFailure, Responder, type SipRequest } from '../message/index.ts';
import type { InviteReceiver } from '../session.ts';
import { defaultPort } from '../target/index.ts';
import { type SipTrace, traceHead } from '../trace.ts';
import type { Flow, Opening } from '../transport/index.ts';
import type { Doorkeeper } from './doorkeeper.ts';
import type { AgentTransaction } from './exchange.ts';
import type { Exchanges } from './exchanges.ts';
import { printAddress } from './identity.ts';
import { IncomingSession } from './incoming-session.ts';
import type { AgentLog } from './messages.ts';
import { accept, allow, refusalOf } from './refusal.ts';
import type { HostedSession, SessionHost } from './session-host.ts';
import type { StatisticsCounter } from './statistics.ts';

export interface IntakeParts {
  readonly host: SessionHost;
  readonly exchanges: Exchanges;
  readonly dialogs: DialogTable<HostedSession>;
  readonly statistics: StatisticsCounter;
  readonly log: AgentLog;
  readonly trace: SipTrace;
  readonly doorkeeper: Doorkeeper;
  readonly receiver: InviteReceiver;
  /** `Server: ...` */
  readonly server: string;
  /** A session began: the user agent keeps it. */
  readonly began: (session: HostedSession) => void;
}

/** Every request of a peer comes in here: it is a repetition, is refused, belongs to a session, or begins one. */
export class RequestIntake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  received(request: SipRequest, flow: Flow): void {
    const { statistics, exchanges, host } = this.#parts;
    statistics.request('in', request.method);
    if (request.method === 'ACK') return this.#ack(request);
    if (exchanges.repeated(request)) return;
    if (!this.#isOfACall(request) && !this.#isAdmitted(request, flow)) return;
    const transaction = this.#begin(request, flow);
    if (transaction === undefined) return;
    const refusal = refusalOf(request);
    if (refusal !== undefined) return host.respond(transaction, refusal.status, refusal.fields);
    if (request.method === 'CANCEL') this.#cancel(request, transaction);
    else if (request.toTag !== undefined) this.#inDialog(request, transaction, flow);
    else if (request.method === 'INVITE') this.#invited(request, transaction, flow);
    else if (request.method === 'OPTIONS') this.#options(transaction);
    else host.respond(transaction, 481);
  }

  /** A request in a dialog that stands, or the CANCEL of an INVITE: who began it was admitted then. */
  #isOfACall(request: SipRequest): boolean {
    const { exchanges, dialogs } = this.#parts;
    if (request.method === 'CANCEL') return exchanges.cancelled(request) !== undefined;
    return request.toTag !== undefined && dialogs.find(request) !== undefined;
  }

  /** Nothing is kept of a stranger's request, so its repetitions are answered anew (RFC 3261 8.2.7). */
  #isAdmitted(request: SipRequest, flow: Flow): boolean {
    const verdict = this.#parts.doorkeeper.judge(request, flow);
    if (verdict === 'refuse') {
      const { statistics, host } = this.#parts;
      statistics.response('out', 403, request.method);
      const reply = new Responder(request, flow.remote).print(403, { toTag: host.tokens.tag() });
      this.#replyFlow(request, flow).send(reply);
    }
    return verdict === 'admit';
  }

  #ack(ack: SipRequest): void {
    const { exchanges, dialogs } = this.#parts;
    if (!exchanges.ackedFailure(ack)) dialogs.find(ack)?.acked(ack);
  }

  /** A server transaction for a new request; undefined when it was answered without one. */
  #begin(request: SipRequest, flow: Flow): AgentTransaction | undefined {
    const { exchanges, host } = this.#parts;
    const isMerged = exchanges.isMerged(request);
    const responder = new Responder(request, flow.remote);
    const reply = this.#replyFlow(request, flow);
    const transaction = exchanges.begin(request, reply, responder, host.timers('other'), flow.reliable);
    if (transaction === undefined) {
      this.#overload(request, responder, reply, flow);
      return undefined;
    }
    if (!isMerged) return transaction;
    host.respond(transaction, 482);
    return undefined;
  }

  #overload(request: SipRequest, responder: Responder, reply: Flow, flow: Flow): void {
    const { log, statistics, host } = this.#parts;
    const reason = 'too many transactions';
    log('OVERLOAD', { method: request.method, remote: printAddress(flow.remote), reason });
    statistics.response('out', 503, request.method);
    reply.send(responder.print(503, { toTag: host.tokens.tag(), headers: ['Retry-After: 5'] }));
  }

  #cancel(request: SipRequest, transaction: AgentTransaction): void {
    const invite = this.#parts.exchanges.cancelled(request);
    this.#parts.host.respond(transaction, invite === undefined ? 481 : 200);
    const owner = invite?.owner.answerOwner;
    if (owner instanceof IncomingSession) owner.cancelled();
  }

  #inDialog(request: SipRequest, transaction: AgentTransaction, flow: Flow): void {
    const session = this.#parts.dialogs.find(request);
    if (session === undefined) return this.#parts.host.respond(transaction, 481);
    if (request.method === 'OPTIONS') return this.#options(transaction);
    session.heardOn(flow);
    session.requested(request, transaction);
  }

  #options(transaction: AgentTransaction): void {
    this.#parts.host.respond(transaction, 200, { headers: [allow, accept, this.#parts.server] });
  }

  #invited(request: SipRequest, transaction: AgentTransaction, flow: Flow): void {
    const { host, dialogs, began, receiver } = this.#parts;
    if (flow.draining) return host.respond(transaction, 503, { reason: 'This connection is being drained' });
    const dialog = Dialog.fromRequest(request, host.tokens.tag());
    if (dialog === undefined) return host.respond(transaction, 400, { reason: 'Contact missing or unusable' });
    host.respond(transaction, 100);
    const session = new IncomingSession(host, request, transaction, dialog, flow);
    transaction.owner.answerOwner = session;
    if (!dialogs.add(dialog, session)) return session.release(503);
    began(session);
    session.present(receiver, request, flow.remote);
  }

  /** A message that cannot be used: answered where it can be, its connection ended where not. */
  malformed(failure: ParseFailure, flow: Flow): void {
    const { trace, log, statistics, host } = this.#parts;
    const { status, reason, request } = failure;
    const remote = printAddress(flow.remote);
    if (trace.error.on) {
      const head = traceHead('Error', 'sipSPIParseMessage');
      trace.error.write(() => `${head} message from ${remote} refused: ${status} ${reason}`);
    }
    log('MALFORMED', { remote, transport: flow.transport, status, reason });
    if (request === undefined) return flow.abort(`${reason}: it cannot be answered`);
    if (!this.#parts.doorkeeper.mayAnswer(flow)) return;
    const reply = this.#replyFlow(request, flow);
    statistics.response('out', status, request.method);
    reply.send(new Responder(request, flow.remote).print(status, { toTag: host.tokens.tag(), reason }));
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
    this.#parts.host.open({ transport: 'udp', remote: { host: flow.remote.host, port } }, take);
    return reply;
  }
}
