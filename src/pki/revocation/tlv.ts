/** One element of DER by its place in the bytes: nothing is copied until it is asked for. */
export interface Tlv {
  readonly tag: number;
  /** First byte of tag and of content, and the byte behind it. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads elements one behind the other within bounds. Only what DER writes: one-byte tags and definite lengths. The schema
 * libraries make an object of every element, which a list of a hundred thousand revoked certificates does not bear.
 */
export class TlvReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, from = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** The next element, of one of these tags when some are given; undefined (and nothing consumed) when it is none. */
  next(...tags: readonly number[]): Tlv | undefined {
    const found = read(this.#bytes, this.#at, this.#end);
    if (found === undefined || (tags.length > 0 && !tags.includes(found.tag))) return undefined;
    this.#at = found.end;
    return found;
  }

  within(tlv: Tlv): TlvReader {
    return new TlvReader(this.#bytes, tlv.start, tlv.end);
  }
}

function read(bytes: Uint8Array, at: number, limit: number): Tlv | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || at + 2 > limit) return undefined;
  if (first < 0x80) return bounded(tag, at, at + 2, first, limit);
  const count = first & 0x7f;
  if (count === 0 || count > 4 || at + 2 + count > limit) return undefined;
  let length = 0;
  for (let i = 0; i < count; i++) length = length * 256 + bytes[at + 2 + i]!;
  return bounded(tag, at, at + 2 + count, length, limit);
}

function bounded(tag: number, at: number, start: number, length: number, limit: number): Tlv | undefined {
  const end = start + length;
  return end > limit ? undefined : { tag, at, start, end };
}

/** UTCTime or GeneralizedTime in the one form RFC 5280 allows, as milliseconds since the epoch. */
export function timeOf(bytes: Uint8Array, { tag, start, end }: Tlv): number | undefined {
  const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
  const match = (
    tag === 0x17 ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  ).exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const full = tag === 0x17 ? year + (year < 50 ? 2000 : 1900) : year;
  const time = Date.UTC(full, month - 1, day, hour, minute, second);
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 61
    ? time
    : undefined;
}
