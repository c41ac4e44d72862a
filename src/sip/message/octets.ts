import { classes, kinds } from './characters.ts';
import { octets } from './scan.ts';

// Steps over the loaded text (`scan.ts`). Offsets are those of the text; nothing at or after `end` is looked at.

/** The byte at an offset, or -1 at the end. */
export const octetAt = (at: number, end: number): number => (at < end ? octets[at]! : -1);

/** The first offset at or after `start` that is neither space nor tab, or `end`. */
export function blanksEnd(start: number, end: number): number {
  const bytes = octets;
  let at = start;
  while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++;
  return at;
}

/** `end` without the spaces and tabs before it. */
export function trimmedEnd(start: number, end: number): number {
  const bytes = octets;
  let at = end;
  while (at > start && (bytes[at - 1] === 32 || bytes[at - 1] === 9)) at--;
  return at;
}

/** The first offset at or after `start` whose byte is none of the given kinds, or `end`. */
export function kindEnd(start: number, end: number, kind: number): number {
  const bytes = octets;
  const table = classes;
  let at = start;
  while (at < end && (table[bytes[at]!]! & kind) !== 0) at++;
  return at;
}

/** At least one byte, all of them token characters. */
export const isTokenAt = (start: number, end: number): boolean =>
  end > start && kindEnd(start, end, kinds.token) === end;

/** Whether the loaded text has `lower` (lower case letters) at `start`, in any case. */
export function wordAt(start: number, end: number, lower: string): boolean {
  const bytes = octets;
  if (start + lower.length > end) return false;
  for (let i = 0; i < lower.length; i++) {
    const code = bytes[start + i]!;
    if ((code >= 65 && code <= 90 ? code | 32 : code) !== lower.charCodeAt(i)) return false;
  }
  return true;
}

/** Digits only, at most ten of them: their value, else -1. */
export function decimalAt(start: number, end: number): number {
  if (end <= start || end - start > 10) return -1;
  const bytes = octets;
  let value = 0;
  for (let at = start; at < end; at++) {
    const code = bytes[at]!;
    if (code < 48 || code > 57) return -1;
    value = value * 10 + (code - 48);
  }
  return value;
}

/** The offset after the quoted string that opens at `start` (RFC 3261 25.1 `quoted-string`), or -1 when it never closes. */
export function quoteEnd(start: number, end: number): number {
  const bytes = octets;
  for (let at = start + 1; at < end; at++) {
    const code = bytes[at]!;
    if (code === 92) at++;
    else if (code === 34) return at + 1;
  }
  return -1;
}

/** End of the host name, IPv4 address or bracketed IPv6 address at `start`; -1 when there is none. */
export function hostEnd(start: number, end: number): number {
  if (octetAt(start, end) === 91) {
    const at = kindEnd(start + 1, end, kinds.ipv6);
    return octetAt(at, end) === 93 && at > start + 2 ? at + 1 : -1;
  }
  const at = kindEnd(start, end, kinds.host);
  return at > start ? at : -1;
}

/** The port that these digits are; 0 when they are none. */
export function portAt(start: number, end: number): number {
  const port = decimalAt(start, end);
  return port > 0 && port <= 65_535 ? port : 0;
}

/**
 * The first offset at or after `start` whose byte is none of the kinds, or a `%` without its two hex digits; `end` when all
 * are well. For the kinds of a URI's parts, none of which holds `%` itself.
 */
export function escapedEnd(start: number, end: number, kind: number): number {
  let at = kindEnd(start, end, kind);
  while (octetAt(at, end) === 37) {
    if (at + 2 >= end || kindEnd(at + 1, at + 3, kinds.hex) !== at + 3) return at;
    at = kindEnd(at + 3, end, kind);
  }
  return at;
}

/** Whether `[start, end)` of the loaded text is `word`, letter for letter. */
export function isWordAt(start: number, end: number, word: string): boolean {
  const bytes = octets;
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return false;
  return true;
}
