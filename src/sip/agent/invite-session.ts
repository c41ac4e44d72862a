import type { Address } from '../../io/index.ts';
import { DigestClient } from '../auth/index.ts';
import type { Dialog } from '../dialog/index.ts';
import { printRequest, type RequestFields, type SipRequest, type SipResponse } from '../message/index.ts';
import type { SessionEnd, SessionHandler, SipSession } from '../session.ts';
import type { TransportName } from '../settings.ts';
import type { Flow } from '../transport/index.ts';
import { AnsweringOwner } from './answering-owner.ts';
import {
  type AgentTransaction,
  type AnswerOwner,
  type Exchange,
  ignoringOwner,
  type RequestOwner,
} from './exchange.ts';
import { IncomingOffer } from './incoming-offer.ts';
import { reach } from './next-hop.ts';
import { OutgoingOffer } from './outgoing-offer.ts';
import { sdpOf } from './sdp-of.ts';
import type { HostedSession, SessionHost, TimerUse } from './session-host.ts';
import type { Woken } from './session-machine.ts';

/**
 * What both directions of an INVITE session share: the dialog once it stands, the flow it lives on, and everything that
 * happens inside it: ACK, BYE, later offers, the loss of the connection.
 */
export abstract class InviteSession implements HostedSession, RequestOwner, AnswerOwner, Woken {
  abstract readonly direction: 'in' | 'out';
  abstract readonly callId: string;
  abstract readonly state: SipSession['state'];
  abstract readonly calling: string;
  abstract readonly called: string;
  abstract readonly requestUri: string;
  readonly transport: TransportName;
  protected readonly host: SessionHost;
  protected handler: SessionHandler | undefined = undefined;
  protected dialog: Dialog | undefined = undefined;
  #flow: Flow | undefined = undefined;
  #incomingOffer: IncomingOffer | undefined = undefined;
  #outgoingOffer: OutgoingOffer | undefined = undefined;
  /** Once something of ours was challenged. */
  #digest: DigestClient | undefined = undefined;
  /** What our INVITE of the moment proved, for its ACK (RFC 3261 13.2.2.4). */
  #inviteProof: readonly string[] | undefined = undefined;
  #noted: SipSession['state'] | undefined = undefined;

  constructor(host: SessionHost, transport: TransportName) {
    this.host = host;
    this.transport = transport;
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
    this.host.moved(this, from, flow);
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
    if (own !== undefined && !own.open && flow.transport === own.transport && flow.provedName === own.provedName) {
      this.moveTo(flow);
    }
  }

  get ownDialog(): Dialog | undefined {
    return this.dialog;
  }

  /** Contact of what we send in this session. */
  protected abstract contactOn(flow: Flow): string;

  abstract progress(status: 180 | 183, sdp?: string): void;
  abstract answer(sdp: string): void;
  abstract release(status?: number, reason?: string): void;
  abstract woken(now: number): void;
  /** A request of the peer in this dialog: BYE, and the ACK to our first 2xx. */
  protected abstract ended(cause: SessionEnd): void;
  protected abstract byeReceived(transaction: AgentTransaction): void;
  abstract acknowledged(ack: SipRequest): void;
  abstract responded(exchange: Exchange, response: SipResponse): void;
  abstract unanswered(exchange: Exchange, why: 'timeout' | 'transport error'): void;
  /** The INVITE itself is on this way, and the way is gone. */
  protected abstract wayLost(): void;

  /** A request of the peer that named this dialog; its transaction waits for the answer. */
  requested(request: SipRequest, transaction: AgentTransaction): void {
    if (this.dialog?.accepts(request) === false) {
      this.host.respond(transaction, 500, { reason: 'CSeq out of order' });
    } else if (request.method === 'BYE') {
      this.byeReceived(transaction);
    } else if (request.method === 'INVITE') {
      this.#reinvited(request, transaction);
    } else {
      this.host.respond(transaction, 405);
    }
  }

  /** ACK in the dialog: to a later offer's 2xx, or to the first one. */
  acked(ack: SipRequest): void {
    if (this.#incomingOffer?.cseqNumber === ack.cseqNumber) this.#incomingOffer.acknowledged();
    else this.acknowledged(ack);
  }

  #reinvited(request: SipRequest, transaction: AgentTransaction): void {
    if (this.#outgoingOffer !== undefined) return this.host.respond(transaction, 491);
    if (this.#incomingOffer !== undefined || this.state !== 'confirmed') {
      return this.host.respond(transaction, 500, {
        reason: 'Earlier INVITE still pending',
        headers: ['Retry-After: 2'],
      });
    }
    this.dialog?.refreshTarget(request);
    this.#incomingOffer = new IncomingOffer(this.host, transaction, request.cseqNumber, {
      over: () => {
        this.#incomingOffer = undefined;
      },
      unacknowledged: () => this.release(),
    });
    this.handler?.offered(sdpOf(request) ?? '');
  }

  answerOffer(sdp: string): void {
    const flow = this.#flow;
    if (flow !== undefined) this.#incomingOffer?.answer(sdp, this.contactOn(flow));
  }

  refuseOffer(status: number): void {
    this.#incomingOffer?.refuse(status);
  }

  offer(sdp: string): void {
    if (this.state !== 'confirmed' || this.#outgoingOffer !== undefined || this.#incomingOffer !== undefined) {
      return this.host.later(() => this.handler?.offerAnswered(491, undefined));
    }
    this.#outgoingOffer = new OutgoingOffer({
      acknowledge: (response, cseqNumber) => {
        this.dialog?.refreshTarget(response);
        this.sendAck(cseqNumber);
      },
      answered: (status, answer) => {
        this.#outgoingOffer = undefined;
        this.handler?.offerAnswered(status, answer);
        // RFC 3261 14.1: these two end the dialog.
        if (status === 481 || status === 408) this.lost('it no longer answers in the dialog');
      },
    });
    this.requestInDialog('INVITE', this.#outgoingOffer, 'invite', sdp);
  }

  /** Ends the dialog with a BYE. What becomes of it changes nothing for us. */
  protected sendBye(): void {
    this.requestInDialog('BYE', ignoringOwner, 'bye');
  }

  /**
   * Builds and sends a request in the dialog, on the session's flow or, when that is gone, on a new one of the same proved name.
   * A challenge is answered in a call of ours only: the other party of one that came in could be anybody who wants our answer.
   */
  protected requestInDialog(method: string, owner: RequestOwner, use: TimerUse, sdp?: string): void {
    this.#digest?.begin();
    const answering: RequestOwner =
      this.direction === 'in'
        ? owner
        : new AnsweringOwner(
            owner,
            (response, flow) =>
              flow.open && this.answersChallenge(response) && this.#sendInDialog(flow, method, answering, use, sdp),
          );
    this.withFlow((flow) => {
      if (!this.#sendInDialog(flow, method, answering, use, sdp))
        this.host.later(() => this.lost('too many transactions'));
    });
  }

  #sendInDialog(flow: Flow, method: string, owner: RequestOwner, use: TimerUse, sdp: string | undefined): boolean {
    const { dialog, host } = this;
    if (dialog === undefined) return true;
    const branch = host.tokens.branch();
    const fields = dialog.request(method, {
      via: host.viaFor(flow, branch),
      maxForwards: host.maxForwards,
      ...(method === 'INVITE' ? { contact: this.contactOn(flow) } : {}),
      ...(sdp === undefined ? {} : { body: sdp, contentType: 'application/sdp' }),
    });
    return host.request(flow, this.authorized(fields), owner, use, branch) !== undefined;
  }

  /** Takes a 401 or 407 to a request of ours. True: send it again, `authorized`. */
  protected answersChallenge(response: SipResponse): boolean {
    this.#digest ??= new DigestClient(() => this.host.tokens.tag());
    const answer = this.#digest.challenged(response, (realm) => this.handler?.credentialFor?.(realm));
    if (answer.kind === 'refused') this.host.unproved(this, 'ours', answer.reason);
    return answer.kind === 'answered';
  }

  /** A request of ours with what we have to prove, where something of ours was challenged before. */
  protected authorized(fields: RequestFields): RequestFields {
    if (this.#digest === undefined) return fields;
    const proof = this.#digest.headers(fields);
    if (fields.method === 'INVITE') this.#inviteProof = proof;
    return { ...fields, headers: [...(fields.headers ?? []), ...proof] };
  }

  /** The ACK to a 2xx is no transaction: it is sent again for every repetition of the 2xx. */
  protected sendAck(cseqNumber: number): void {
    this.withFlow((flow) => {
      const { dialog, host } = this;
      if (dialog === undefined) return;
      const via = host.viaFor(flow, host.tokens.branch());
      const more = { via, maxForwards: host.maxForwards };
      const proof = this.#inviteProof;
      host.sendAck(
        flow,
        printRequest(dialog.ack(cseqNumber, proof === undefined ? more : { ...more, headers: proof })),
      );
    });
  }

  /** The flow for the next request: the one the session lives on, while it does and while the dialog's next hop is there. */
  protected withFlow(use: (flow: Flow) => void): void {
    const flow = this.#flow;
    if (flow === undefined) return;
    const take = (way: Flow): void => {
      if (way !== flow) this.moveTo(way);
      use(way);
    };
    reach(this.host, this.dialog?.nextHop, flow, take, (reason) => this.lost(reason));
  }

  /**
   * The flow this session lives on is closed. A call that stands goes on: after a break only if the peer can be reached again,
   * which is tried at once; otherwise on a flow opened with the next request.
   */
  flowClosed(broken: boolean): void {
    if (this.state !== 'confirmed') this.wayLost();
    else if (broken) this.withFlow(() => undefined);
  }

  protected lost(reason: string): void {
    if (this.state === 'ended') return;
    this.host.lost(this, reason);
    this.wayLost();
  }

  /** Nothing more is to come: the tables let go of this session. */
  protected over(): void {
    this.#incomingOffer?.abandon();
    this.#incomingOffer = undefined;
    this.#outgoingOffer = undefined;
    this.host.forget(this);
  }
}
