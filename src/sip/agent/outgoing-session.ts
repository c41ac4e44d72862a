import { Dialog, type OutgoingInviteAction, type OutgoingInviteEvent, type SentInvite } from '../dialog/index.ts';
import { cancelFields, type RequestFields, reasonPhrase, type SipRequest, type SipResponse } from '../message/index.ts';
import type { OutgoingInvite, SessionEnd, SessionHandler, SipSession } from '../session.ts';
import type { TargetRoute } from '../target/index.ts';
import type { Flow } from '../transport/index.ts';
import { isChallenge } from './answering-owner.ts';
import { type AgentTransaction, type Exchange, ignoringOwner } from './exchange.ts';
import { contactAddress, fromAddress, requestUri, toAddress, transportOf } from './identity.ts';
import { InviteSession } from './invite-session.ts';
import { LateAnswers } from './late-answers.ts';
import { sdpOf } from './sdp-of.ts';
import type { SessionHost } from './session-host.ts';
import { OutgoingSessionMachine } from './session-machine.ts';

/** IOS begins here. */
const firstSequence = 101;

/** An INVITE of ours: `OutgoingInviteMachine` says what to do, this does it. */
export class OutgoingSession extends InviteSession {
  readonly direction = 'out';
  readonly requestUri: string;
  readonly #invite: OutgoingInvite;
  readonly #localTag: string;
  readonly #machine: OutgoingSessionMachine;
  readonly #route: TargetRoute;
  #callId = '';
  /** Of the INVITE as sent. */
  #from = '';
  #sequence = firstSequence;
  #exchange: Exchange | undefined = undefined;
  #response: SipResponse | undefined = undefined;
  /** Why it failed, as the call is told. */
  #failure = { status: 487, reason: 'Request Cancelled' };

  constructor(host: SessionHost, invite: OutgoingInvite, handler: SessionHandler) {
    super(host, transportOf(invite));
    this.#invite = invite;
    this.handler = handler;
    this.requestUri = requestUri(invite);
    this.#localTag = host.tokens.tag();
    this.#machine = new OutgoingSessionMachine(this, host.timers('invite'), this.transport !== 'udp');
    const { target } = invite;
    const port = target.port === undefined ? {} : { port: target.port };
    this.#route = host.route({ host: target.host, isName: target.kind === 'dns', transport: this.transport, ...port });
  }

  get callId(): string {
    return this.#callId;
  }

  get calling(): string {
    return this.#invite.calling;
  }

  get called(): string {
    return this.#invite.called;
  }

  get state(): SipSession['state'] {
    switch (this.#machine.state) {
      case 'calling':
      case 'proceeding':
      case 'cancel pending':
        return 'setup';
      case 'early':
      case 'cancelling':
        return 'early';
      default:
        return this.#machine.state;
    }
  }

  /** Finds the way and sends the INVITE on it. */
  start(): void {
    this.#route.next({
      opened: (flow) => this.#opened(flow),
      failed: ({ reason }) => this.#fail(503, reason),
    });
  }

  /** Gives up this candidate for the next one; false when there is none, or the call is past that (RFC 3263 4.3). */
  #tryNext(reason: string, retryAfterMs?: number): boolean {
    const { state } = this.#machine;
    if (state !== 'calling' && state !== 'proceeding') return false;
    this.#route.reject(reason, retryAfterMs);
    if (!this.#route.hasMore) return false;
    if (this.#exchange !== undefined) this.host.abandon(this.#exchange);
    this.#exchange = undefined;
    this.#hear('next candidate');
    this.start();
    return true;
  }

  #opened(flow: Flow): void {
    if (this.#machine.state !== 'calling') return this.#fail(487, 'Request Cancelled');
    this.moveTo(flow);
    const fields = this.#fields(flow);
    this.noteState();
    this.#exchange = this.host.request(flow, fields, this, 'invite', branchOf(fields));
    if (this.#exchange === undefined) this.host.later(() => this.#fail(503, 'Too many transactions'));
  }

  #fields(flow: Flow): RequestFields {
    const { host } = this;
    const invite = this.#invite;
    // Of one that is sent again they stay (RFC 3261 22.2).
    this.#callId ||= host.tokens.callId(flow.local.host);
    this.#from ||= `${fromAddress(invite, flow.local.host)};tag=${this.#localTag}`;
    return this.authorized({
      method: 'INVITE',
      uri: this.requestUri,
      via: host.viaFor(flow, host.tokens.branch()),
      maxForwards: Math.min(host.maxForwards, invite.maxForwards ?? host.maxForwards),
      from: this.#from,
      to: toAddress(invite),
      callId: this.#callId,
      cseqNumber: this.#sequence,
      contact: this.contactOn(flow),
      headers: host.inviteHeaders,
      body: invite.offer(flow.local.host),
      contentType: 'application/sdp',
    });
  }

  protected override contactOn(flow: Flow): string {
    const { scheme, calling } = this.#invite;
    return contactAddress(calling, scheme === 'sips' ? 'sips' : 'sip', flow, this.host.contactPort(flow));
  }

  override responded(_exchange: Exchange, response: SipResponse): void {
    this.#response = response;
    const { status } = response;
    if (status !== 503) this.#route.accept();
    if (status < 200) this.#hear(response.toTag === undefined && status === 100 ? '100' : '18x');
    else if (status < 300) this.#accepted(response);
    else if (isChallenge(status) && this.#mayBegin && this.answersChallenge(response)) this.#hear('challenged');
    else if (status === 503 && this.#tryNext('503 Service Unavailable', retryAfterMs(response))) return;
    else this.#fail(status, response.reason === '' ? reasonPhrase(status) : response.reason);
  }

  /** Nobody has ended the call yet: its INVITE may be sent again. */
  get #mayBegin(): boolean {
    const { state } = this.#machine;
    return state === 'calling' || state === 'proceeding' || state === 'early';
  }

  #sendAgain(): void {
    this.#exchange = undefined;
    this.#sequence++;
    this.withFlow((flow) => this.#opened(flow));
  }

  #accepted(response: SipResponse): void {
    const known = this.dialog;
    if (known !== undefined) return this.#hear(response.toTag === known.remoteTag ? '2xx' : '2xx of fork');
    const dialog = this.#dialogOf(response);
    if (dialog === undefined) return this.#fail(502, 'Answer without usable Contact');
    if (!this.enter(dialog)) return this.#fail(503, 'Too many dialogs');
    this.#hear('2xx');
  }

  #dialogOf(response: SipResponse): Dialog | undefined {
    return Dialog.fromResponse(this.#sent(), response);
  }

  #sent(): SentInvite {
    return { callId: this.#callId, localTag: this.#localTag, from: this.#from, cseqNumber: this.#sequence };
  }

  #lateAnswers(): LateAnswers {
    return new LateAnswers(this.host, this.#sent(), this.dialog?.remoteTag);
  }

  override unanswered(_exchange: Exchange, why: 'timeout' | 'transport error'): void {
    if (this.#tryNext(why)) return;
    if (why === 'timeout') this.#fail(408, 'Request Timeout', 'no response');
    else this.#fail(503, 'The request could not be sent', 'no response');
  }

  #fail(status: number, reason: string, event: OutgoingInviteEvent = '3xx-6xx'): void {
    this.#failure = { status, reason };
    this.#hear(event);
  }

  override release(): void {
    const isUnsent = this.#exchange === undefined;
    this.#hear('release');
    if (isUnsent) this.host.later(() => this.#fail(487, 'Request Cancelled'));
  }

  override progress(): void {
    throw new TypeError('an outgoing leg is not ours to progress');
  }

  override answer(): void {
    throw new TypeError('an outgoing leg is not ours to answer');
  }

  override woken(now: number): void {
    this.#act(this.#machine.tick(now));
    this.#settle();
  }

  protected override byeReceived(transaction: AgentTransaction): void {
    this.host.respond(transaction, 200);
    this.#hear('bye');
  }

  override acknowledged(_ack: SipRequest): void {
    // An ACK that belongs to no offer of the peer: nothing waits for it.
  }

  protected override wayLost(): void {
    if (this.#tryNext('Connection lost')) return;
    if (this.#machine.state !== 'confirmed') this.#failure = { status: 503, reason: 'Connection lost' };
    this.#hear('lost');
  }

  protected override ended(cause: SessionEnd): void {
    this.over();
    this.handler?.ended(cause);
  }

  #hear(event: OutgoingInviteEvent): void {
    this.#act(this.#machine.receive(event, this.host.now()));
    this.#settle();
  }

  #settle(): void {
    this.noteState();
    this.host.watch(this.#machine);
    if (this.#machine.isOver) this.over();
  }

  protected override over(): void {
    const exchange = this.#exchange;
    if (exchange !== undefined) {
      // An INVITE that nobody will answer any more must not wait for ever.
      this.host.abandon(exchange);
      if (exchange.owner === this) exchange.owner = this.#lateAnswers();
    }
    super.over();
  }

  #act(actions: readonly OutgoingInviteAction[]): void {
    for (const action of actions) this.#do(action);
  }

  #do(action: OutgoingInviteAction): void {
    switch (action) {
      case 'send again':
        return this.#sendAgain();
      case 'send ack':
        return this.sendAck(this.#sequence);
      case 'send cancel':
        return this.#sendCancel();
      case 'send bye':
        return this.sendBye();
      case 'answer bye':
        return;
      case 'end fork':
        return this.#endFork();
      case 'tell progressed':
        return this.#progressed();
      case 'tell answered':
        return this.handler?.answered(this.#response === undefined ? undefined : sdpOf(this.#response));
      case 'tell failed':
      case 'tell cancelled':
        this.over();
        return this.handler?.failed(this.#failure.status, this.#failure.reason);
      case 'tell ended':
        return this.ended('bye');
      case 'tell lost':
        return this.ended('lost');
    }
  }

  #progressed(): void {
    const response = this.#response;
    if (response !== undefined) this.handler?.progressed(response.status, sdpOf(response));
  }

  #sendCancel(): void {
    const sent = this.#exchange;
    if (sent?.fields === undefined) return;
    this.host.request(sent.flow, cancelFields(sent.fields), ignoringOwner, 'cancel', branchOf(sent.fields));
  }

  /** A second branch of a fork answered: only one leg is wanted (RFC 3261 13.2.2.4). */
  #endFork(): void {
    if (this.#exchange === undefined || this.#response === undefined) return;
    this.#lateAnswers().responded(this.#exchange, this.#response);
  }
}

/** What a 503 asks for, in milliseconds; undefined when it does not (RFC 3261 20.33). */
function retryAfterMs(response: SipResponse): number | undefined {
  const seconds = /^\d{1,7}/.exec(response.header('retry-after') ?? '')?.[0];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** The branch in a Via value of our own. */
function branchOf(fields: RequestFields): string {
  const start = fields.via.indexOf(';branch=') + 8;
  const end = fields.via.indexOf(';', start);
  return end < 0 ? fields.via.slice(start) : fields.via.slice(start, end);
}
