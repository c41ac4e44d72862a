import type { Address } from '../../io/index.ts';
import type { Proof } from '../auth/index.ts';
import { copied } from '../copied.ts';
import type { Dialog, IncomingInviteAction, IncomingInviteEvent } from '../dialog/index.ts';
import { calledNumber, parseUri, type ResponseFields, reasonPhrase, type SipRequest } from '../message/index.ts';
import type { InviteReceiver, SessionEnd, SipSession } from '../session.ts';
import type { AuthenticationEntry } from '../settings.ts';
import type { Flow } from '../transport/index.ts';
import type { AgentTransaction } from './exchange.ts';
import { contactAddress } from './identity.ts';
import { InviteSession } from './invite-session.ts';
import { ReceivedInvite } from './received-invite.ts';
import { sdpOf } from './sdp-of.ts';
import type { SessionHost } from './session-host.ts';
import { IncomingSessionMachine } from './session-machine.ts';

/** An INVITE of the peer: `IncomingInviteMachine` says what to do, this does it. */
export class IncomingSession extends InviteSession {
  readonly direction = 'in';
  readonly callId: string;
  readonly calling: string;
  readonly called: string;
  readonly requestUri: string;
  readonly #scheme: 'sip' | 'sips';
  readonly #localTag: string;
  readonly #inviteSequence: number;
  readonly #transaction: AgentTransaction;
  readonly #machine: IncomingSessionMachine;
  #progress: ResponseFields & { readonly status: number } = { status: 180 };
  #sdp = '';
  #failure: ResponseFields & { readonly status: number } = { status: 500 };
  #isAnswerSent = false;
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
    this.#machine = new IncomingSessionMachine(this, host.timers('answer'), transaction.isReliable);
    this.#wantsAnswer = sdpOf(request) === undefined;
    this.dialog = dialog;
    this.moveTo(flow);
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

  protected override contactOn(flow: Flow): string {
    return contactAddress(this.called, this.#scheme, flow, this.host.contactPort(flow));
  }

  /** `IncomingInvite.authenticate`. */
  authenticate(request: SipRequest, source: Address, entries: readonly AuthenticationEntry[]): boolean {
    const { uri, method, parsedUri } = request;
    const asked = {
      method,
      uri,
      user: parsedUri.user,
      authorizations: request.headers('Authorization'),
      source: source.host,
    };
    const proof = this.host.challenger.judge(asked, entries, this.host.now());
    if (proof.kind === 'proved') return true;
    this.#unproved(proof, source, entries);
    return false;
  }

  #unproved(proof: Proof, source: Address, entries: readonly AuthenticationEntry[]): void {
    const { challenger } = this.host;
    if (proof.kind === 'refused') {
      this.host.unproved(this, 'theirs', proof.reason);
      return this.release(403);
    }
    const realms = new Set(entries.flatMap(({ realm }) => realm ?? []));
    const headers = [...realms].flatMap((realm) =>
      challenger.challenge(realm, source.host, this.host.now(), proof.kind === 'stale'),
    );
    this.#failure = { status: 401, headers };
    this.#hear('release');
  }

  override progress(status: 180 | 183, sdp?: string): void {
    this.#progress = { status, ...(sdp === undefined ? {} : { body: sdp, contentType: 'application/sdp' }) };
    this.#hear('progress');
  }

  override answer(sdp: string): void {
    this.#sdp = sdp;
    this.#hear('answer');
  }

  override release(status = 480, reason = reasonPhrase(status)): void {
    this.#failure = { status, reason };
    this.#hear('release');
  }

  override woken(now: number): void {
    this.#act(this.#machine.tick(now));
    this.#settle();
  }

  /** The CANCEL's own 200 was sent already. */
  cancelled(): void {
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

  protected override byeReceived(transaction: AgentTransaction): void {
    this.host.respond(transaction, 200);
    this.#hear('bye');
  }

  protected override wayLost(): void {
    this.#hear('lost');
  }

  override responded(): void {
    // Requests of this leg have owners of their own.
  }

  override unanswered(): void {
    // Likewise.
  }

  protected override ended(cause: SessionEnd): void {
    this.over();
    this.handler?.ended(cause);
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
        return this.#respond(this.#progress.status, this.#progress);
      case 'send 2xx':
        return this.#sendAnswer();
      case 'send failure':
        return this.#respond(this.#failure.status, this.#failure);
      case 'send 487':
        return this.#respond(487, {});
      case 'send bye':
        return this.sendBye();
      case 'tell cancelled':
        return this.ended('cancelled');
      case 'tell ended':
        return this.ended('bye');
      case 'tell no ack':
        return this.ended('no-ack');
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
    if (this.#isAnswerSent) return this.host.repeat(this.#transaction);
    this.#isAnswerSent = true;
    this.dialog?.confirm();
    this.#respond(200, { body: this.#sdp, contentType: 'application/sdp', headers: this.host.inviteHeaders });
  }

  #respond(status: number, fields: ResponseFields): void {
    const { flow } = this;
    const toTag = this.#localTag;
    const whole =
      status < 300 && flow !== undefined ? { ...fields, toTag, contact: this.contactOn(flow) } : { ...fields, toTag };
    this.host.respond(this.#transaction, status, whole);
  }
}
