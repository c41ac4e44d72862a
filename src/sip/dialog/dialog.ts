import { copied } from '../copied.ts';
import {
  type NameAddress,
  parseNameAddress,
  parseUri,
  type RequestFields,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../message/index.ts';

/** Our INVITE, as far as its dialogs need it. */
export interface SentInvite {
  readonly callId: string;
  readonly localTag: string;
  /** From as sent, tag included. */
  readonly from: string;
  readonly cseqNumber: number;
  /** CSeq number of the last request in any of its dialogs, where there was one. */
  readonly lastSequence?: number;
}

/** What the owner adds to a request inside a dialog. */
export interface DialogRequest {
  readonly via: string;
  readonly maxForwards: number;
  readonly contact?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly contentType?: string;
}

interface DialogParts {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly local: string;
  readonly remote: string;
  readonly remoteTarget: string;
  readonly routes: readonly string[];
  readonly localSequence: number;
  readonly remoteSequence: number;
}

/** One dialog (RFC 3261 12). Its strings are copies: they keep no received message alive. */
export class Dialog {
  readonly id: string;
  readonly callId: string;
  readonly localTag: string;
  /** Empty when the peer gave none (RFC 2543). */
  readonly remoteTag: string;
  /** Our From and the peer's To in requests we send, tags included. */
  readonly local: string;
  readonly remote: string;
  state: 'early' | 'confirmed' | 'ended' = 'early';
  #remoteTarget: string;
  #routes: readonly string[] = [];
  #nextHop = '';
  #isStrict = false;
  #localSequence: number;
  #remoteSequence: number;

  private constructor(parts: DialogParts) {
    this.id = dialogId(parts.callId, parts.localTag, parts.remoteTag);
    this.callId = parts.callId;
    this.localTag = parts.localTag;
    this.remoteTag = parts.remoteTag;
    this.local = parts.local;
    this.remote = parts.remote;
    this.#remoteTarget = parts.remoteTarget;
    this.#localSequence = parts.localSequence;
    this.#remoteSequence = parts.remoteSequence;
    this.#setRoutes(parts.routes);
  }

  /**
   * The dialog a peer's INVITE makes, with the tag we answer with (12.1.1). Undefined without a usable Contact, or with a
   * Record-Route that leads nowhere: answer 400.
   */
  static fromRequest(request: SipRequest, localTag: string): Dialog | undefined {
    const { contact } = request;
    if (contact === undefined || !isTarget(contact) || !request.recordRoutes.every(isTarget)) return undefined;
    const routes = request.recordRoutes.map((route) => route.text);
    const texts = [
      request.callId,
      request.fromTag ?? '',
      request.to.address,
      request.from.text,
      contact.uri,
      ...routes,
    ];
    const [callId = '', remoteTag = '', to = '', remote = '', remoteTarget = '', ...copies] = copied(texts);
    return new Dialog({
      callId,
      localTag,
      remoteTag,
      local: `${to};tag=${localTag}`,
      remote,
      remoteTarget,
      routes: copies,
      localSequence: 0,
      remoteSequence: request.cseqNumber,
    });
  }

  /** The dialog a response to our INVITE makes (12.1.2). Undefined without To tag on a 1xx, or without a usable Contact. */
  static fromResponse(sent: SentInvite, response: SipResponse): Dialog | undefined {
    const { contact, toTag = '' } = response;
    if (contact === undefined || !isTarget(contact) || !response.recordRoutes.every(isTarget)) return undefined;
    if (toTag === '' && response.status < 200) return undefined;
    const [remoteTag = '', remote = '', remoteTarget = '', ...routes] = copied([
      toTag,
      response.to.text,
      contact.uri,
      ...routesOf(response),
    ]);
    const dialog = new Dialog({
      callId: sent.callId,
      localTag: sent.localTag,
      remoteTag,
      local: sent.from,
      remote,
      remoteTarget,
      routes,
      localSequence: sent.lastSequence ?? sent.cseqNumber,
      remoteSequence: -1,
    });
    if (response.status >= 200) dialog.state = 'confirmed';
    return dialog;
  }

  /** The peer's Contact URI: request URI of what we send, where routes do not say otherwise. */
  get remoteTarget(): string {
    return this.#remoteTarget;
  }

  /** The URI whose host the next request goes to: the first route, else the remote target (12.2.1.1). */
  get nextHop(): string {
    return this.#nextHop === '' ? this.#remoteTarget : this.#nextHop;
  }

  get routes(): readonly string[] {
    return this.#routes;
  }

  /** CSeq number of the request we sent last. */
  get localSequence(): number {
    return this.#localSequence;
  }

  /** A 2xx to our INVITE makes an early dialog a confirmed one; its Contact and Record-Route replace the earlier (13.2.2.4). */
  confirm(response?: SipResponse): void {
    if (this.state === 'early') {
      if (response?.recordRoutes.every(isTarget)) this.#setRoutes(copied(routesOf(response)));
      this.state = 'confirmed';
    }
    if (response !== undefined) this.refreshTarget(response);
  }

  /** Contact of a re-INVITE, an UPDATE or their 2xx replaces the remote target (12.2.1.2, 12.2.2). */
  refreshTarget(message: SipMessage): void {
    const { contact } = message;
    if (contact === undefined || contact.uri === this.#remoteTarget || !isTarget(contact)) return;
    [this.#remoteTarget = ''] = copied([contact.uri]);
  }

  /**
   * Judges a request of the peer by its CSeq (12.2.2): false means out of order, answer 500. ACK and CANCEL carry the number
   * of their INVITE and are not to be asked about.
   */
  accepts(request: SipRequest): boolean {
    if (request.cseqNumber <= this.#remoteSequence) return false;
    this.#remoteSequence = request.cseqNumber;
    return true;
  }

  /** The next request in this dialog, with the next CSeq number (12.2.1.1). */
  request(method: string, more: DialogRequest): RequestFields {
    this.#localSequence++;
    return this.#fields(method, this.#localSequence, more);
  }

  /** The ACK to a 2xx: CSeq number of the INVITE it answers (13.2.2.4). */
  ack(inviteCseqNumber: number, more: DialogRequest): RequestFields {
    return this.#fields('ACK', inviteCseqNumber, more);
  }

  #fields(method: string, cseqNumber: number, more: DialogRequest): RequestFields {
    // A strict router wants to find itself in the request URI, and the target at the end of the route.
    const routes = this.#isStrict ? [...this.#routes.slice(1), `<${this.#remoteTarget}>`] : this.#routes;
    return {
      method,
      uri: this.#isStrict ? this.#nextHop : this.#remoteTarget,
      from: this.local,
      to: this.remote,
      callId: this.callId,
      cseqNumber,
      routes,
      ...more,
    };
  }

  #setRoutes(routes: readonly string[]): void {
    this.#routes = routes;
    const first = routes[0] === undefined ? undefined : parseNameAddress(routes[0]);
    this.#nextHop = first?.uri ?? '';
    this.#isStrict = first !== undefined && first.parsedUri?.isLoose !== true;
  }
}

/** What a dialog is known by (RFC 3261 12). */
export function dialogId(callId: string, localTag: string, remoteTag: string): string {
  return `${callId} ${localTag} ${remoteTag}`;
}

/** Record-Route of a response lists the way from the far end: ours is the reverse. */
const routesOf = (response: SipResponse): string[] => response.recordRoutes.map((route) => route.text).reverse();

/** Only a SIP URI can be sent to, and through. */
function isTarget({ uri }: NameAddress): boolean {
  const scheme = parseUri(uri)?.scheme;
  return scheme === 'sip' || scheme === 'sips';
}
