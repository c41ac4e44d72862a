import { decimal } from './characters.ts';
import type { Head } from './head.ts';
import { canonicalName, headerId, headerIdOf } from './header-name.ts';
import type { NameAddress } from './name-address.ts';
import type { SipUri } from './uri.ts';
import type { Via } from './via.ts';

/** A head with all that finds the way back. */
export interface AnswerableHead extends Head {
  readonly topVia: Via;
}

/** A request as far as an answer to it goes: what else is there of From, To, Call-ID and CSeq is told back, what is not is left out. */
export interface Answerable {
  readonly head: AnswerableHead;
  readonly method: string;
  readonly topVia: Via;
  readonly toTag: string | undefined;
}

/** A head with all that a transaction needs, be the rest as it may. */
export interface CompleteHead extends AnswerableHead {
  readonly from: NameAddress;
  readonly to: NameAddress;
}

/** What is left of a request that cannot be used. */
export class Fragment implements Answerable {
  readonly head: AnswerableHead;
  readonly method: string;

  constructor(head: AnswerableHead, method: string) {
    this.head = head;
    this.method = method;
  }

  get topVia(): Via {
    return this.head.topVia;
  }

  get toTag(): string | undefined {
    return this.head.to?.tag;
  }
}

export function isAnswerable(head: Head): head is AnswerableHead {
  return head.topVia !== undefined;
}

export function isComplete(head: Head): head is CompleteHead {
  return (
    head.topVia !== undefined &&
    head.from !== undefined &&
    head.to !== undefined &&
    head.callIdEnd > 0 &&
    head.cseqMethod !== ''
  );
}

const nothing: readonly string[] = [];
const branchOfVia = /;\s*branch\s*=\s*(z9hG4bK[^\s;,]*)/gi;

/**
 * A message whose head was read and found well formed. Values are latin1 text without control characters (tabs aside). They
 * are slices of `text`, in which folded lines are already joined, and cut when they are asked for.
 */
export abstract class SipMessage {
  /** Where everything stands; for the printer of this room. */
  readonly head: CompleteHead;
  #callId: string | undefined = undefined;
  #fromTag: string | undefined = undefined;
  #toTag: string | undefined = undefined;

  constructor(head: CompleteHead) {
    this.head = head;
  }

  get text(): string {
    return this.head.text;
  }

  get topVia(): Via {
    return this.head.topVia;
  }

  /**
   * Branches of the Vias below the topmost one, as far as they look like those of RFC 3261: of the hops a request came over. Without
   * such hops this costs nothing.
   */
  get lowerBranches(): readonly string[] {
    const { head } = this;
    const isAlone = head.viaLines < 2 && head.value(head.find(headerId.via, 0), this.topVia.stop) === '';
    if (isAlone) return nothing;
    const found = this.headers('via').flatMap((line) =>
      Array.from(line.matchAll(branchOfVia), ([, branch = '']) => branch),
    );
    return found.slice(1);
  }

  get from(): NameAddress {
    return this.head.from;
  }

  get to(): NameAddress {
    return this.head.to;
  }

  get callId(): string {
    this.#callId ??= this.text.slice(this.head.callIdStart, this.head.callIdEnd);
    return this.#callId;
  }

  get cseqNumber(): number {
    return this.head.cseqNumber;
  }

  get cseqMethod(): string {
    return this.head.cseqMethod;
  }

  /** Undefined when absent (RFC 2543 peers). */
  get maxForwards(): number | undefined {
    return this.head.maxForwards < 0 ? undefined : this.head.maxForwards;
  }

  get contacts(): readonly NameAddress[] {
    return this.head.contacts;
  }

  /** `Contact: *`. */
  get hasWildcardContact(): boolean {
    return this.head.hasWildcardContact;
  }

  get routes(): readonly NameAddress[] {
    return this.head.routes;
  }

  get recordRoutes(): readonly NameAddress[] {
    return this.head.recordRoutes;
  }

  get fromTag(): string | undefined {
    this.#fromTag ??= this.from.tag;
    return this.#fromTag;
  }

  get toTag(): string | undefined {
    this.#toTag ??= this.to.tag;
    return this.#toTag;
  }

  /** The first Contact. */
  get contact(): NameAddress | undefined {
    return this.contacts[0];
  }

  /** latin1 text; empty when there is none. */
  get body(): string {
    return this.text.slice(this.head.bodyStart, this.head.bodyEnd);
  }

  /** Bytes of the body, whatever was declared. */
  get contentLength(): number {
    return this.head.bodyEnd - this.head.bodyStart;
  }

  /** Media type in lower case without parameters, e.g. `application/sdp`. */
  get contentType(): string | undefined {
    const value = this.#first(headerId.contentType);
    if (value === undefined) return undefined;
    const semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.slice(0, semicolon)).trim().toLowerCase();
  }

  /** Nothing is said of its body but a type. */
  get hasPlainBody(): boolean {
    const { head } = this;
    return head.find(headerId.contentDisposition, 0) < 0 && head.find(headerId.contentEncoding, 0) < 0;
  }

  /** Seconds; undefined when absent or not a number. */
  get expires(): number | undefined {
    return this.#number(headerId.expires);
  }

  /** Option tags of all Require headers, in lower case. */
  get require(): readonly string[] {
    return this.#tokens(headerId.require);
  }

  get supported(): readonly string[] {
    return this.#tokens(headerId.supported);
  }

  /** Methods of all Allow headers, in lower case; undefined when there is none. */
  get allow(): readonly string[] | undefined {
    return this.head.has(headerId.allow) ? this.#tokens(headerId.allow) : undefined;
  }

  /** Session-Expires as written (RFC 4028 4). */
  get sessionExpires(): string | undefined {
    return this.#first(headerId.sessionExpires);
  }

  /** Seconds of Min-SE (RFC 4028 5); undefined when absent or not a number. */
  get minSe(): number | undefined {
    return this.#number(headerId.minSe);
  }

  /** Number of a reliable provisional response (RFC 3262 7.1); undefined when absent or out of range. */
  get rseq(): number | undefined {
    const number = this.#number(headerId.rseq);
    return number === undefined || number < 1 || number > 0xffff_ffff ? undefined : number;
  }

  /** RAck as written (RFC 3262 7.2). */
  get rack(): string | undefined {
    return this.#first(headerId.rack);
  }

  /** The first value of a header by full or compact name, in any case; a comma list is not split. */
  header(name: string): string | undefined {
    return this.headers(name)[0];
  }

  /** Every line of a header, in order. */
  headers(name: string): readonly string[] {
    const { head } = this;
    const wanted = canonicalName(name);
    const id = headerIdOf(wanted);
    const values: string[] = [];
    for (let i = head.find(id, 0); i >= 0; i = head.find(id, i + 1)) {
      if (id !== headerId.other || canonicalName(head.name(i)) === wanted) values.push(head.value(i));
    }
    return values;
  }

  /** The number a header begins with, which a parameter may follow. */
  #number(id: number): number | undefined {
    const value = this.#first(id);
    if (value === undefined) return undefined;
    const semicolon = value.indexOf(';');
    const end = semicolon < 0 ? value.length : value.slice(0, semicolon).trimEnd().length;
    const number = decimal(value, 0, end);
    return number < 0 ? undefined : number;
  }

  #first(id: number): string | undefined {
    const index = this.head.find(id, 0);
    return index < 0 ? undefined : this.head.value(index);
  }

  #tokens(id: number): readonly string[] {
    const { head } = this;
    if (!head.has(id)) return nothing;
    const found: string[] = [];
    for (let i = head.find(id, 0); i >= 0; i = head.find(id, i + 1)) {
      for (const part of head.value(i).split(',')) {
        const option = part.trim().toLowerCase();
        if (option !== '') found.push(option);
      }
    }
    return found;
  }
}

export class SipRequest extends SipMessage {
  readonly kind = 'request';
  readonly method: string;
  readonly parsedUri: SipUri;

  constructor(head: CompleteHead, method: string, uri: SipUri) {
    super(head);
    this.method = method;
    this.parsedUri = uri;
  }

  /** Request URI as written. */
  get uri(): string {
    return this.parsedUri.text;
  }
}

export class SipResponse extends SipMessage {
  readonly kind = 'response';
  /** 100 to 699. */
  readonly status: number;
  readonly #reasonStart: number;
  readonly #reasonEnd: number;

  /** The reason phrase stands at `[reasonStart, reasonEnd)` of the text. */
  constructor(head: CompleteHead, status: number, reasonStart: number, reasonEnd: number) {
    super(head);
    this.status = status;
    this.#reasonStart = reasonStart;
    this.#reasonEnd = reasonEnd;
  }

  get reason(): string {
    return this.text.slice(this.#reasonStart, this.#reasonEnd);
  }
}

/** A message that cannot be used, and what its sender deserves to hear. */
export class ParseFailure {
  readonly kind = 'failure';
  /** Status of the answer: 400, 413, 414, 505, 513 ... */
  readonly status: number;
  /** Reason phrase: which part was wrong. Our own words, never the peer's. */
  readonly reason: string;
  /** Present when the message was a request other than ACK, and Via could be read: print the answer from it. */
  readonly request: Answerable | undefined;
  /** A response or an ACK: no answer is owed for it, and what follows on its stream may be in order. */
  readonly isPassedOver: boolean;

  constructor(status: number, reason: string, request: Answerable | undefined, isPassedOver = false) {
    this.status = status;
    this.reason = reason;
    this.request = request;
    this.isPassedOver = isPassedOver;
  }
}
