import { isBlankCode, kinds, skipBlanks, trimBlanks } from './characters.ts';
import type { Head } from './head.ts';
import { headerId, headerIdAt, speltNameAt } from './header-name.ts';
import type { MessageLimits } from './limits.ts';
import { blanksEnd, kindEnd, octetAt, trimmedEnd } from './octets.ts';
import { nextControl, octets } from './scan.ts';
import { readValue } from './values.ts';

/** Whether CR LF stands at `at`. */
const endsAt = (at: number, length: number): boolean => octets[at] === 13 && octetAt(at + 1, length) === 10;

/**
 * Offset of the CR LF that ends the line at `start`, or the end of the text. When the line holds a control character (tabs
 * aside), which is told in `head`, that offset comes with its sign turned: such a line must not be used, not even for the
 * answer.
 */
export function lineEnd(head: Head, start: number, length: number): number {
  let at = nextControl(start, length);
  let isTainted = false;
  for (; at < length && !endsAt(at, length); at = nextControl(at + 1, length)) {
    if (octets[at] === 9) continue;
    head.fail(400, 'Control Character In Header');
    isTainted = true;
  }
  return isTainted ? -at : at;
}

/**
 * Walks the header lines of the loaded text from `start` on, once, and notes in `head` what they hold. Returns -1, or the
 * offset of the first line that continues the one before it: the text is then to be read again, unfolded.
 */
export function readLines(head: Head, start: number, length: number, limits: MessageLimits): number {
  let lines = 0;
  for (let at = start; at < length; lines++) {
    const first = octets[at]!;
    if (first === 13 && octetAt(at + 1, length) === 10) {
      head.bodyStart = at + 2;
      return -1;
    }
    if (first === 32 || first === 9) return at;
    const end = lineEnd(head, at, length);
    const stop = Math.abs(end);
    if (stop - at > limits.line) head.fail(513, 'Header Too Long');
    else if (lines >= limits.headers) {
      head.fail(513, 'Too Many Headers');
      return -1;
    } else if (end > 0) readLine(head, at, end, limits);
    at = stop + 2;
  }
  if (length < head.text.length) head.fail(513, 'Head Too Long');
  head.fail(400, 'Head Without End');
  return -1;
}

function readLine(head: Head, start: number, end: number, limits: MessageLimits): void {
  const name = speltNameAt(start, end);
  const nameEnd = name === undefined ? kindEnd(start, end, kinds.token) : start + name.length;
  const colon = name === undefined ? blanksEnd(nameEnd, end) : nameEnd;
  if (nameEnd === start || octetAt(colon, end) !== 58) {
    head.fail(400, 'Malformed Header');
    return;
  }
  if (nameEnd - start > limits.token) {
    head.fail(513, 'Header Name Too Long');
    return;
  }
  const id = name === undefined ? headerIdAt(start, nameEnd) : name.id;
  // Nearly always there is one blank, and none at the end.
  const isUsual = colon + 2 < end && octets[colon + 1] === 32 && octets[colon + 2]! > 32;
  const valueStart = isUsual ? colon + 2 : blanksEnd(colon + 1, end);
  const valueEnd = octets[end - 1]! > 32 ? end : trimmedEnd(valueStart, end);
  if (id !== headerId.other) readValue(head, id, valueStart, valueEnd, limits);
  head.add(id, start, valueEnd);
}

/**
 * Replaces each line end that a blank follows, and the blanks after it, by one space (RFC 3261 7.3.1); the body stays as it
 * is. `firstFold` is where the first continued line begins.
 */
export function unfold(text: string, firstFold: number): string {
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
