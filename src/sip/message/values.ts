import { kinds } from './characters.ts';
import type { Head } from './head.ts';
import { headerId } from './header-name.ts';
import type { MessageLimits } from './limits.ts';
import { readMethod } from './method.ts';
import { NameAddress, readAddressList } from './name-address.ts';
import { blanksEnd, decimalAt, isTokenAt, kindEnd, quoteEnd } from './octets.ts';
import { octets } from './scan.ts';
import { Via } from './via.ts';

/**
 * Reads the value `[start, end)` of a header that every message has or whose form every owner relies on; others are left as
 * they are. To be called before the line is noted in `head`: a second line of the same header is judged by that.
 */
export function readValue(head: Head, id: number, start: number, end: number, limits: MessageLimits): void {
  switch (id) {
    case headerId.via:
      if (head.viaLines++ === 0) readTopVia(head, start, end, limits);
      head.vias += valuesIn(start, end);
      return;
    case headerId.from:
      if (isFirst(head, id)) head.from = readAddress(head, start, end, limits, 'Malformed From');
      return;
    case headerId.to:
      if (isFirst(head, id)) head.to = readAddress(head, start, end, limits, 'Malformed To');
      return;
    case headerId.callId:
      if (isFirst(head, id)) readCallId(head, start, end, limits);
      return;
    case headerId.cseq:
      if (isFirst(head, id)) readCSeq(head, start, end, limits);
      return;
    case headerId.contentLength:
      readContentLength(head, start, end);
      return;
    case headerId.maxForwards: {
      const hops = decimalAt(start, end);
      if (hops < 0 || hops > 255 || head.maxForwards >= 0) head.fail(400, 'Malformed Max-Forwards');
      else head.maxForwards = hops;
      return;
    }
    case headerId.contact:
      if (end - start === 1 && octets[start] === 42) head.hasWildcardContact = true;
      else head.contacts = readList(head, head.contacts, start, end, limits, 'Malformed Contact');
      return;
    case headerId.route:
      head.routes = readList(head, head.routes, start, end, limits, 'Malformed Route');
      return;
    case headerId.recordRoute:
      head.recordRoutes = readList(head, head.recordRoutes, start, end, limits, 'Malformed Record-Route');
      return;
    default:
  }
}

function isFirst(head: Head, id: number): boolean {
  if (!head.has(id)) return true;
  head.fail(400, 'Duplicate Header');
  return false;
}

function readTopVia(head: Head, start: number, end: number, limits: MessageLimits): void {
  const via = Via.read(head.text, start, end);
  if (via === undefined || via.branchLength > limits.token) head.fail(400, 'Malformed Via');
  else head.topVia = via;
}

/** How many values stand between commas. What is quoted separates nothing; a quote that never closes is none, nor is one behind it. */
function valuesIn(start: number, end: number): number {
  let found = 1;
  let mayQuote = true;
  for (let at = start; at < end; at++) {
    const code = octets[at]!;
    if (code === 44) found++;
    else if (code === 34 && mayQuote) {
      const close = quoteEnd(at, end);
      mayQuote = close > 0;
      if (mayQuote) at = close - 1;
    }
  }
  return found;
}

/** One address and no second one behind a comma. */
function readAddress(head: Head, start: number, end: number, limits: MessageLimits, reason: string): NameAddress {
  const address = NameAddress.read(head.text, start, end);
  if (address !== undefined && address.stop === end && address.tagLength <= limits.token) return address;
  head.fail(400, reason);
  // The answer repeats it as it was written (RFC 3261 8.2.6.2), so that its sender knows what it is the answer to.
  return NameAddress.unread(head.text, start, end);
}

function readCallId(head: Head, start: number, end: number, limits: MessageLimits): void {
  if (end === start || end - start > limits.token || kindEnd(start, end, kinds.callId) < end) {
    head.fail(400, 'Malformed Call-ID');
    return;
  }
  head.callIdStart = start;
  head.callIdEnd = end;
}

/** RFC 3261 8.1.1.5: a 32 bit number, of which the highest bit should stay clear. */
function readCSeq(head: Head, start: number, end: number, limits: MessageLimits): void {
  const bytes = octets;
  let at = start;
  while (at < end && bytes[at] !== 32 && bytes[at] !== 9) at++;
  const number = decimalAt(start, at);
  const method = blanksEnd(at, end);
  if (
    method === at ||
    kindEnd(start, at, kinds.digit) !== at ||
    end - start > limits.token ||
    !isTokenAt(method, end)
  ) {
    head.fail(400, 'Malformed CSeq');
    head.oddCseq = toldBack(head, start, end, limits);
    return;
  }
  head.cseqMethod = readMethod(head.text, method, end);
  if (number >= 0 && number <= 0xffff_ffff) {
    head.cseqNumber = number;
    return;
  }
  head.fail(400, 'CSeq Out Of Range');
  head.oddCseq = toldBack(head, start, end, limits);
}

/** What a refusal repeats, so that its sender will know which request was refused. */
function toldBack(head: Head, start: number, end: number, limits: MessageLimits): string {
  const value = end - start > limits.token ? '' : head.text.slice(start, end);
  return /^[!-~][ -~]*$/.test(value) ? value : '';
}

function readContentLength(head: Head, start: number, end: number): void {
  const length = decimalAt(start, end);
  if (length < 0) head.fail(400, 'Malformed Content-Length');
  else if (head.declaredLength >= 0 && head.declaredLength !== length) head.fail(400, 'Contradictory Content-Length');
  else head.declaredLength = length;
}

function readList(
  head: Head,
  before: readonly NameAddress[],
  start: number,
  end: number,
  limits: MessageLimits,
  reason: string,
): readonly NameAddress[] {
  const list = readAddressList(head.text, start, end, limits.vias);
  if (list !== undefined && before.length + list.length <= limits.vias) {
    return before.length === 0 ? list : [...before, ...list];
  }
  head.fail(400, reason);
  return before;
}
