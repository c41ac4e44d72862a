import { matchesAt } from './characters.ts';

/** Headers the stack reads itself, by small number; what is not listed is `other`. */
export const headerId = {
  other: 0,
  via: 1,
  from: 2,
  to: 3,
  callId: 4,
  cseq: 5,
  contact: 6,
  maxForwards: 7,
  contentLength: 8,
  recordRoute: 9,
  route: 10,
  expires: 11,
  require: 12,
  contentType: 13,
  supported: 14,
  allow: 15,
} as const;

interface KnownName {
  readonly lower: string;
  readonly usual: string;
  readonly id: number;
}

/** Full name as usually written, compact form (RFC 3261 7.3.3 and the registry), number. */
const known: readonly (readonly [string, string, number])[] = [
  ['Via', 'v', headerId.via],
  ['From', 'f', headerId.from],
  ['To', 't', headerId.to],
  ['Call-ID', 'i', headerId.callId],
  ['CSeq', '', headerId.cseq],
  ['Contact', 'm', headerId.contact],
  ['Max-Forwards', '', headerId.maxForwards],
  ['Content-Length', 'l', headerId.contentLength],
  ['Record-Route', '', headerId.recordRoute],
  ['Route', '', headerId.route],
  ['Expires', '', headerId.expires],
  ['Require', '', headerId.require],
  ['Content-Type', 'c', headerId.contentType],
  ['Supported', 'k', headerId.supported],
  ['Allow', '', headerId.allow],
];

/** Compact forms of headers that are looked up by name only. */
const compactNames: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  d: 'request-disposition',
  e: 'content-encoding',
  j: 'reject-contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  u: 'allow-events',
  x: 'session-expires',
  y: 'identity',
};

/** Length, first and last letter, case left out, tell the known names apart; start-up fails if one day they do not. */
const slot = (length: number, first: number, last: number): number =>
  (length << 6) | ((first & 31) ^ ((last & 31) << 1));
const longest = 14;
const slots = fillSlots();

function fillSlots(): (KnownName | undefined)[] {
  const filled = new Array<KnownName | undefined>((longest + 1) << 6).fill(undefined);
  for (const [usual, compact, id] of known) {
    for (const name of compact === '' ? [usual] : [usual, compact]) {
      const at = slot(name.length, name.charCodeAt(0), name.charCodeAt(name.length - 1));
      if (filled[at] !== undefined) throw new RangeError(`header names ${filled[at].usual} and ${name} share a slot`);
      filled[at] = { lower: name.toLowerCase(), usual: name, id };
    }
  }
  return filled;
}

/** Number of the header named `text[start, end)`, in any case, full or compact. */
export function readHeaderId(text: string, start: number, end: number): number {
  const length = end - start;
  if (length > longest || length === 0) return headerId.other;
  const candidate = slots[slot(length, text.charCodeAt(start), text.charCodeAt(end - 1))];
  if (candidate === undefined) return headerId.other;
  if (text.startsWith(candidate.usual, start) || matchesAt(text, start, candidate.lower)) return candidate.id;
  return headerId.other;
}

/** Lower case full name of a header, compact forms spelt out. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  return lower.length === 1 ? (compactNames[lower] ?? lower) : lower;
}
