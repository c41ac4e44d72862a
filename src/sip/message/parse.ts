import { decimal, isBlankCode, isToken, matchesAt, skipBlanks } from './characters.ts';
import { fieldWidth, type Head, readHead } from './head.ts';
import { headerId } from './header-name.ts';
import { defaultLimits, type MessageLimits } from './limits.ts';
import { type MessageParts, ParseFailure, SipRequest, SipResponse } from './message.ts';
import { type NameAddress, parseAddressList, parseNameAddress } from './name-address.ts';
import { parseUri, SipUri } from './uri.ts';
import { parseVia, type Via } from './via.ts';

export type ParsedMessage = SipRequest | SipResponse | ParseFailure;

/**
 * Reads one message: a datagram, or what the framer cut from a stream, as latin1 text. Total: whatever the text, the
 * outcome is a value. Bytes after the declared body are dropped; a body shorter than declared is a failure (RFC 3261 18.3).
 */
export function parseMessage(text: string, limits: MessageLimits = defaultLimits): ParsedMessage {
  const head = readHead(text, limits);
  const parts = new Parts(head);
  parts.read(limits);
  const { start, startEnd } = head;
  return head.text.startsWith('SIP/', start) || matchesAt(head.text, start, 'sip/')
    ? finishResponse(head, parts, start, startEnd)
    : finishRequest(head, parts, start, startEnd, limits);
}

function finishResponse(head: Head, parts: Parts, start: number, end: number): SipResponse | ParseFailure {
  const { text } = head;
  const status = decimal(text, start + 8, start + 11);
  const separated = text.charCodeAt(start + 11) === 32 || start + 11 === end;
  if (!matchesAt(text, start, 'sip/2.0 ')) head.fail(505, 'Version Not Supported');
  else if (status < 100 || status > 699 || !separated) head.fail(400, 'Malformed Status Line');
  if (head.status !== 0 || !isComplete(parts)) return failure(head, undefined);
  return new SipResponse(parts, status, text.slice(Math.min(start + 12, end), end));
}

function finishRequest(
  head: Head,
  parts: Parts,
  start: number,
  end: number,
  limits: MessageLimits,
): SipRequest | ParseFailure {
  const { text } = head;
  const methodEnd = text.indexOf(' ', start);
  if (methodEnd < 0 || methodEnd >= end || !isToken(text, start, methodEnd) || methodEnd - start > limits.token) {
    head.fail(400, 'Malformed Request Line');
    return failure(head, undefined);
  }
  const method = text.slice(start, methodEnd);
  const uri = readRequestUri(head, methodEnd + 1, end, limits);
  if (parts.cseqMethod !== '' && parts.cseqMethod !== method) head.fail(400, 'CSeq Method Does Not Match');
  const complete = isComplete(parts);
  if (head.status === 0 && complete && uri !== undefined) return new SipRequest(parts, method, uri);
  const answerable = complete && method !== 'ACK';
  return failure(head, answerable ? new SipRequest(parts, method, uri ?? placeholder) : undefined);
}

const placeholder = new SipUri('sip', '', undefined, 'invalid', undefined, '', '', 'sip:invalid');

function failure(head: Head, request: SipRequest | undefined): ParseFailure {
  return new ParseFailure(head.status === 0 ? 400 : head.status, head.reason || 'Bad Request', request);
}

/** The request URI after the method, and the version behind it. */
function readRequestUri(head: Head, start: number, end: number, limits: MessageLimits): SipUri | undefined {
  const { text } = head;
  const space = text.indexOf(' ', start);
  if (space < 0 || space >= end) {
    head.fail(400, 'Malformed Request Line');
    return undefined;
  }
  if (!text.startsWith('SIP/2.0', space + 1) || space + 8 !== end) {
    const isOther = matchesAt(text, space + 1, 'sip/') && isToken(text, space + 5, end);
    if (!isOther) head.fail(400, 'Malformed Request Line');
    else if (!matchesAt(text, space + 1, 'sip/2.0') || space + 8 !== end) head.fail(505, 'Version Not Supported');
  }
  if (space - start > limits.uri) {
    head.fail(414, 'Request-URI Too Long');
    return undefined;
  }
  const uri = parseUri(text.slice(start, space));
  if (uri === undefined) head.fail(400, 'Malformed Request URI');
  return uri;
}

interface CompleteParts {
  readonly topVia: Via;
  readonly from: NameAddress;
  readonly to: NameAddress;
}

/** What an answer needs is there, be the rest as it may. */
function isComplete(parts: Parts): parts is Parts & CompleteParts & MessageParts {
  return (
    parts.topVia !== undefined &&
    parts.from !== undefined &&
    parts.to !== undefined &&
    parts.callId !== '' &&
    parts.cseqMethod !== ''
  );
}

const none: readonly NameAddress[] = [];

/** Reads the values of the headers that every message has, and of the address headers it happens to have. */
class Parts {
  readonly text: string;
  readonly fields: readonly number[];
  readonly bodyStart: number;
  bodyEnd: number;
  topVia: Via | undefined = undefined;
  from: NameAddress | undefined = undefined;
  to: NameAddress | undefined = undefined;
  callId = '';
  cseqNumber = 0;
  cseqMethod = '';
  maxForwards: number | undefined = undefined;
  contacts: readonly NameAddress[] = none;
  hasWildcardContact = false;
  routes: readonly NameAddress[] = none;
  recordRoutes: readonly NameAddress[] = none;
  readonly #head: Head;
  #declared = -1;

  constructor(head: Head) {
    this.#head = head;
    this.text = head.text;
    this.fields = head.fields;
    this.bodyStart = head.bodyStart;
    this.bodyEnd = head.text.length;
  }

  read(limits: MessageLimits): void {
    const { fields } = this;
    const head = this.#head;
    let vias = 0;
    let once = 0;
    for (let i = 0; i < fields.length; i += fieldWidth) {
      const id = fields[i]!;
      const start = fields[i + 2]!;
      const end = fields[i + 3]!;
      if (id === headerId.via) {
        if (vias++ === 0) this.#readTopVia(start, end, limits);
      } else if (id >= headerId.from && id <= headerId.cseq) {
        const bit = 1 << id;
        if ((once & bit) !== 0) head.fail(400, 'Duplicate Header');
        else this.#readOnce(id, start, end, limits);
        once |= bit;
      } else if (id !== headerId.other && id <= headerId.route) {
        this.#readOptional(id, start, end, limits);
      }
    }
    if (vias > limits.vias) head.fail(513, 'Too Many Via Headers');
    this.#checkPresence(vias, once);
    this.#checkBody(limits);
  }

  #checkPresence(vias: number, once: number): void {
    const head = this.#head;
    if (vias === 0) head.fail(400, 'Missing Via');
    if ((once & (1 << headerId.from)) === 0) head.fail(400, 'Missing From');
    if ((once & (1 << headerId.to)) === 0) head.fail(400, 'Missing To');
    if ((once & (1 << headerId.callId)) === 0) head.fail(400, 'Missing Call-ID');
    if ((once & (1 << headerId.cseq)) === 0) head.fail(400, 'Missing CSeq');
  }

  #readTopVia(start: number, end: number, limits: MessageLimits): void {
    const via = parseVia(this.text, start, end);
    if (via === undefined || (via.branch !== undefined && via.branch.length > limits.token)) {
      this.#head.fail(400, 'Malformed Via');
      return;
    }
    this.topVia = via;
  }

  #readOnce(id: number, start: number, end: number, limits: MessageLimits): void {
    const head = this.#head;
    switch (id) {
      case headerId.from:
        this.from = this.#readAddress(start, end, limits);
        if (this.from === undefined) head.fail(400, 'Malformed From');
        return;
      case headerId.to:
        this.to = this.#readAddress(start, end, limits);
        if (this.to === undefined) head.fail(400, 'Malformed To');
        return;
      case headerId.callId:
        if (!isCallId(this.text, start, end) || end - start > limits.token) head.fail(400, 'Malformed Call-ID');
        else this.callId = this.text.slice(start, end);
        return;
      default:
        this.#readCSeq(start, end, limits);
    }
  }

  /** One address and no second one behind a comma. */
  #readAddress(start: number, end: number, limits: MessageLimits): NameAddress | undefined {
    const address = parseNameAddress(this.text, start, end);
    if (address === undefined || address.text.length !== end - start) return undefined;
    return address.tag !== undefined && address.tag.length > limits.token ? undefined : address;
  }

  /** RFC 3261 8.1.1.5: a 32 bit number, of which the highest bit should stay clear. */
  #readCSeq(start: number, end: number, limits: MessageLimits): void {
    const { text } = this;
    let at = start;
    while (at < end && !isBlankCode(text.charCodeAt(at))) at++;
    const number = decimal(text, start, at);
    const method = skipBlanks(text, at, end);
    if (
      number < 0 ||
      number > 0xffff_ffff ||
      method === at ||
      end - method > limits.token ||
      !isToken(text, method, end)
    ) {
      this.#head.fail(400, 'Malformed CSeq');
      return;
    }
    this.cseqNumber = number;
    this.cseqMethod = text.slice(method, end);
  }

  #readOptional(id: number, start: number, end: number, limits: MessageLimits): void {
    const head = this.#head;
    switch (id) {
      case headerId.contentLength: {
        const length = decimal(this.text, start, end);
        if (length < 0) head.fail(400, 'Malformed Content-Length');
        else if (this.#declared >= 0 && this.#declared !== length) head.fail(400, 'Contradictory Content-Length');
        else this.#declared = length;
        return;
      }
      case headerId.maxForwards: {
        const hops = decimal(this.text, start, end);
        if (hops < 0 || hops > 255 || this.maxForwards !== undefined) head.fail(400, 'Malformed Max-Forwards');
        else this.maxForwards = hops;
        return;
      }
      case headerId.contact:
        if (end - start === 1 && this.text.charCodeAt(start) === 42) this.hasWildcardContact = true;
        else this.contacts = this.#readList(this.contacts, start, end, limits, 'Malformed Contact');
        return;
      case headerId.route:
        this.routes = this.#readList(this.routes, start, end, limits, 'Malformed Route');
        return;
      default:
        this.recordRoutes = this.#readList(this.recordRoutes, start, end, limits, 'Malformed Record-Route');
    }
  }

  #readList(before: readonly NameAddress[], start: number, end: number, limits: MessageLimits, reason: string) {
    const list = parseAddressList(this.text, start, end, limits.vias);
    if (list === undefined || before.length + list.length > limits.vias) {
      this.#head.fail(400, reason);
      return before;
    }
    return before.length === 0 ? list : [...before, ...list];
  }

  #checkBody(limits: MessageLimits): void {
    const available = this.text.length - this.bodyStart;
    const length = this.#declared < 0 ? available : this.#declared;
    if (length > limits.body) this.#head.fail(413, 'Request Entity Too Large');
    else if (length > available) this.#head.fail(400, 'Body Shorter Than Content-Length');
    else this.bodyEnd = this.bodyStart + length;
  }
}

/** Visible characters; the grammar's `word` is narrower, but deployed peers are not. */
function isCallId(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code <= 32 || code >= 127 || code === 44 || code === 59) return false;
  }
  return end > start;
}
