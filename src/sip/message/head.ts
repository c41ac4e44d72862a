import { isBlankCode, isToken, skipBlanks, trimBlanks } from './characters.ts';
import { headerId, readHeaderId } from './header-name.ts';
import type { MessageLimits } from './limits.ts';
import { byteAt, loadText, nextControl } from './scan.ts';

/** Numbers kept for each header line: its id, where its name starts, where its value starts and ends. */
export const fieldWidth = 4;

/** Where the lines of a message's head stand; the outcome of one walk over its characters. */
export class Head {
  readonly text: string;
  /** Start line, without line end. */
  start = 0;
  startEnd = 0;
  /** `fieldWidth` numbers a header. Lines that are malformed are left out and told in `reason`. */
  readonly fields: number[] = [];
  /** After the empty line. */
  bodyStart: number;
  /** 0 while nothing is wrong; the first fault stays. */
  status = 0;
  reason = '';
  /** The line just walked holds a control character: it must not be used, not even for the answer. */
  isTainted = false;

  constructor(text: string) {
    this.text = text;
    this.bodyStart = text.length;
  }

  fail(status: number, reason: string): void {
    if (this.status !== 0) return;
    this.status = status;
    this.reason = reason;
  }
}

/** Walks the head of `text` once. */
export function readHead(text: string, limits: MessageLimits): Head {
  const head = new Head(text);
  const length = loadText(text);
  let at = 0;
  // Blank lines before the start line are to be ignored (RFC 3261 7.5).
  while (at + 1 < length && byteAt(at) === 13 && byteAt(at + 1) === 10) at += 2;
  head.start = at;
  head.startEnd = lineEnd(at, length, head);
  let lines = 0;
  for (at = head.startEnd + 2; at < length; lines++) {
    const first = byteAt(at);
    if (first === 13 && at + 1 < length && byteAt(at + 1) === 10) {
      head.bodyStart = at + 2;
      return head;
    }
    // A folded line: join all of them and begin again, for once (RFC 3261 7.3.1).
    if (isBlankCode(text.charCodeAt(at))) return readHead(unfold(text, at), limits);
    const end = lineEnd(at, length, head);
    if (end - at > limits.line) head.fail(513, 'Header Too Long');
    else if (lines >= limits.headers) {
      head.fail(513, 'Too Many Headers');
      return head;
    } else if (!head.isTainted) readField(text, at, end, head, limits);
    at = end + 2;
  }
  if (length < text.length) head.fail(513, 'Head Too Long');
  head.fail(400, 'Head Without End');
  return head;
}

/** Offset of the CR LF that ends the line at `start`, or the end of the text. Notes control characters on the way. */
function lineEnd(start: number, length: number, head: Head): number {
  head.isTainted = false;
  for (let at = nextControl(start, length); at < length; at = nextControl(at + 1, length)) {
    const code = byteAt(at);
    if (code === 13 && at + 1 < length && byteAt(at + 1) === 10) return at;
    if (code === 9) continue;
    head.fail(400, 'Control Character In Header');
    head.isTainted = true;
  }
  return length;
}

function readField(text: string, start: number, end: number, head: Head, limits: MessageLimits): void {
  const colon = text.indexOf(':', start);
  const nameEnd = trimBlanks(text, start, colon < 0 || colon > end ? start : colon);
  const id = readHeaderId(text, start, nameEnd);
  if (id === headerId.other && !isToken(text, start, nameEnd)) {
    head.fail(400, 'Malformed Header');
    return;
  }
  if (nameEnd - start > limits.token) {
    head.fail(513, 'Header Name Too Long');
    return;
  }
  const value = skipBlanks(text, colon + 1, end);
  head.fields.push(id, start, value, trimBlanks(text, value, end));
}

/** Replaces each line end that a blank follows, and the blanks after it, by one space; the body stays as it is. */
function unfold(text: string, firstFold: number): string {
  const parts: string[] = [];
  let from = 0;
  let at = firstFold - 2;
  while (at >= 0) {
    if (text.charCodeAt(at + 2) === 13 && text.charCodeAt(at + 3) === 10) break;
    if (isBlankCode(text.charCodeAt(at + 2))) {
      parts.push(text.slice(from, trimBlanks(text, from, at)));
      from = skipBlanks(text, at + 2, text.length);
      // Text that is blank to its end would otherwise become an empty line that was not there.
      at = from - 2;
    }
    at = text.indexOf('\r\n', at + 2);
  }
  parts.push(text.slice(from));
  return parts.join(' ');
}
