import { quotedEnd, skipBlanks } from './characters.ts';
import type { Head } from './head.ts';
import { headerId } from './header-name.ts';
import type { Answerable, SipResponse } from './message.ts';
import { reasonPhrase } from './reason.ts';
import { countLineEnds, loadText } from './scan.ts';
import type { Via } from './via.ts';

/** A request to be written. Header values are complete, without name and line end. */
export interface RequestFields {
  readonly method: string;
  readonly uri: string;
  /** Topmost Via value: `SIP/2.0/TLS host:port;branch=z9hG4bK...`. */
  readonly via: string;
  readonly maxForwards: number;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseqNumber: number;
  /** Route values, in order. */
  readonly routes?: readonly string[];
  readonly contact?: string;
  /** Further headers, whole lines without line end: `Allow: INVITE, ACK`. */
  readonly headers?: readonly string[];
  /** Given together. */
  readonly body?: string;
  readonly contentType?: string;
}

/** What varies from one response to a request to the next. */
export interface ResponseFields {
  /** Our tag. Put into To when the request had none there; never on a 100. */
  readonly toTag?: string;
  readonly reason?: string;
  readonly contact?: string;
  /** Further headers, whole lines without line end. */
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly contentType?: string;
}

/** Writes a request. Text is to be sent as latin1. Throws TypeError when a value holds a control character. */
export function printRequest(request: RequestFields): string {
  const { method, uri, via, maxForwards, from, to, callId, cseqNumber, routes } = request;
  let way = '';
  if (routes !== undefined) for (const route of routes) way += `Route: ${route}\r\n`;
  const head = `${method} ${uri} SIP/2.0\r\nVia: ${via}\r\n${way}Max-Forwards: ${maxForwards}\r\nFrom: ${from}\r\nTo: ${to}\r\nCall-ID: ${callId}\r\nCSeq: ${cseqNumber} ${method}\r\n${furtherLines(request)}`;
  return checked(head, 7 + (routes?.length ?? 0) + furtherLineCount(request), request.body);
}

/**
 * Writes the ACK to a failure of our INVITE: part of its transaction, so with its Via and its route (RFC 3261 17.1.1.3).
 */
export function printFailureAck(invite: RequestFields, response: SipResponse): string {
  return printRequest(ofInvite(invite, 'ACK', response.to.text));
}

/** The CANCEL of our INVITE (RFC 3261 9.1): a transaction of its own under the same branch. */
export function cancelFields(invite: RequestFields, headers: readonly string[] = []): RequestFields {
  return { ...ofInvite(invite, 'CANCEL', invite.to), headers };
}

function ofInvite(invite: RequestFields, method: string, to: string): RequestFields {
  const { uri, via, maxForwards, from, callId, cseqNumber, routes = [] } = invite;
  return { method, uri, via, maxForwards, from, to, callId, cseqNumber, routes };
}

/**
 * Writes the responses to one request. Via (with `received` and `rport` for where it came from: RFC 3261 18.2.1,
 * RFC 3581 4), From, To, Call-ID and CSeq are taken from it once and kept. What of these a broken request lacks, its answer lacks too.
 */
export class Responder {
  /** Via and From lines, and To as far as our tag. */
  readonly #start: string;
  readonly #addTag: boolean;
  /** The end of To, Call-ID and CSeq. */
  readonly #end: string;
  readonly #recordRoutes: string;

  /** `source` is the address and port the request came from, the address without brackets. */
  constructor({ head, topVia, toTag }: Answerable, source: { readonly host: string; readonly port: number }) {
    const { from, to, callIdStart, callIdEnd, cseqMethod } = head;
    const top = head.find(headerId.via, 0);
    // The rest of its line may hold further values.
    let lines = `Via: ${stampVia(topVia, checkedValue(source.host), source.port)}${head.value(top, topVia.stop)}\r\n`;
    if (head.viaLines > 1) lines += copiedLines('Via: ', head, headerId.via, top + 1);
    if (from !== undefined) lines += `From: ${from.text}\r\n`;
    const callId = callIdEnd === 0 ? '' : `Call-ID: ${head.text.slice(callIdStart, callIdEnd)}\r\n`;
    const cseq = head.oddCseq || (cseqMethod === '' ? '' : `${head.cseqNumber} ${cseqMethod}`);
    this.#start = to === undefined ? lines : `${lines}To: ${to.text}`;
    this.#end = `${to === undefined ? '' : '\r\n'}${callId}${cseq === '' ? '' : `CSeq: ${cseq}\r\n`}`;
    this.#addTag = to !== undefined && toTag === undefined;
    this.#recordRoutes = head.has(headerId.recordRoute)
      ? copiedLines('Record-Route: ', head, headerId.recordRoute, 0)
      : '';
  }

  /**
   * Writes one response. Text is to be sent as latin1. Throws TypeError when a value holds a control character; what stands
   * in the request needs no second look, since the parser lets none through.
   */
  print(status: number, fields: ResponseFields = noFields): string {
    const { reason, toTag } = fields;
    const phrase = reason === undefined ? reasonPhrase(status) : checkedValue(reason);
    const tag = this.#addTag && status > 100 && toTag !== undefined ? `;tag=${checkedValue(toTag)}` : '';
    // A dialog learns its route from 101 to 299 (RFC 3261 12.1.1).
    const route = status > 100 && status < 300 ? this.#recordRoutes : '';
    const further =
      fields === noFields ? noFurther : checked(furtherLines(fields), furtherLineCount(fields), fields.body);
    return `SIP/2.0 ${status} ${phrase}\r\n${this.#start}${tag}${this.#end}${route}${further}`;
  }
}

const noFields: ResponseFields = {};
const noFurther = 'Content-Length: 0\r\n\r\n';

function copiedLines(name: string, head: Head, id: number, from: number): string {
  let lines = '';
  for (let i = head.find(id, from); i >= 0; i = head.find(id, i + 1)) lines += `${name}${head.value(i)}\r\n`;
  return lines;
}

/** Contact, further headers, Content-* and the empty line. */
function furtherLines(fields: ResponseFields): string {
  const { contact, headers, body } = fields;
  let lines = contact === undefined ? '' : `Contact: ${contact}\r\n`;
  if (headers !== undefined) for (const header of headers) lines += `${header}\r\n`;
  if (body === undefined || body === '') return `${lines}${noFurther}`;
  return `${lines}Content-Type: ${fields.contentType ?? 'application/sdp'}\r\nContent-Length: ${body.length}\r\n\r\n`;
}

function furtherLineCount({ contact, headers, body }: ResponseFields): number {
  const content = body === undefined || body === '' ? 2 : 3;
  return (contact === undefined ? 0 : 1) + (headers?.length ?? 0) + content;
}

/**
 * The head with its body, after a check of the head: its line ends must be as many as were written here, and nothing else in
 * it may be a control character. So no value, from whatever source, can have brought a line of its own. What is judged are
 * the bytes as they will be sent; that they are loaded together with the body joins all pieces of the text at once, which
 * sending it would do anyway.
 */
function checked(head: string, lines: number, body = ''): string {
  const message = body === '' ? head : head + body;
  if (loadText(message) < head.length) throw new TypeError('the head of a message is too large');
  const ends = countLineEnds(head.length);
  if (ends < 0) throw new TypeError('a header value holds a control character');
  if (ends !== lines) throw new TypeError('a header value holds a line end');
  return message;
}

/** A value that holds no control character in any of the bytes it will be sent as. */
function checkedValue(value: string): string {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i) & 255;
    if ((code < 32 && code !== 9) || code === 127) throw new TypeError('a header value holds a control character');
  }
  return value;
}

/**
 * The topmost Via as its sender shall read it: `received` when the request did not come from the address it names or asks
 * for `rport`, which then gets the port. What the sender itself put there under these names is dropped.
 */
export function stampVia(via: Via, host: string, port: number): string {
  const named = via.address;
  if (!via.wantsRport && via.received === undefined && named === host) return via.text;
  const out = via.unstamped ?? withoutStamps(via.text);
  if (via.wantsRport) return `${out};received=${host};rport=${port}`;
  return named === host ? out : `${out};received=${host}`;
}

function withoutStamps(text: string): string {
  let out = '';
  let from = 0;
  while (from < text.length) {
    const stop = parameterStart(text, from + 1);
    if (!isStamp(text, from, stop)) out += text.slice(from, stop);
    from = stop;
  }
  return out;
}

/** The next `;` at or after `from` that is not inside quotes, or the end. */
function parameterStart(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== 59) {
    at = text.charCodeAt(at) === 34 ? quotedEnd(text, at, text.length) : at + 1;
    if (at < 0) return text.length;
  }
  return at;
}

function isStamp(text: string, start: number, stop: number): boolean {
  if (text.charCodeAt(start) !== 59) return false;
  const name = skipBlanks(text, start + 1, stop);
  const word = text.slice(name, stop).toLowerCase();
  return isNamed(word, 'received') || isNamed(word, 'rport');
}

function isNamed(word: string, name: string): boolean {
  if (!word.startsWith(name)) return false;
  const after = word.charCodeAt(name.length);
  return Number.isNaN(after) || after === 61 || after === 32 || after === 9;
}
