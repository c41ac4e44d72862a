import { kinds } from './characters.ts';
import { Head } from './head.ts';
import { headerId } from './header-name.ts';
import { defaultLimits, type MessageLimits } from './limits.ts';
import { lineEnd, readLines, unfold } from './lines.ts';
import {
  type Answerable,
  Fragment,
  isAnswerable,
  isComplete,
  ParseFailure,
  SipRequest,
  SipResponse,
} from './message.ts';
import { readMethod } from './method.ts';
import { decimalAt, isTokenAt, kindEnd, octetAt, wordAt } from './octets.ts';
import { isLatin1, loadText, octets } from './scan.ts';
import { SipUri } from './uri.ts';

export type ParsedMessage = SipRequest | SipResponse | ParseFailure;

/**
 * Reads one message: a datagram, or what the framer cut from a stream, as latin1 text. Total: whatever the text, the
 * outcome is a value. Bytes after the declared body are dropped; a body shorter than declared is a failure (RFC 3261 18.3).
 */
export function parseMessage(text: string, limits: MessageLimits = defaultLimits): ParsedMessage {
  if (!isLatin1(text)) return new ParseFailure(400, 'Not Bytes', undefined);
  const length = loadText(text);
  const head = new Head(text);
  let start = 0;
  // Blank lines before the start line are to be ignored (RFC 3261 7.5).
  while (octetAt(start, length) === 13 && octetAt(start + 1, length) === 10) start += 2;
  const end = Math.abs(lineEnd(head, start, length));
  const fold = readLines(head, end + 2, length, limits);
  if (fold >= 0) {
    const unfolded = unfold(text, fold);
    return parseMessage(unfolded, { ...limits, head: limits.head - (text.length - unfolded.length) });
  }
  if (head.bodyStart - start > limits.head) head.fail(513, 'Head Too Long');
  checkPresence(head, limits);
  checkBody(head, limits);
  return wordAt(start, end, 'sip/') ? finishResponse(head, start, end) : finishRequest(head, start, end, limits);
}

function checkPresence(head: Head, limits: MessageLimits): void {
  if (head.vias > limits.vias) head.fail(513, 'Too Many Via Values');
  if (head.viaLines === 0) head.fail(400, 'Missing Via');
  if (!head.has(headerId.from)) head.fail(400, 'Missing From');
  if (!head.has(headerId.to)) head.fail(400, 'Missing To');
  if (!head.has(headerId.callId)) head.fail(400, 'Missing Call-ID');
  if (!head.has(headerId.cseq)) head.fail(400, 'Missing CSeq');
}

function checkBody(head: Head, limits: MessageLimits): void {
  const available = head.text.length - head.bodyStart;
  const length = head.declaredLength < 0 ? available : head.declaredLength;
  if (length > limits.body) head.fail(413, 'Request Entity Too Large');
  else if (length > available) head.fail(400, 'Body Shorter Than Content-Length');
  else head.bodyEnd = head.bodyStart + length;
}

function finishResponse(head: Head, start: number, end: number): SipResponse | ParseFailure {
  const codeEnd = Math.min(start + 11, end);
  const status = decimalAt(start + 8, codeEnd);
  const separated = start + 11 === end || octetAt(start + 11, end) === 32;
  if (!wordAt(start, end, 'sip/2.0 ')) head.fail(505, 'Version Not Supported');
  else if (status < 100 || status > 699 || !separated) head.fail(400, 'Malformed Status Line');
  if (head.status !== 0 || !isComplete(head)) return failure(head, undefined, true);
  return new SipResponse(head, status, Math.min(codeEnd + 1, end), end);
}

function finishRequest(head: Head, start: number, end: number, limits: MessageLimits): SipRequest | ParseFailure {
  const methodEnd = kindEnd(start, end, kinds.token);
  if (methodEnd === start || octetAt(methodEnd, end) !== 32 || methodEnd - start > limits.token) {
    head.fail(400, 'Malformed Request Line');
    return failure(head, undefined);
  }
  const method = readMethod(head.text, start, methodEnd);
  const uri = readRequestUri(head, methodEnd + 1, end, limits);
  if (head.cseqMethod !== '' && head.cseqMethod !== method) head.fail(400, 'CSeq Method Does Not Match');
  if (head.cseqMethod === '' && head.oddCseq !== '') head.cseqMethod = method;
  if (head.status === 0 && uri !== undefined && isComplete(head)) return new SipRequest(head, method, uri);
  if (method === 'ACK') return failure(head, undefined, true);
  return failure(head, isAnswerable(head) ? new Fragment(head, method) : undefined);
}

function failure(head: Head, request: Answerable | undefined, isPassedOver = false): ParseFailure {
  return new ParseFailure(head.status === 0 ? 400 : head.status, head.reason || 'Bad Request', request, isPassedOver);
}

/** The request URI after the method, and the version behind it. */
function readRequestUri(head: Head, start: number, end: number, limits: MessageLimits): SipUri | undefined {
  const bytes = octets;
  let space = start;
  while (space < end && bytes[space] !== 32) space++;
  if (space === end) {
    head.fail(400, 'Malformed Request Line');
    return undefined;
  }
  if (space + 8 !== end || !wordAt(space + 1, end, 'sip/2.0')) {
    const isOther = wordAt(space + 1, end, 'sip/') && isTokenAt(space + 5, end);
    if (isOther) head.fail(505, 'Version Not Supported');
    else head.fail(400, 'Malformed Request Line');
  }
  if (space - start > limits.uri) {
    head.fail(414, 'Request-URI Too Long');
    return undefined;
  }
  const uri = SipUri.read(head.text, start, space);
  if (uri === undefined) head.fail(400, 'Malformed Request URI');
  else if (uri.hasHeaders) head.fail(400, 'Headers In Request URI');
  return uri;
}
