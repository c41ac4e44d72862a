import {
  Dialog,
  intervalOf,
  type OutgoingInviteAction,
  type OutgoingInviteEvent,
  type SentInvite,
} from '../dialog/index.ts';
import {
  cancelFields,
  escapeUser,
  printQ850,
  type RequestFields,
  readReason,
  reasonPhrase,
  type SipRequest,
  type SipResponse,
} from '../message/index.ts';
import type { OutgoingInvite, SessionHandler, SipSession } from '../session.ts';
import type { TargetRoute } from '../target/index.ts';
import type { Flow } from '../transport/index.ts';
import type { Abilities } from './abilities.ts';
import { isChallenge } from './answering-owner.ts';
import { EarlyDialogs } from './early-dialogs.ts';
import { type Exchange, ignoringOwner } from './exchange.ts';
import { transportOf } from './identity.ts';
import { InviteExpiry } from './invite-expiry.ts';
import { branchOf, InviteRequest } from './invite-request.ts';
import { InviteSession } from './invite-session.ts';
import { LateAnswers } from './late-answers.ts';
import { isTooLongForUdp, openForLong } from './long-request.ts';
import { contactsByPreference, hopOf, isRedirection, type Place, Redirections } from './redirection.ts';
import { retryAfterMs } from './retry-after.ts';
import { sdpOf } from './sdp-of.ts';
import type { SessionHost } from './session-host.ts';
import { OutgoingSessionMachine } from './session-machine.ts';

/** Places a call is sent on to in all, by however many 3xx. */
const placesAtMost = 10;

/** An INVITE of ours: `OutgoingInviteMachine` says what to do, this does it. */
export class OutgoingSession extends InviteSession {
  readonly direction = 'out';
  readonly #invite: InviteRequest;
  readonly #machine: OutgoingSessionMachine;
  #route: TargetRoute;
  readonly #early = new EarlyDialogs();
  readonly #sentOn: Redirections;
  readonly #expiry: InviteExpiry;
  #exchange: Exchange | undefined = undefined;
  #response: SipResponse | undefined = undefined;
  /** A reliable provisional response held the answer to our offer. */
  #isDescribed = false;
  /** Nobody answered as long as the INVITE was valid. */
  #isExpired = false;
  /** 422 was answered. */
  #isRaised = false;
  #failure = { status: 487, reason: 'Request Cancelled' };

  constructor(host: SessionHost, invite: OutgoingInvite, handler: SessionHandler) {
    super(host, transportOf(invite));
    this.#invite = new InviteRequest(host, invite);
    this.handler = handler;
    this.tally = invite.tally;
    this.#expiry = new InviteExpiry(host, () => this.#expire());
    this.#sentOn = new Redirections(invite.redirectsAtMost ?? 0, escapeUser(invite.called), placesAtMost);
    const timers = host.timers('invite', this.tenant);
    this.#machine = new OutgoingSessionMachine(this, timers, this.transport !== 'udp');
    this.#route = this.#routeTo(hopOf(invite.proxy ?? invite.target));
  }

  get requestUri(): string {
    return this.#invite.uri;
  }

  get callId(): string {
    return this.#invite.callId;
  }

  get tenant(): number {
    return this.#invite.tenant;
  }

  get abilities(): Abilities {
    return this.#invite.abilities;
  }

  get calling(): string {
    return this.#invite.invite.calling;
  }

  get called(): string {
    return this.#invite.invite.called;
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

  get requestDialog(): Dialog | undefined {
    return this.dialog ?? this.#early.latest;
  }

  get firstOffer(): 'answered' | 'theirs to answer' {
    return this.#isDescribed || this.dialog !== undefined ? 'answered' : 'theirs to answer';
  }

  protected override dialogOf(request: SipRequest): Dialog | undefined {
    return this.dialog ?? this.#early.get(request.fromTag);
  }

  /** Finds the way and sends the INVITE on it, which is valid from now on (RFC 3261 13.2.1). */
  start(): void {
    this.#expiry.start(this.#invite.expiresMs);
    this.#findWay();
  }

  #findWay(): void {
    this.#route.next({
      opened: (flow) => this.#opened(flow),
      failed: ({ reason }) => {
        if (this.#goesElsewhere()) return;
        this.host.unreached(this, reason);
        this.#fail(503, reason);
      },
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
    this.#findWay();
    return true;
  }

  #opened(flow: Flow): void {
    const fields = this.#fields(flow);
    const { tcpWhenLong, bind } = this.#invite.invite;
    const { tenant } = this;
    if (tcpWhenLong && flow.transport === 'udp' && isTooLongForUdp(fields, this.proves)) {
      openForLong(this.host, flow, { tenant, bind }, (way) => this.#sendOn(way));
    } else this.#sendOn(flow, fields);
  }

  #sendOn(flow: Flow, plain = this.#fields(flow)): void {
    if (this.#machine.state !== 'calling') return this.#fail(487, 'Request Cancelled');
    const fields = this.authorized(plain);
    this.transport = flow.transport;
    this.moveTo(flow);
    this.noteState();
    this.#exchange = this.host.request(flow, fields, this, branchOf(fields), this.tally);
    if (this.#exchange === undefined) this.host.later(() => this.#fail(503, 'Too many transactions'));
  }

  /** Without a proof: each that is made counts. */
  #fields(flow: Flow): RequestFields {
    const body = this.#invite.invite.offer(flow.local.host);
    this.midCall.described(body);
    const interval = this.#isRaised ? this.midCall.refresh.headers() : undefined;
    return this.#invite.fields(flow, body, interval);
  }

  protected override contactOn(flow: Flow): string {
    return this.#invite.contactOn(flow);
  }

  override responded(_exchange: Exchange, response: SipResponse): void {
    this.#response = response;
    const { status } = response;
    if (status !== 503) this.#route.accept();
    if (status < 200) this.#provisional(response);
    else if (status < 300) this.#accepted(response);
    else if (isChallenge(status) && this.#mayBegin && this.answersChallenge(response)) this.#hear('challenged');
    else if (status === 422 && this.#mayBegin && this.midCall.refresh.raise(response.minSe)) this.#raise();
    else if (isRedirection(status) && this.#mayBegin && this.#redirect(response)) this.#hear('redirected');
    else if (status === 503 && this.#tryNext('503 Service Unavailable', retryAfterMs(response))) return;
    else this.#refused(response);
  }

  #refused(response: SipResponse): void {
    if (response.status < 600 && this.#goesElsewhere()) return;
    this.given = readReason(response);
    this.#fail(response.status, response.reason === '' ? reasonPhrase(response.status) : response.reason);
  }

  #provisional(response: SipResponse): void {
    const { status, rseq } = response;
    if (status > 100 && rseq !== undefined && response.require.includes('100rel')) {
      if (!this.#acknowledge(response, rseq)) return;
    }
    this.#hear(status === 100 ? '100' : '18x');
  }

  /** Sends the PRACK (RFC 3262 4). False: the response says nothing new. */
  #acknowledge(response: SipResponse, rseq: number): boolean {
    const taken = this.#early.take(response, rseq, this.#sent);
    if (taken.kind === 'ignored') return false;
    if (taken.kind === 'new branch') this.host.addDialog(taken.dialog, this);
    this.midCall.note(response);
    if (sdpOf(response) !== undefined) this.#isDescribed = true;
    const headers = [`RAck: ${rseq} ${response.cseqNumber} INVITE`];
    this.requestInDialog('PRACK', ignoringOwner, { headers }, taken.dialog);
    return true;
  }

  /** The session interval was too small for somebody on the way (RFC 4028 7.3). */
  #raise(): void {
    this.#isRaised = true;
    this.#hear('challenged');
  }

  /** The call is elsewhere (RFC 3261 8.1.3.4). False: it goes nowhere on. */
  #redirect({ contacts }: SipResponse): boolean {
    const from = { uri: this.#invite.uri, transport: this.transport };
    const place = this.#sentOn.follow(contactsByPreference(contacts), from);
    if (typeof place === 'string') return false;
    this.#goTo(place);
    return true;
  }

  /** Where a 3xx led did not take the call: to the next place that was named there (RFC 3261 8.1.3.4). */
  #goesElsewhere(): boolean {
    const place = this.#mayBegin && !this.#isExpired ? this.#sentOn.next() : undefined;
    if (place === undefined) return false;
    this.#goTo(place);
    this.#hear('redirected');
    return true;
  }

  #goTo(place: Place): void {
    const { proxy } = this.#invite.invite;
    this.#invite.redirect(place.uri);
    this.transport = place.transport;
    this.#route = this.#routeTo(proxy === undefined ? place : hopOf(proxy));
    this.proveNothing();
    this.host.sentOn(this, this.#invite.uri);
  }

  #routeTo({ host, isName, port }: Pick<Place, 'host' | 'isName' | 'port'>): TargetRoute {
    const { transport, tenant } = this;
    const { prefer, bind } = this.#invite.invite;
    return this.host.route({
      ...{ host, isName, transport, tenant, bind },
      ...(port === undefined ? {} : { port }),
      ...(prefer === undefined ? {} : { prefer }),
    });
  }

  /** Nobody has ended the call yet: its INVITE may be sent again. */
  get #mayBegin(): boolean {
    const { state } = this.#machine;
    return state === 'calling' || state === 'proceeding' || state === 'early';
  }

  #sendAgain(): void {
    this.#exchange = undefined;
    this.#invite.next(this.#early.lastSequence(this.#invite.sequence));
    this.#forgetEarly();
    this.withFlow((flow) => this.#opened(flow));
  }

  #sendElsewhere(): void {
    this.#exchange = undefined;
    this.#invite.next(this.#early.lastSequence(this.#invite.sequence));
    this.#forgetEarly();
    this.#findWay();
  }

  #accepted(response: SipResponse): void {
    const known = this.dialog;
    if (known !== undefined) return this.#hear(response.toTag === known.remoteTag ? '2xx' : '2xx of fork');
    const early = this.#early.get(response.toTag);
    const dialog = early ?? Dialog.fromResponse(this.#sent, response);
    if (dialog === undefined) return this.#fail(502, 'Answer without usable Contact or Record-Route');
    early?.confirm(response);
    this.#forgetEarly();
    if (!this.enter(dialog)) return this.#fail(503, 'Too many dialogs');
    this.#hear('2xx');
    if (this.#machine.state !== 'confirmed') return;
    this.midCall.note(response);
    this.midCall.refresh.agreed(intervalOf(response, this.midCall.refresh.seconds), 'uac');
  }

  /** Its branches are not to be found any more. */
  #forgetEarly(): void {
    for (const dialog of this.#early.clear()) this.host.removeDialog(dialog);
  }

  get #sent(): SentInvite {
    return this.#invite.sent(this.#early.forgottenSequence);
  }

  #lateAnswers(): LateAnswers {
    return new LateAnswers(this.host, this.#sent, this.dialog?.remoteTag, this.tally);
  }

  override unanswered(_exchange: Exchange, why: 'timeout' | 'transport error'): void {
    if (this.#tryNext(why) || this.#goesElsewhere()) return;
    if (why === 'timeout') this.#fail(408, 'Request Timeout', 'no response');
    else this.#fail(503, 'The request could not be sent', 'no response');
  }

  #fail(status: number, reason: string, event: OutgoingInviteEvent = '3xx-6xx'): void {
    if (!this.#isExpired) this.#failure = { status, reason };
    this.#hear(event);
  }

  override release(status?: number, reason?: string, cause = 16): void {
    if (this.reportsFirst(() => this.release(status, reason, cause))) return;
    this.endReason = printQ850(cause);
    this.#giveUp();
  }

  #giveUp(): void {
    const isUnsent = this.#exchange === undefined;
    this.#hear('release');
    if (isUnsent) this.host.later(() => this.#fail(487, 'Request Cancelled'));
  }

  #expire(): void {
    if (!this.#mayBegin) return;
    this.#isExpired = true;
    this.#failure = { status: 408, reason: 'Nobody answered in time' };
    this.endReason = printQ850(102);
    this.#giveUp();
  }

  protected override end(why: 'bye' | 'expired' | 'gone'): void {
    this.#hear(why);
  }

  override woken(now: number): void {
    this.#act(this.#machine.tick(now));
    this.#settle();
  }

  protected override wayLost(): void {
    if (this.#tryNext('Connection lost')) return;
    if (this.#machine.state !== 'confirmed') this.#failure = { status: 503, reason: 'Connection lost' };
    this.#hear('lost');
  }

  #hear(event: OutgoingInviteEvent): void {
    this.#act(this.#machine.receive(event, this.host.now()));
    this.#settle();
  }

  #settle(): void {
    this.noteState();
    this.host.watch(this.#machine);
    if (this.#machine.state === 'confirmed') this.#expiry.stop();
    if (this.#machine.isOver) this.over();
  }

  protected override over(): void {
    this.#expiry.stop();
    this.#forgetEarly();
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
      case 'send elsewhere':
        return this.#sendElsewhere();
      case 'send ack':
        return this.sendAck(this.#invite.sequence);
      case 'send cancel':
        return this.#sendCancel();
      case 'send bye':
        return this.sendBye();
      case 'answer bye':
        return;
      case 'end fork':
        return this.#endFork();
      case 'tell progressed':
        return this.handler?.progressed(this.#response?.status ?? 180, this.#description);
      case 'tell answered':
        return this.handler?.answered(this.#description);
      case 'tell failed':
      case 'tell cancelled':
        this.over();
        return this.handler?.failed(this.#failure.status, this.#failure.reason, this.given);
      case 'tell ended':
        return this.ended('bye', this.given);
      case 'tell expired':
        return this.ended('expired');
      case 'tell lost':
        return this.ended('lost');
    }
  }

  get #description(): string | undefined {
    return this.#response === undefined ? undefined : sdpOf(this.#response);
  }

  #sendCancel(): void {
    const sent = this.#exchange;
    if (sent?.fields === undefined) return;
    const fields = cancelFields(sent.fields, this.endReason === '' ? [] : [this.endReason]);
    this.host.request(sent.flow, fields, ignoringOwner, branchOf(sent.fields), this.tally);
  }

  /** A second branch of a fork answered: only one leg is wanted (RFC 3261 13.2.2.4). */
  #endFork(): void {
    if (this.#exchange === undefined || this.#response === undefined) return;
    this.#lateAnswers().responded(this.#exchange, this.#response);
  }
}
