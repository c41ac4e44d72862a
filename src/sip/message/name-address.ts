import { isBlankCode, isTokenCode, matchesAt, quotedEnd, skipBlanks, trimBlanks } from './characters.ts';
import { parseUri, type SipUri } from './uri.ts';

/** `"Name" <sip:user@host>;tag=x` or `sip:user@host;tag=x`: From, To, Contact, Route, Record-Route (RFC 3261 20.10). */
export class NameAddress {
  /** The value as written, parameters included. */
  readonly text: string;
  /** The URI as written, without angle brackets. */
  readonly uri: string;
  /** Everything before the parameters, for a new header with parameters of its own. */
  readonly address: string;
  readonly tag: string | undefined;
  /** Display name as written, quotes included; empty when there is none. */
  readonly rawDisplay: string;
  /** Header parameters as written, from the first `;`; empty when there are none. */
  readonly parameters: string;
  #parsed: SipUri | undefined = undefined;
  #isParsed = false;

  constructor(
    text: string,
    address: string,
    uri: string,
    rawDisplay: string,
    parameters: string,
    tag: string | undefined,
  ) {
    this.text = text;
    this.address = address;
    this.uri = uri;
    this.rawDisplay = rawDisplay;
    this.parameters = parameters;
    this.tag = tag;
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
    return headerParameter(this.parameters, 0, this.parameters.length, name.toLowerCase());
  }
}

/** The address that opens `text[start, end)`; what follows its comma is not looked at. Undefined when malformed. */
export function parseNameAddress(text: string, start = 0, end = text.length): NameAddress | undefined {
  const from = skipBlanks(text, start, end);
  const bracket = openingBracket(text, from, end);
  if (bracket === malformed) return undefined;
  let uriStart = from;
  let uriEnd: number;
  let addressEnd: number;
  if (bracket === absent) {
    uriEnd = bareUriEnd(text, from, end);
    addressEnd = uriEnd;
  } else {
    uriStart = bracket + 1;
    uriEnd = text.indexOf('>', uriStart);
    if (uriEnd < 0 || uriEnd >= end) return undefined;
    addressEnd = uriEnd + 1;
  }
  if (uriEnd <= uriStart) return undefined;
  const scan = readParameters(text, addressEnd, end);
  if (scan < 0) return undefined;
  const parameters = text.slice(addressEnd, scan);
  const rawDisplay = bracket > from ? text.slice(from, trimBlanks(text, from, bracket)) : '';
  const tag = parameters === '' ? undefined : headerParameter(text, addressEnd, scan, 'tag');
  if (tag === '') return undefined;
  return new NameAddress(
    text.slice(from, scan),
    text.slice(from, addressEnd),
    text.slice(uriStart, uriEnd),
    rawDisplay,
    parameters,
    tag,
  );
}

const absent = -1;
const malformed = -2;

/** Offset of the `<` after an optional display name; `absent` for a bare URI. */
function openingBracket(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start);
  if (first === 60) return start;
  if (first === 34) {
    const close = quotedEnd(text, start, end);
    if (close < 0) return malformed;
    const next = skipBlanks(text, close, end);
    return next < end && text.charCodeAt(next) === 60 ? next : malformed;
  }
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 60) return at;
    // A display name without quotes is tokens and blanks; anything else means that this is a bare URI.
    if (!isTokenCode(code) && !isBlankCode(code) && code < 128) return absent;
  }
  return absent;
}

/** A URI without brackets ends where the header's own parameters, the next value or blanks begin (RFC 3261 20.10). */
function bareUriEnd(text: string, start: number, end: number): number {
  let at = start;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 59 || code === 44 || code === 63 || isBlankCode(code) || code === 60 || code === 62) break;
  }
  return at;
}

/** Walks `;name=value` up to a comma or the end and returns where they stop; -1 when malformed. */
function readParameters(text: string, start: number, end: number): number {
  let at = skipBlanks(text, start, end);
  let stop = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === 44) return stop;
    if (code !== 59) return -1;
    at = skipBlanks(text, at + 1, end);
    stop = parameterEnd(text, at, end);
    if (stop <= at) return -1;
    at = skipBlanks(text, stop, end);
  }
  return stop;
}

/** End of `name`, `name=value` or `name="value"`, blanks about the sign allowed; `start` or -1 when malformed. */
function parameterEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isTokenCode(text.charCodeAt(at))) at++;
  if (at === start) return -1;
  const sign = skipBlanks(text, at, end);
  if (sign >= end || text.charCodeAt(sign) !== 61) return at;
  at = skipBlanks(text, sign + 1, end);
  if (at < end && text.charCodeAt(at) === 34) return quotedEnd(text, at, end);
  const value = at;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 59 || code === 44 || isBlankCode(code) || code === 34 || code === 60 || code === 62) break;
  }
  return at > value ? at : -1;
}

/** Value of the parameter `lower` in well-formed parameters: '' when it has none, undefined when absent. */
export function headerParameter(text: string, start: number, end: number, lower: string): string | undefined {
  let at = start;
  while (at < end) {
    at = skipBlanks(text, at, end);
    if (text.charCodeAt(at) !== 59) return undefined;
    const name = skipBlanks(text, at + 1, end);
    at = parameterEnd(text, name, end);
    if (at <= name) return undefined;
    if (!matchesAt(text, name, lower)) continue;
    const sign = skipBlanks(text, name + lower.length, at);
    if (sign === at) return '';
    if (text.charCodeAt(sign) === 61) return text.slice(skipBlanks(text, sign + 1, at), at);
  }
  return undefined;
}

/**
 * Every address of a comma list, in order. Undefined when one is malformed or there are more than `most`.
 */
export function parseAddressList(text: string, start: number, end: number, most: number): NameAddress[] | undefined {
  const list: NameAddress[] = [];
  let at = start;
  while (list.length < most) {
    const from = skipBlanks(text, at, end);
    const address = parseNameAddress(text, from, end);
    if (address === undefined) return undefined;
    list.push(address);
    at = skipBlanks(text, from + address.text.length, end);
    if (at >= end) return list;
    at++;
  }
  return undefined;
}
