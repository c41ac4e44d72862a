import { kinds } from './characters.ts';
import { blanksEnd, kindEnd, octetAt, quoteEnd, trimmedEnd, wordAt } from './octets.ts';
import { loadValue, octets } from './scan.ts';
import { parseUri, type SipUri } from './uri.ts';

/**
 * `"Name" <sip:user@host>;tag=x` or `sip:user@host;tag=x`: From, To, Contact, Route, Record-Route (RFC 3261 20.10). Its
 * parts are cut from the text it stands in when they are asked for.
 */
export class NameAddress {
  readonly #source: string;
  readonly #start: number;
  readonly #displayStop: number;
  readonly #uriStart: number;
  readonly #uriStop: number;
  readonly #addressStop: number;
  #stop = 0;
  #tagStart = -1;
  #tagStop = -1;
  #parsed: SipUri | undefined = undefined;
  #isParsed = false;

  private constructor(
    source: string,
    start: number,
    displayStop: number,
    uriStart: number,
    uriStop: number,
    addressStop: number,
  ) {
    this.#source = source;
    this.#start = start;
    this.#displayStop = displayStop;
    this.#uriStart = uriStart;
    this.#uriStop = uriStop;
    this.#addressStop = addressStop;
  }

  /**
   * The address that opens `[start, end)` of the loaded text; what follows its comma is not looked at. Undefined when
   * malformed.
   */
  static read(text: string, start: number, end: number): NameAddress | undefined {
    const from = blanksEnd(start, end);
    const bracket = openingBracket(from, end);
    if (bracket === malformed) return undefined;
    let uriStart = from;
    let uriStop: number;
    let addressStop: number;
    let displayStop = from;
    if (bracket === absent) {
      uriStop = bareUriEnd(from, end);
      addressStop = uriStop;
    } else {
      uriStart = bracket + 1;
      uriStop = uriStart;
      while (uriStop < end && octets[uriStop] !== 62) uriStop++;
      if (uriStop === end) return undefined;
      addressStop = uriStop + 1;
      displayStop = trimmedEnd(from, bracket);
    }
    if (uriStop <= uriStart) return undefined;
    const address = new NameAddress(text, from, displayStop, uriStart, uriStop, addressStop);
    return address.#readParameters(addressStop, end) ? address : undefined;
  }

  /** Stands for a malformed value: its text is all that can be had of it. */
  static unread(text: string, start: number, end: number): NameAddress {
    const address = new NameAddress(text, start, start, end, end, end);
    address.#stop = end;
    return address;
  }

  /** The value as written, parameters included. */
  get text(): string {
    return this.#source.slice(this.#start, this.#stop);
  }

  /** The URI as written, without angle brackets. */
  get uri(): string {
    return this.#source.slice(this.#uriStart, this.#uriStop);
  }

  /** Everything before the parameters, for a new header with parameters of its own. */
  get address(): string {
    return this.#source.slice(this.#start, this.#addressStop);
  }

  get tag(): string | undefined {
    return this.#tagStart < 0 ? undefined : this.#source.slice(this.#tagStart, this.#tagStop);
  }

  /** Its length without cutting it; 0 when there is none. */
  get tagLength(): number {
    return this.#tagStop - this.#tagStart;
  }

  /** Display name as written, quotes included; empty when there is none. */
  get rawDisplay(): string {
    return this.#source.slice(this.#start, this.#displayStop);
  }

  /** Header parameters as written, from the first `;`; empty when there are none. */
  get parameters(): string {
    return this.#source.slice(this.#addressStop, this.#stop);
  }

  /** Offset behind the value in the text it was read from. */
  get stop(): number {
    return this.#stop;
  }

  /** The URI read; undefined when its text is malformed. */
  get parsedUri(): SipUri | undefined {
    if (!this.#isParsed) {
      this.#parsed = parseUri(this.uri);
      this.#isParsed = true;
    }
    return this.#parsed;
  }

  /** Display name without quotes and backslashes. */
  get display(): string {
    const raw = this.rawDisplay;
    return raw.startsWith('"') ? raw.slice(1, -1).replaceAll(/\\(.)/g, '$1') : raw;
  }

  /** A header parameter: its value, '' when it has none, undefined when absent. Quotes are kept. */
  parameter(name: string): string | undefined {
    const { parameters } = this;
    return loadValue(parameters) ? findParameter(parameters, name.toLowerCase()) : undefined;
  }

  /** Walks `;name=value` up to a comma or the end and notes the first tag; false when malformed. */
  #readParameters(start: number, end: number): boolean {
    const bytes = octets;
    let at = start;
    let stop = start;
    while (at < end) {
      const code = bytes[at]!;
      if (code === 44) break;
      if (code === 32 || code === 9) {
        at++;
        continue;
      }
      if (code !== 59) return false;
      let name = at + 1;
      if (name < end && bytes[name]! <= 32) name = blanksEnd(name, end);
      const nameEnd = kindEnd(name, end, kinds.token);
      if (nameEnd === name) return false;
      const value = valueStart(nameEnd, end);
      stop = value < 0 ? nameEnd : valueEnd(value, end);
      if (stop < 0) return false;
      if (this.#tagStart < 0 && nameEnd - name === 3 && wordAt(name, nameEnd, 'tag')) {
        if (value < 0) return false;
        this.#tagStart = value;
        this.#tagStop = stop;
      }
      at = stop;
    }
    this.#stop = stop;
    return true;
  }
}

/** The address that opens `text[start, end)`; what follows its comma is not looked at. Undefined when malformed. */
export function parseNameAddress(text: string, start = 0, end = text.length): NameAddress | undefined {
  return loadValue(text) ? NameAddress.read(text, start, end) : undefined;
}

const absent = -1;
const malformed = -2;

/** Offset of the `<` after an optional display name; `absent` for a bare URI. */
function openingBracket(start: number, end: number): number {
  const first = octetAt(start, end);
  if (first === 60) return start;
  if (first === 34) {
    const close = quoteEnd(start, end);
    if (close < 0) return malformed;
    const next = blanksEnd(close, end);
    return octetAt(next, end) === 60 ? next : malformed;
  }
  for (let at = start; at < end; at++) {
    at = kindEnd(at, end, kinds.token);
    const code = octetAt(at, end);
    if (code === 60) return at;
    // A display name without quotes is tokens and blanks; anything else means that this is a bare URI.
    if (code !== 32 && code !== 9 && code < 128) return absent;
  }
  return absent;
}

/** A URI without brackets ends where the header's own parameters, the next value or blanks begin (RFC 3261 20.10). */
function bareUriEnd(start: number, end: number): number {
  let at = start;
  for (; at < end; at++) {
    const code = octets[at]!;
    if (code === 59 || code === 44 || code === 63 || code === 32 || code === 9 || code === 60 || code === 62) break;
  }
  return at;
}

/** Where the value begins of the parameter whose name ends at `nameEnd`, blanks about the sign allowed; -1 without one. */
function valueStart(nameEnd: number, end: number): number {
  const sign = blanksEnd(nameEnd, end);
  return octetAt(sign, end) === 61 ? blanksEnd(sign + 1, end) : -1;
}

/** End of a value, quoted or not; -1 when there is none. */
function valueEnd(start: number, end: number): number {
  if (octetAt(start, end) === 34) return quoteEnd(start, end);
  const at = kindEnd(start, end, kinds.value);
  return at > start ? at : -1;
}

/** Value of the parameter `lower` in well-formed parameters, which are loaded. */
function findParameter(text: string, lower: string): string | undefined {
  const end = text.length;
  for (let at = blanksEnd(0, end); at < end; ) {
    const name = blanksEnd(at + 1, end);
    const nameEnd = kindEnd(name, end, kinds.token);
    const value = valueStart(nameEnd, end);
    const stop = value < 0 ? nameEnd : valueEnd(value, end);
    if (nameEnd - name === lower.length && wordAt(name, nameEnd, lower))
      return value < 0 ? '' : text.slice(value, stop);
    at = blanksEnd(stop, end);
  }
  return undefined;
}

/** Every address of a comma list, in the loaded text. Undefined when one is malformed or there are more than `most`. */
export function readAddressList(text: string, start: number, end: number, most: number): NameAddress[] | undefined {
  const list: NameAddress[] = [];
  let at = start;
  while (list.length < most) {
    const address = NameAddress.read(text, at, end);
    if (address === undefined) return undefined;
    list.push(address);
    at = blanksEnd(address.stop, end);
    if (at >= end) return list;
    at++;
  }
  return undefined;
}

/** Every address of a comma list, in order. Undefined when one is malformed or there are more than `most`. */
export function parseAddressList(text: string, start: number, end: number, most: number): NameAddress[] | undefined {
  return loadValue(text) ? readAddressList(text, start, end, most) : undefined;
}
