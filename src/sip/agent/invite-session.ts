import type { Address } from '../../io/index.ts';
import { DigestClient } from '../auth/index.ts';
import type { Dialog } from '../dialog/index.ts';
import {
  type GivenReason,
  printQ850,
  printRequest,
  printSipReason,
  type RequestFields,
  readReason,
  reasonPhrase,
  type SipRequest,
  type SipResponse,
} from '../message/index.ts';
import type { DialogMessage, MessageTally, ReferOutcome, SessionEnd, SessionHandler, SipSession } from '../session.ts';
import type { TransportName } from '../settings.ts';
import type { Flow } from '../transport/index.ts';
import type { Abilities } from './abilities.ts';
import type { Woken } from './alarm.ts';
import { AnsweringOwner } from './answering-owner.ts';
import {
  type AgentTransaction,
  type AnswerOwner,
  type Exchange,
  ignoringOwner,
  type RequestOwner,
} from './exchange.ts';
import { InDialog } from './in-dialog.ts';
import { type Carried, MidCall, type MidCallOwner } from './mid-call.ts';
import { reach } from './next-hop.ts';
import { Referral } from './referral.ts';
import { isSamePeer } from './same-peer.ts';
import type { HostedSession, SessionHost } from './session-host.ts';

/**
 * What both directions of an INVITE session share: the dialog once it stands, the flow it lives on, and everything that
 * happens inside it: ACK, BYE, later offers, the loss of the connection.
 */
export abstract class InviteSession implements HostedSession, RequestOwner, AnswerOwner, Woken, MidCallOwner {
  abstract readonly direction: 'in' | 'out';
  abstract readonly callId: string;
  abstract readonly state: SipSession['state'];
  abstract readonly calling: string;
  abstract readonly called: string;
  abstract readonly requestUri: string;
  abstract readonly abilities: Abilities;
  abstract readonly tenant: number;
  transport: TransportName;
  tally: MessageTally | undefined = undefined;
  abstract readonly requestDialog: Dialog | undefined;
  abstract readonly firstOffer: MidCallOwner['firstOffer'];
  protected readonly host: SessionHost;
  protected readonly midCall: MidCall;
  readonly #inDialog: InDialog;
  /** Reason of our BYE or CANCEL. */
  protected endReason = '';
  /** Why the peer ended it. */
  protected given: GivenReason | undefined;
  protected handler: SessionHandler | undefined = undefined;
  protected dialog: Dialog | undefined = undefined;
  #flow: Flow | undefined = undefined;
  /** Once something of ours was challenged. */
  #digest: DigestClient | undefined = undefined;
  /** What our INVITE of the moment proved, for its ACK (RFC 3261 13.2.2.4). */
  #inviteProof: readonly string[] | undefined = undefined;
  /** False: whoever is asked now is not whom we know secrets of. */
  #mayProve = true;
  #isOver = false;
  #referral: Referral | undefined = undefined;
  #noted: SipSession['state'] | undefined = undefined;

  constructor(host: SessionHost, transport: TransportName) {
    this.host = host;
    this.transport = transport;
    this.midCall = new MidCall(host, this);
    this.#inDialog = new InDialog(host, this);
  }

  get legName(): string | undefined {
    return this.handler?.legName;
  }

  get leg(): number | undefined {
    return this.handler?.leg;
  }

  get told(): SessionHandler | undefined {
    return this.handler;
  }

  get flow(): Flow | undefined {
    return this.#flow;
  }

  get remote(): Address | undefined {
    return this.#flow?.remote;
  }

  get localHost(): string | undefined {
    return this.#flow?.local.host;
  }

  /** To be called after each event: tells the host when the state is another one. */
  protected noteState(): void {
    const { state } = this;
    if (state === this.#noted) return;
    const before = this.#noted;
    this.#noted = state;
    this.host.stateChanged(this, before, state);
  }

  protected moveTo(flow: Flow): void {
    const from = this.#flow;
    this.#flow = flow;
    // What is left to be said by a session that is over keeps no connection alive.
    if (!this.#isOver) this.host.moved(this, from, flow);
  }

  /** A dialog stands: from now on the peer's requests find this session. False when a bound is reached. */
  protected enter(dialog: Dialog): boolean {
    if (!this.host.addDialog(dialog, this)) return false;
    this.dialog = dialog;
    return true;
  }

  /** A request in the dialog came this way: where the session's own flow is gone, it goes on here (RFC 3261 18.2.2's spirit). */
  heardOn(flow: Flow): void {
    const own = this.#flow;
    if (own !== undefined && !own.open && flow.transport === own.transport && isSamePeer(own, flow)) {
      this.moveTo(flow);
    }
  }

  get ownDialog(): Dialog | undefined {
    return this.dialog;
  }

  /** Contact of what we send in this session. */
  protected abstract contactOn(flow: Flow): string;

  contactNow(): string {
    return this.#flow === undefined ? '' : this.contactOn(this.#flow);
  }

  progress(_status: 180 | 183, _sdp?: string): void {
    throw new TypeError('an outgoing leg is not ours to progress');
  }

  answer(_sdp: string): void {
    throw new TypeError('an outgoing leg is not ours to answer');
  }

  abstract release(status?: number, reason?: string, cause?: number, retryAfterSeconds?: number): void;
  abstract woken(now: number): void;
  /** The peer said BYE; the session is to end with a BYE of ours: nobody refreshed it, or the peer no longer answers in it. */
  protected abstract end(why: 'bye' | 'expired' | 'gone'): void;
  /** The ACK to our first 2xx, and CANCEL before that. Nothing in a call of ours waits for them. */
  acknowledged(_ack: SipRequest): void {}
  cancelled(_given: GivenReason): void {}
  /** Of our first INVITE; later requests have owners of their own. */
  responded(_exchange: Exchange, _response: SipResponse): void {}
  unanswered(_exchange: Exchange, _why: 'timeout' | 'transport error'): void {}
  /** The INVITE itself is on this way, and the way is gone. */
  protected abstract wayLost(): void;

  accepts(request: SipRequest): boolean {
    return this.dialogOf(request)?.accepts(request) !== false;
  }

  /** A request of the peer that named this dialog; its transaction waits for the answer. */
  requested(request: SipRequest, transaction: AgentTransaction): void {
    if (request.method === 'BYE') {
      this.given = readReason(request);
      this.host.respond(transaction, 200);
      this.end('bye');
    } else if (request.method === 'INVITE') {
      this.midCall.invited(request, transaction);
    } else if (request.method === 'UPDATE') {
      this.midCall.updated(request, transaction);
    } else if (request.method === 'PRACK') {
      this.prackReceived(request, transaction);
    } else if (request.method === 'REFER') {
      this.#referrals.referred(request, transaction);
    } else if (request.method === 'NOTIFY') {
      this.#referrals.notified(request, transaction);
    } else if (request.method === 'INFO') {
      this.#inDialog.received(request, transaction);
    } else {
      this.host.respond(transaction, 405, { headers: [this.abilities.allow] });
    }
  }

  /** In a call of ours the requests are acknowledged so, not the responses. */
  protected prackReceived(_request: SipRequest, transaction: AgentTransaction): void {
    this.host.respond(transaction, 481);
  }

  /** The dialog a request of the peer is in. */
  protected dialogOf(_request: SipRequest): Dialog | undefined {
    return this.dialog;
  }

  /** ACK in the dialog: to a later offer's 2xx, or to the first one. */
  acked(ack: SipRequest): void {
    if (!this.midCall.acked(ack)) this.acknowledged(ack);
  }

  tell(message: DialogMessage): boolean {
    return this.#inDialog.send(message);
  }

  answerOffer(sdp: string): void {
    this.midCall.answer(sdp);
  }

  refuseOffer(status: number): void {
    this.midCall.refuse(status);
  }

  get takesOffers(): boolean {
    return this.midCall.takesOffers;
  }

  offer(sdp: string, method?: 'INVITE' | 'UPDATE'): void {
    this.#changes(this.midCall.offer(sdp, method));
  }

  askForOffer(): void {
    this.#changes(this.midCall.askForOffer());
  }

  withdrawOffer(): void {
    this.midCall.withdraw();
  }

  get #referrals(): Referral {
    this.#referral ??= new Referral(this.host, this);
    return this.#referral;
  }

  get takesRefer(): boolean {
    return this.state === 'confirmed' && this.midCall.peerRefers && this.#referral?.isPassing !== true;
  }

  refer(called: string, referredBy: string | undefined, outcome: ReferOutcome): void {
    const flow = this.#flow;
    if (flow === undefined) this.host.later(() => outcome.refused(503));
    else this.#referrals.pass(this.host.contactFor(called, 'sip', flow), referredBy, outcome);
  }

  /** Whoever waits to hear what became of its REFER hears that before the BYE. True: `then` is called when it has. */
  protected reportsFirst(then: () => void): boolean {
    return this.state === 'confirmed' && this.#referral?.isQuietAfter(then) === true;
  }

  #changes(isUnderWay: boolean): void {
    if (!isUnderWay) this.host.later(() => this.handler?.offerAnswered(491, undefined));
  }

  gone(status: number): void {
    if (this.state !== 'confirmed') return;
    this.endReason = printSipReason(status, reasonPhrase(status));
    this.host.lost(this, `it answered ${status} to a request in the call, or nothing`);
    this.end('gone');
  }

  expired(): void {
    this.endReason = printSipReason(408, 'Session timer expired');
    this.host.lost(this, `nobody refreshed the session for ${this.midCall.refresh.seconds} seconds`);
    this.end('expired');
  }

  /** Ends the dialog with a BYE. What becomes of it changes nothing for us. */
  protected sendBye(): void {
    // What is under way in the dialog is refused, or acknowledged, before it ends.
    this.midCall.stop();
    this.#inDialog.stop();
    this.requestInDialog('BYE', ignoringOwner, { headers: [this.endReason || printQ850(102)] });
  }

  /**
   * Builds and sends a request in the dialog, on the session's flow or, when that is gone, on a new one of the same proved name.
   * A challenge is answered in a call of ours only: the other party of one that came in could be anybody who wants our answer.
   */
  requestInDialog(method: string, owner: RequestOwner, carried: Carried = {}, dialog = this.requestDialog): void {
    this.#digest?.begin();
    const answering: RequestOwner =
      this.direction === 'in'
        ? owner
        : new AnsweringOwner(
            owner,
            (response, flow) =>
              flow.open &&
              this.answersChallenge(response) &&
              this.#sendInDialog(flow, method, answering, carried, dialog),
          );
    const unsent = carried.unsent ?? ((reason: string) => this.lost(reason));
    const send = (flow: Flow): void => {
      if (!this.#sendInDialog(flow, method, answering, carried, dialog))
        this.host.later(() => unsent('too many transactions'));
    };
    this.withFlow(send, dialog, unsent);
  }

  #sendInDialog(
    flow: Flow,
    method: string,
    owner: RequestOwner,
    { sdp, headers, body = sdp, contentType = 'application/sdp' }: Carried,
    dialog: Dialog | undefined,
  ): boolean {
    if (dialog === undefined) return true;
    const { host } = this;
    const branch = host.tokens.branch();
    const fields = dialog.request(method, {
      via: host.viaFor(flow, branch),
      maxForwards: host.maxForwards(this.tenant),
      ...(method === 'INVITE' || method === 'UPDATE' ? { contact: this.contactOn(flow) } : {}),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body, contentType }),
    });
    return host.request(flow, this.authorized(fields), owner, branch, this.tally) !== undefined;
  }

  /** What is sent bears a proof. */
  protected get proves(): boolean {
    return this.#digest !== undefined;
  }

  /** Takes a 401 or 407 to a request of ours. True: send it again, `authorized`. */
  protected answersChallenge(response: SipResponse): boolean {
    if (!this.#mayProve) return false;
    this.#digest ??= new DigestClient(() => this.host.tokens.tag());
    const answer = this.#digest.challenged(response, (realm) => this.handler?.credentialFor?.(realm));
    if (answer.kind === 'refused') this.host.unproved(this, 'ours', answer.reason);
    return answer.kind === 'answered';
  }

  /** From now on somebody else is asked: what we proved to those before is not for him, nor is any other secret. */
  protected proveNothing(): void {
    this.#mayProve = false;
    this.#digest = undefined;
  }

  /** A request of ours with what we have to prove, where something of ours was challenged before. */
  protected authorized(fields: RequestFields): RequestFields {
    if (this.#digest === undefined) return fields;
    const proof = this.#digest.headers(fields);
    if (fields.method === 'INVITE') this.#inviteProof = proof;
    return { ...fields, headers: [...(fields.headers ?? []), ...proof] };
  }

  /** The ACK to a 2xx is no transaction: it is sent again for every repetition of the 2xx. */
  sendAck(cseqNumber: number, sdp?: string): void {
    this.withFlow((flow) => {
      const { dialog, host } = this;
      if (dialog === undefined) return;
      const via = host.viaFor(flow, host.tokens.branch());
      const proof = this.#inviteProof;
      const more = {
        via,
        maxForwards: host.maxForwards(this.tenant),
        ...(proof === undefined ? {} : { headers: proof }),
        ...(sdp === undefined ? {} : { body: sdp, contentType: 'application/sdp' }),
      };
      host.sendAck(flow, printRequest(dialog.ack(cseqNumber, more)), this.tally);
    });
  }

  /** The flow for the next request: the one the session lives on, while it does and while the dialog's next hop is there. */
  protected withFlow(
    use: (flow: Flow) => void,
    dialog = this.dialog,
    failed: (reason: string) => void = (reason) => this.lost(reason),
  ): void {
    const flow = this.#flow;
    if (flow === undefined) return;
    const take = (way: Flow): void => {
      if (way !== flow) this.moveTo(way);
      use(way);
    };
    reach(this.host, dialog?.nextHop, flow, take, failed);
  }

  /**
   * The flow this session lives on is closed. A call that stands goes on: after a break only if the peer can be reached again,
   * which is tried at once; otherwise on a flow opened with the next request.
   */
  flowClosed(broken: boolean): void {
    if (this.state !== 'confirmed') this.wayLost();
    else if (broken) this.withFlow(() => undefined);
  }

  lost(reason: string): void {
    if (this.state === 'ended') return;
    this.host.lost(this, reason);
    this.wayLost();
  }

  protected ended(cause: SessionEnd, given?: GivenReason): void {
    this.over();
    this.handler?.ended(cause, given);
  }

  /** Nothing more is to come: the tables let go of this session. */
  protected over(): void {
    this.midCall.stop();
    this.#referral?.stop();
    this.#inDialog.stop();
    this.#isOver = true;
    this.host.forget(this);
  }
}
