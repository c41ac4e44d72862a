import { decimal, skipBlanks, trimBlanks } from './characters.ts';
import { fieldWidth } from './head.ts';
import { canonicalName, headerId, readHeaderId } from './header-name.ts';
import type { NameAddress } from './name-address.ts';
import type { SipUri } from './uri.ts';
import type { Via } from './via.ts';

/** What the parser found; the message takes it over. */
export interface MessageParts {
  readonly text: string;
  readonly fields: readonly number[];
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly topVia: Via;
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly callId: string;
  readonly cseqNumber: number;
  readonly cseqMethod: string;
  readonly maxForwards: number | undefined;
  readonly contacts: readonly NameAddress[];
  readonly hasWildcardContact: boolean;
  readonly routes: readonly NameAddress[];
  readonly recordRoutes: readonly NameAddress[];
}

/**
 * A message whose head was read and found well formed. Values are latin1 text without control characters (tabs aside);
 * offsets point into `text`, in which folded lines are already joined.
 */
export abstract class SipMessage {
  readonly text: string;
  readonly topVia: Via;
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly callId: string;
  readonly cseqNumber: number;
  readonly cseqMethod: string;
  /** Undefined when absent (RFC 2543 peers). */
  readonly maxForwards: number | undefined;
  readonly contacts: readonly NameAddress[];
  /** `Contact: *`. */
  readonly hasWildcardContact: boolean;
  readonly routes: readonly NameAddress[];
  readonly recordRoutes: readonly NameAddress[];
  readonly fields: readonly number[];
  readonly #bodyStart: number;
  readonly #bodyEnd: number;

  constructor(parts: MessageParts) {
    this.text = parts.text;
    this.fields = parts.fields;
    this.topVia = parts.topVia;
    this.from = parts.from;
    this.to = parts.to;
    this.callId = parts.callId;
    this.cseqNumber = parts.cseqNumber;
    this.cseqMethod = parts.cseqMethod;
    this.maxForwards = parts.maxForwards;
    this.contacts = parts.contacts;
    this.hasWildcardContact = parts.hasWildcardContact;
    this.routes = parts.routes;
    this.recordRoutes = parts.recordRoutes;
    this.#bodyStart = parts.bodyStart;
    this.#bodyEnd = parts.bodyEnd;
  }

  get fromTag(): string | undefined {
    return this.from.tag;
  }

  get toTag(): string | undefined {
    return this.to.tag;
  }

  /** The first Contact. */
  get contact(): NameAddress | undefined {
    return this.contacts[0];
  }

  /** latin1 text; empty when there is none. */
  get body(): string {
    return this.text.slice(this.#bodyStart, this.#bodyEnd);
  }

  /** Bytes of the body, whatever was declared. */
  get contentLength(): number {
    return this.#bodyEnd - this.#bodyStart;
  }

  /** Media type in lower case without parameters, e.g. `application/sdp`. */
  get contentType(): string | undefined {
    const value = this.#first(headerId.contentType);
    if (value === undefined) return undefined;
    const semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.slice(0, semicolon)).trim().toLowerCase();
  }

  /** Seconds; undefined when absent or not a number. */
  get expires(): number | undefined {
    const value = this.#first(headerId.expires);
    const seconds = value === undefined ? -1 : decimal(value, 0, value.length);
    return seconds < 0 ? undefined : seconds;
  }

  /** Option tags of all Require headers, in lower case. */
  get require(): readonly string[] {
    return this.#tokens(headerId.require);
  }

  get supported(): readonly string[] {
    return this.#tokens(headerId.supported);
  }

  /** The first value of a header by full or compact name, in any case; a comma list is not split. */
  header(name: string): string | undefined {
    return this.headers(name)[0];
  }

  /** Every line of a header, in order. */
  headers(name: string): readonly string[] {
    const wanted = canonicalName(name);
    const id = readHeaderId(wanted, 0, wanted.length);
    const { fields, text } = this;
    const values: string[] = [];
    for (let i = 0; i < fields.length; i += fieldWidth) {
      if (fields[i] !== id) continue;
      if (id !== headerId.other || canonicalName(nameAt(text, fields[i + 1]!)) === wanted) {
        values.push(text.slice(fields[i + 2]!, fields[i + 3]!));
      }
    }
    return values;
  }

  #first(id: number): string | undefined {
    const { fields } = this;
    for (let i = 0; i < fields.length; i += fieldWidth) {
      if (fields[i] === id) return this.text.slice(fields[i + 2]!, fields[i + 3]!);
    }
    return undefined;
  }

  #tokens(id: number): readonly string[] {
    const found: string[] = [];
    const { fields } = this;
    for (let i = 0; i < fields.length; i += fieldWidth) {
      if (fields[i] !== id) continue;
      for (const part of this.text.slice(fields[i + 2]!, fields[i + 3]!).split(',')) {
        const option = part.trim().toLowerCase();
        if (option !== '') found.push(option);
      }
    }
    return found;
  }
}

function nameAt(text: string, start: number): string {
  const colon = text.indexOf(':', start);
  return text.slice(skipBlanks(text, start, colon), trimBlanks(text, start, colon));
}

export class SipRequest extends SipMessage {
  readonly kind = 'request';
  readonly method: string;
  /** Request URI as written. */
  readonly uri: string;
  readonly parsedUri: SipUri;

  constructor(parts: MessageParts, method: string, uri: SipUri) {
    super(parts);
    this.method = method;
    this.uri = uri.text;
    this.parsedUri = uri;
  }
}

export class SipResponse extends SipMessage {
  readonly kind = 'response';
  /** 100 to 699. */
  readonly status: number;
  readonly reason: string;

  constructor(parts: MessageParts, status: number, reason: string) {
    super(parts);
    this.status = status;
    this.reason = reason;
  }
}

/** A message that cannot be used, and what its sender deserves to hear. */
export class ParseFailure {
  readonly kind = 'failure';
  /** Status of the answer: 400, 413, 414, 505, 513 ... */
  readonly status: number;
  /** Reason phrase: which part was wrong. Our own words, never the peer's. */
  readonly reason: string;
  /**
   * Present when the message was a request other than ACK, and Via, From, To, Call-ID and CSeq could be read: print the
   * answer from it. Nothing else of it may be trusted (its URI may be a placeholder).
   */
  readonly request: SipRequest | undefined;

  constructor(status: number, reason: string, request: SipRequest | undefined) {
    this.status = status;
    this.reason = reason;
    this.request = request;
  }
}
