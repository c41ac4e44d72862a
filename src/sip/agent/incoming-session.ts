import type { Address } from '../../io/index.ts';
import { copied } from '../copied.ts';
import {
  type AgreedInterval,
  type Dialog,
  type IncomingInviteAction,
  type IncomingInviteEvent,
  intervalHeaders,
  judgeInterval,
} from '../dialog/index.ts';
import {
  calledNumber,
  type GivenReason,
  parseUri,
  printQ850,
  type ResponseFields,
  reasonPhrase,
  type SipRequest,
} from '../message/index.ts';
import type { CallTerms, InviteReceiver, MessageTally, ReplacedLeg, SipSession } from '../session.ts';
import type { AuthenticationEntry } from '../settings.ts';
import type { Flow } from '../transport/index.ts';
import type { Abilities } from './abilities.ts';
import { CallerProof } from './caller-proof.ts';
import type { AgentTransaction } from './exchange.ts';
import { InviteSession } from './invite-session.ts';
import { ReceivedInvite } from './received-invite.ts';
import { intervalRefusal, knows, reliabilityRefusal } from './refusal.ts';
import { type Progress, ReliableProgress } from './reliable-progress.ts';
import { replacedBy } from './replaced-by.ts';
import { sdpOf } from './sdp-of.ts';
import type { SessionHost } from './session-host.ts';
import { IncomingSessionMachine } from './session-machine.ts';
import { UnansweredInvite } from './unanswered-invite.ts';

/** An INVITE of the peer: `IncomingInviteMachine` says what to do, this does it. */
export class IncomingSession extends InviteSession {
  readonly direction = 'in';
  readonly tenant: number;
  readonly callId: string;
  readonly calling: string;
  readonly called: string;
  readonly requestUri: string;
  readonly #scheme: 'sip' | 'sips';
  #localName: string | undefined;
  readonly #localTag: string;
  readonly #inviteSequence: number;
  readonly #transaction: AgentTransaction;
  readonly #machine: IncomingSessionMachine;
  #interval: AgreedInterval | undefined;
  /** Present when the caller knows 100rel. */
  #reliable: ReliableProgress | undefined;
  readonly #mustBeReliable: boolean;
  /** Whose settings hold, once the receiver said so. */
  #terms: CallTerms;
  readonly #unanswered: UnansweredInvite;
  #progress: Progress = { status: 180 };
  #sdp = '';
  #failure: Progress = { status: 500 };
  #isAnswerSent = false;
  /** The call answered, but a description waits for its PRACK. */
  #isAnswerHeld = false;
  /** Our description went reliably, and was acknowledged. */
  #isDescribed = false;
  #wantsAnswer: boolean;

  constructor(host: SessionHost, request: SipRequest, transaction: AgentTransaction, dialog: Dialog, flow: Flow) {
    super(host, flow.transport);
    this.callId = dialog.callId;
    const from = parseUri(request.from.uri);
    const calling = from === undefined ? '' : calledNumber(from);
    [this.calling = '', this.called = '', this.requestUri = ''] = copied([
      calling,
      calledNumber(request.parsedUri),
      request.uri,
    ]);
    this.#scheme = request.parsedUri.scheme === 'sips' ? 'sips' : 'sip';
    this.#localTag = dialog.localTag;
    this.#inviteSequence = request.cseqNumber;
    this.#transaction = transaction;
    this.tenant = transaction.owner.flow.tenant;
    this.#terms = { tenant: this.tenant };
    this.#machine = new IncomingSessionMachine(this, host.timers('answer', this.tenant), transaction.isReliable);
    this.#wantsAnswer = sdpOf(request) === undefined;
    this.#mustBeReliable = request.require.includes('100rel');
    this.#unanswered = new UnansweredInvite(host, request.expires, {
      expired: () => this.#expire(),
      ask: (owner) => this.requestInDialog('OPTIONS', owner),
      gone: () => this.lost('its caller answers nothing while it rings'),
    });
    this.dialog = dialog;
    this.midCall.note(request);
    this.moveTo(flow);
  }

  get abilities(): Abilities {
    return this.host.abilitiesFor(this.#terms.tenant, this.#terms.rel1xx);
  }

  /** `IncomingInvite.settle`. */
  settle(request: SipRequest, terms: CallTerms): boolean {
    this.#terms = terms;
    const { rel1xx, intervals } = this.abilities;
    const interval = judgeInterval(request, intervals);
    const refusal = reliabilityRefusal(request, this.abilities) ?? intervalRefusal(interval, intervals);
    if (refusal !== undefined) {
      this.#failure = { status: refusal.status, ...refusal.fields };
      this.#hear('release');
      return false;
    }
    if (interval !== 'too small') this.#interval = interval;
    if (rel1xx !== 'disable' && knows(request, '100rel')) this.#reliable = this.#reliableProgress(request);
    return true;
  }

  #reliableProgress(request: SipRequest): ReliableProgress {
    const { host } = this;
    return new ReliableProgress(host, this.tenant, request.cseqNumber, {
      send: (progress) => this.#respond(progress.status, progress),
      sendAgain: () => host.repeat(this.#transaction, '1xx'),
      acknowledged: ({ body }) => {
        if (body !== undefined) this.#isDescribed = true;
      },
      unacknowledged: () => {
        this.#failure = { status: 504 };
        this.#hear('no prack');
      },
    });
  }

  #expire(): void {
    if (!this.#isAnswerSent && !this.#isAnswerHeld) this.#hear('cancel');
  }

  get requestDialog(): Dialog | undefined {
    return this.dialog;
  }

  get firstOffer(): 'answered' | 'ours to answer' | 'theirs to answer' {
    if (this.#wantsAnswer) return this.#isDescribed || this.#isAnswerSent ? 'theirs to answer' : 'ours to answer';
    return this.#isDescribed || this.#isAnswerSent ? 'answered' : 'ours to answer';
  }

  get state(): SipSession['state'] {
    switch (this.#machine.state) {
      case 'answered':
      case 'releasing':
        return 'early';
      default:
        return this.#machine.state;
    }
  }

  /** Hands the call to whoever takes calls. */
  present(receiver: InviteReceiver, request: SipRequest, source: Address): void {
    this.noteState();
    this.handler = receiver.invited(new ReceivedInvite(this, request, source));
  }

  /** `IncomingInvite.replaces`. */
  replaces(request: SipRequest): ReplacedLeg | undefined {
    return replacedBy(request, this.host, this.flow);
  }

  protected override contactOn(flow: Flow): string {
    return this.host.contactFor(this.called, this.#scheme, flow, this.#localName);
  }

  /** `IncomingInvite.knowUsAs`. */
  knowUsAs(localName: string | undefined): void {
    this.#localName = localName;
  }

  /** `IncomingInvite.countInto`: the INVITE came and its 100 went before anybody could say whose call this is. */
  countInto(tally: MessageTally): void {
    this.tally = tally;
    this.#transaction.owner.tally = tally;
    tally.request('in', 'INVITE');
    tally.response('out', 100, 'INVITE');
  }

  /** `IncomingInvite.authenticate`. */
  authenticate(request: SipRequest, source: Address, entries: readonly AuthenticationEntry[]): boolean {
    const caller = new CallerProof(this.host, request, source);
    const proof = caller.judge(entries);
    // A nonce of ours came back, which was given to this address alone: whatever the answer is worth, it hears us.
    if (proof.kind !== 'missing') this.flow?.echoed();
    if (proof.kind === 'proved') return true;
    if (proof.kind === 'refused') {
      this.host.unproved(this, 'theirs', proof.reason);
      this.release(403, undefined, 57);
    } else {
      this.#failure = { status: 401, headers: caller.challenges(entries, proof.kind === 'stale') };
      this.#hear('release');
    }
    return false;
  }

  override progress(status: 180 | 183, sdp?: string): void {
    this.#progress = { status, ...(sdp === undefined ? {} : { body: sdp, contentType: 'application/sdp' }) };
    this.#hear('progress');
  }

  /** To an INVITE without offer the first reliable response must hold ours, so that one without goes unreliably, or not at all. */
  #sendProgress(): void {
    this.#unanswered.rings();
    const progress = this.#progress;
    const mayBeReliable = !this.#wantsAnswer || progress.body !== undefined || this.#isDescribed;
    if (this.#reliable !== undefined && mayBeReliable) {
      if (progress.body !== undefined) this.midCall.described(progress.body);
      this.#reliable.send({ ...progress, headers: this.abilities.answerHeaders });
    } else if (!this.#mustBeReliable) this.#respond(progress.status, progress);
  }

  override answer(sdp: string): void {
    this.#sdp = sdp;
    if (this.#reliable?.holdsAnswer === true) this.#isAnswerHeld = true;
    else this.#hear('answer');
  }

  override release(status = 480, reason = reasonPhrase(status), cause = 16, retryAfter?: number): void {
    if (this.reportsFirst(() => this.release(status, reason, cause))) return;
    this.endReason = printQ850(cause);
    this.#isAnswerHeld = false;
    const headers = [...(retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`]), this.endReason];
    this.#failure = { status, reason, headers };
    this.#hear('release');
  }

  override woken(now: number): void {
    this.#act(this.#machine.tick(now));
    this.#settle();
  }

  /** The CANCEL's own 200 was sent already. */
  override cancelled(given: GivenReason): void {
    this.given = given;
    this.#hear('cancel');
  }

  override acknowledged(ack: SipRequest): void {
    if (ack.cseqNumber !== this.#inviteSequence) return;
    const answer = this.#wantsAnswer ? sdpOf(ack) : undefined;
    this.#wantsAnswer = false;
    this.host.acknowledged(this.#transaction);
    this.#hear('ack');
    // The INVITE came without an offer: ours went into the 2xx, the answer is in the ACK (RFC 3261 13.2.1).
    if (answer !== undefined) this.handler?.offerAnswered(200, answer);
  }

  protected override prackReceived(request: SipRequest, transaction: AgentTransaction): void {
    const reliable = this.#reliable;
    if (reliable?.takes(request) !== true) return this.host.respond(transaction, 481);
    const sdp = sdpOf(request);
    const isAnswer = this.#wantsAnswer && this.#isDescribed && sdp !== undefined;
    if (isAnswer) this.#wantsAnswer = false;
    if (sdp !== undefined && !isAnswer) this.#offeredIn(transaction, sdp);
    else this.host.respond(transaction, 200);
    if (isAnswer) this.handler?.offerAnswered(200, sdp);
    reliable.proceed();
    if (!this.#isAnswerHeld || reliable.holdsAnswer) return;
    this.#isAnswerHeld = false;
    this.#hear('answer');
  }

  /** A PRACK may hold an offer once the first one is answered (RFC 3262 5). */
  #offeredIn(transaction: AgentTransaction, sdp: string): void {
    if (this.firstOffer === 'answered') this.midCall.takeOffer(sdp, transaction, []);
    else this.host.respond(transaction, 488);
  }

  protected override end(why: 'bye' | 'expired' | 'gone'): void {
    this.#hear(why);
  }

  /** Before the call stands its INVITE waits for an answer, which must find a way back: it is looked for at once. */
  override flowClosed(broken: boolean): void {
    if (this.state === 'confirmed') return super.flowClosed(broken);
    this.host.returnWay(
      this.#transaction,
      (flow) => {
        if (this.state !== 'ended') this.moveTo(flow);
      },
      (reason) => this.lost(reason),
    );
  }

  protected override wayLost(): void {
    this.#hear('lost');
  }

  protected override over(): void {
    this.#stopWaiting();
    super.over();
  }

  /** A final response goes. */
  #stopWaiting(): void {
    this.#reliable?.stop();
    this.#unanswered.stop();
  }

  #hear(event: IncomingInviteEvent): void {
    this.#act(this.#machine.receive(event, this.host.now()));
    this.#settle();
  }

  #settle(): void {
    this.noteState();
    this.host.watch(this.#machine);
    if (this.#machine.isOver) this.over();
  }

  #act(actions: readonly IncomingInviteAction[]): void {
    for (const action of actions) this.#do(action);
  }

  #do(action: IncomingInviteAction): void {
    switch (action) {
      case 'send progress':
        return this.#sendProgress();
      case 'send 2xx':
        return this.#sendAnswer();
      case 'send failure':
        return this.#respond(this.#failure.status, this.#failure);
      case 'send 487':
        return this.#respond(487, {});
      case 'send bye':
        return this.sendBye();
      case 'tell cancelled':
        return this.ended('cancelled', this.given);
      case 'tell ended':
        return this.ended('bye', this.given);
      case 'tell no ack':
        return this.ended('no-ack');
      case 'tell expired':
        return this.ended('expired');
      case 'tell lost':
        return this.#lost();
      case 'answer bye':
      case 'answer cancel':
      case 'tell confirmed':
        return;
    }
  }

  #lost(): void {
    // The INVITE's transaction must end too, though the answer can hardly arrive.
    if (!this.#isAnswerSent) this.#respond(503, {});
    this.ended('lost');
  }

  #sendAnswer(): void {
    if (this.#isAnswerSent) return this.host.repeat(this.#transaction, '2xx');
    this.#isAnswerSent = true;
    this.dialog?.confirm();
    this.#stopWaiting();
    this.midCall.described(this.#sdp);
    const headers = [
      ...this.abilities.answerHeaders,
      ...(this.#interval === undefined ? [] : intervalHeaders(this.#interval)),
    ];
    // What was described reliably needs no second answer (RFC 3261 13.2.1).
    this.#respond(200, this.#isDescribed ? { headers } : { headers, body: this.#sdp, contentType: 'application/sdp' });
    if (this.#interval !== undefined) this.midCall.refresh.agreed(this.#interval, 'uas');
  }

  #respond(status: number, fields: ResponseFields): void {
    const { flow } = this;
    const toTag = this.#localTag;
    const whole =
      status < 300 && flow !== undefined ? { ...fields, toTag, contact: this.contactOn(flow) } : { ...fields, toTag };
    this.host.respond(this.#transaction, status, whole);
  }
}
