import { quotedEnd, skipBlanks } from './characters.ts';
import { fieldWidth } from './head.ts';
import { headerId } from './header-name.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { reasonPhrase } from './reason.ts';
import { byteAt, loadText, nextControl } from './scan.ts';
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
  let head = `${request.method} ${request.uri} SIP/2.0\r\nVia: ${request.via}\r\n`;
  let lines = 7;
  const { routes } = request;
  if (routes !== undefined) {
    for (const route of routes) head += `Route: ${route}\r\n`;
    lines += routes.length;
  }
  head += `Max-Forwards: ${request.maxForwards}\r\nFrom: ${request.from}\r\nTo: ${request.to}\r\nCall-ID: ${request.callId}\r\nCSeq: ${request.cseqNumber} ${request.method}\r\n`;
  return finish(head, lines, request);
}

/**
 * Writes the ACK to a failure of our INVITE: part of its transaction, so with its Via and its route (RFC 3261 17.1.1.3).
 */
export function printFailureAck(invite: RequestFields, response: SipResponse): string {
  return printRequest(ofInvite(invite, 'ACK', response.to.text));
}

/** Writes the CANCEL of our INVITE (RFC 3261 9.1): a transaction of its own under the same branch. */
export function printCancel(invite: RequestFields): string {
  return printRequest(ofInvite(invite, 'CANCEL', invite.to));
}

function ofInvite(invite: RequestFields, method: string, to: string): RequestFields {
  const { uri, via, maxForwards, from, callId, cseqNumber, routes = [] } = invite;
  return { method, uri, via, maxForwards, from, to, callId, cseqNumber, routes };
}

/**
 * Writes the responses to one request. Via (with `received` and `rport` for where it came from: RFC 3261 18.2.1,
 * RFC 3581 4), From, To, Call-ID and CSeq are taken from it once and kept.
 */
export class Responder {
  readonly #vias: string;
  readonly #viaLines: number;
  readonly #to: string;
  readonly #addTag: boolean;
  readonly #tail: string;
  readonly #recordRoutes: string;
  readonly #recordRouteLines: number;

  /** `source` is the address and port the request came from, the address without brackets. */
  constructor(request: SipRequest, source: { readonly host: string; readonly port: number }) {
    const { fields, text } = request;
    let vias = '';
    let viaLines = 0;
    let recordRoutes = '';
    let recordRouteLines = 0;
    for (let i = 0; i < fields.length; i += fieldWidth) {
      const id = fields[i];
      if (id === headerId.via) {
        const value = fields[i + 2]!;
        const rest = viaLines === 0 ? value + request.topVia.text.length : value;
        const first = viaLines === 0 ? stampVia(request.topVia, source.host, source.port) : '';
        vias += `Via: ${first}${text.slice(rest, fields[i + 3]!)}\r\n`;
        viaLines++;
      } else if (id === headerId.recordRoute) {
        recordRoutes += `Record-Route: ${text.slice(fields[i + 2]!, fields[i + 3]!)}\r\n`;
        recordRouteLines++;
      }
    }
    this.#vias = `${vias}From: ${request.from.text}\r\nTo: `;
    this.#viaLines = viaLines;
    this.#to = request.to.text;
    this.#addTag = request.toTag === undefined;
    this.#tail = `\r\nCall-ID: ${request.callId}\r\nCSeq: ${request.cseqNumber} ${request.cseqMethod}\r\n`;
    this.#recordRoutes = recordRoutes;
    this.#recordRouteLines = recordRouteLines;
  }

  /** Writes one response. Text is to be sent as latin1. Throws TypeError when a value holds a control character. */
  print(status: number, fields: ResponseFields = noFields): string {
    const tag = this.#addTag && status > 100 && fields.toTag !== undefined ? `;tag=${fields.toTag}` : '';
    let head = `SIP/2.0 ${status} ${fields.reason ?? reasonPhrase(status)}\r\n${this.#vias}${this.#to}${tag}${this.#tail}`;
    let lines = 5 + this.#viaLines;
    // A dialog learns its route from 101 to 299 (RFC 3261 12.1.1).
    if (status > 100 && status < 300 && this.#recordRouteLines > 0) {
      head += this.#recordRoutes;
      lines += this.#recordRouteLines;
    }
    return finish(head, lines, fields);
  }
}

const noFields: ResponseFields = {};

/** Contact, further headers, Content-*, the empty line and the body; then the check of the whole head. */
function finish(start: string, linesBefore: number, fields: ResponseFields): string {
  let head = start;
  let lines = linesBefore;
  if (fields.contact !== undefined) {
    head += `Contact: ${fields.contact}\r\n`;
    lines++;
  }
  const { headers, body = '' } = fields;
  if (headers !== undefined) {
    for (const header of headers) head += `${header}\r\n`;
    lines += headers.length;
  }
  if (body === '') {
    head += 'Content-Length: 0\r\n\r\n';
    checkHead(head, lines + 2);
    return head;
  }
  head += `Content-Type: ${fields.contentType ?? 'application/sdp'}\r\nContent-Length: ${body.length}\r\n\r\n`;
  checkHead(head, lines + 3);
  return head + body;
}

/**
 * The line ends must be as many as were written here, and nothing else may be a control character: so no value, from
 * whatever source, can have brought a line of its own. What is judged are the bytes as they will be sent.
 */
function checkHead(head: string, lines: number): void {
  const length = loadText(head);
  if (length < head.length) throw new TypeError('the head of a message is too large');
  let ends = 0;
  for (let at = nextControl(0, length); at < length; at = nextControl(at + 1, length)) {
    const code = byteAt(at);
    if (code === 13 && at + 1 < length && byteAt(at + 1) === 10) {
      ends++;
      at++;
    } else if (code !== 9) throw new TypeError(`a header value holds the control character ${code}`);
  }
  if (ends !== lines) throw new TypeError('a header value holds a line end');
}

/**
 * The topmost Via as its sender shall read it: `received` when the request did not come from the address it names or asks
 * for `rport`, which then gets the port. What the sender itself put there under these names is dropped.
 */
export function stampVia(via: Via, host: string, port: number): string {
  const named = via.host.startsWith('[') ? via.host.slice(1, -1) : via.host;
  if (!via.wantsRport && via.received === undefined && named === host) return via.text;
  let out = '';
  const { text } = via;
  let from = 0;
  while (from < text.length) {
    const stop = parameterStart(text, from + 1);
    if (!isStamp(text, from, stop)) out += text.slice(from, stop);
    from = stop;
  }
  if (via.wantsRport) return `${out};received=${host};rport=${port}`;
  return named === host ? out : `${out};received=${host}`;
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
