import { octets, wordOf } from './scan.ts';

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
  sessionExpires: 16,
  minSe: 17,
  rseq: 18,
  rack: 19,
  reason: 20,
  contentEncoding: 21,
  contentDisposition: 22,
} as const;

interface KnownName {
  /** In lower case. */
  readonly codes: Uint8Array;
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
  ['Session-Expires', 'x', headerId.sessionExpires],
  ['Min-SE', '', headerId.minSe],
  ['RSeq', '', headerId.rseq],
  ['RAck', '', headerId.rack],
  ['Reason', '', headerId.reason],
  ['Content-Encoding', 'e', headerId.contentEncoding],
  ['Content-Disposition', '', headerId.contentDisposition],
];

/** Compact forms of headers that are looked up by name only. */
const compactNames: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  d: 'request-disposition',
  j: 'reject-contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  u: 'allow-events',
  y: 'identity',
};

/** Number of a header by its lower case full or compact name. */
const ids: ReadonlyMap<string, number> = new Map(
  known.flatMap(([usual, compact, id]) => [[usual.toLowerCase(), id] as const, [compact, id] as const]),
);

/** Length, first and last letter, case left out, tell the known names apart; start-up fails if one day they do not. */
const slot = (length: number, first: number, last: number): number =>
  (length << 6) | ((first & 31) ^ ((last & 31) << 1));
const longest = 19;
const slots = fillSlots();

function fillSlots(): (KnownName | undefined)[] {
  const filled = new Array<KnownName | undefined>((longest + 1) << 6).fill(undefined);
  for (const [name, id] of ids) {
    if (name === '') continue;
    const at = slot(name.length, name.charCodeAt(0), name.charCodeAt(name.length - 1));
    if (filled[at] !== undefined) throw new RangeError(`header name ${name} shares a slot`);
    filled[at] = { codes: Buffer.from(name, 'latin1'), id };
  }
  return filled;
}

/** Number of the header whose name, a token, is `[start, end)` of the loaded text: in any case, full or compact. */
export function headerIdAt(start: number, end: number): number {
  const length = end - start;
  if (length > longest || length === 0) return headerId.other;
  const bytes = octets;
  const candidate = slots[slot(length, bytes[start]!, bytes[end - 1]!)];
  if (candidate === undefined) return headerId.other;
  const { codes } = candidate;
  // Among token characters only a letter's other case becomes that letter, and only `-` stays `-`.
  for (let i = 0; i < length; i++) if ((bytes[start + i]! | 32) !== codes[i]) return headerId.other;
  return candidate.id;
}

/** A full name with its colon, in groups of four characters. */
interface SpeltName {
  readonly id: number;
  /** Characters of the name. */
  readonly length: number;
  readonly groups: readonly Group[];
  /** Another name of the same slot. */
  readonly next: SpeltName | undefined;
}

interface Group {
  readonly offset: number;
  /** In lower case. */
  readonly word: number;
}

/** Spreads the first four characters over the table; names that meet there are chained. */
const speltSlot = (word: number): number => Math.imul(word, 0x9e3779b1) >>> 26;
const spelt = spell();

function spell(): readonly (SpeltName | undefined)[] {
  const table = new Array<SpeltName | undefined>(64).fill(undefined);
  for (const [usual, , id] of known) {
    // The usual blank after the colon makes four characters of the shortest.
    const text = `${usual.toLowerCase()}:`.padEnd(4);
    const groups: Group[] = [];
    for (let at = 0; at < text.length; at += 4) {
      const offset = Math.min(at, text.length - 4);
      groups.push({ offset, word: Buffer.from(text, 'latin1').readInt32LE(offset) });
    }
    const slot = speltSlot(groups[0]!.word);
    table[slot] = { id, length: usual.length, groups, next: table[slot] };
  }
  return table;
}

/**
 * The known full name that stands at `start` of the loaded text, in any case, its colon right behind it. Undefined for
 * everything else, known compact names among it. The line must hold no control character.
 */
export function speltNameAt(start: number, end: number): SpeltName | undefined {
  let name = spelt[speltSlot(wordOf(start) | lowerCase)];
  while (name !== undefined && !isSpelt(name, start, end)) name = name.next;
  return name;
}

/** Turns upper case to lower; nothing else that a line without control characters holds becomes a letter, `-`, `:` or blank. */
const lowerCase = 0x20202020;

function isSpelt({ groups, length }: SpeltName, start: number, end: number): boolean {
  if (start + length >= end) return false;
  for (let i = 0; i < groups.length; i++) {
    const { offset, word } = groups[i]!;
    if ((wordOf(start + offset) | lowerCase) !== word) return false;
  }
  return true;
}

/** Lower case full name of a header, compact forms spelt out, as far as they are looked up by name. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  return lower.length === 1 ? (compactNames[lower] ?? lower) : lower;
}

/** Number of a header by its canonical name. */
export const headerIdOf = (canonical: string): number => ids.get(canonical) ?? headerId.other;
