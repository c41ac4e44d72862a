import { isHexCode, isUserCode, kinds } from './characters.ts';
import { escapedEnd, hostEnd, kindEnd, octetAt, portAt, wordAt } from './octets.ts';
import { loadValue, octets } from './scan.ts';

/** `other`: a well-formed absolute URI of a scheme that is not SIP's; the answer to it as a request URI is 416. */
export type UriScheme = 'sip' | 'sips' | 'tel' | 'other';

/**
 * A sip, sips or tel URI (RFC 3261 19.1, RFC 3966). Parts are as written: escapes stay escaped. They are cut from the text the
 * URI stands in when they are asked for.
 */
export class SipUri {
  readonly scheme: UriScheme;
  readonly #source: string;
  readonly #start: number;
  readonly #stop: number;
  // Parts that a URI does not have are empty ranges.
  #userStart: number;
  #userStop: number;
  /** -1 without a password. */
  #passwordStop = -1;
  #hostStart: number;
  #hostStop: number;
  #port = 0;
  #parametersStart: number;
  #parametersStop: number;

  private constructor(scheme: UriScheme, source: string, start: number, stop: number) {
    this.scheme = scheme;
    this.#source = source;
    this.#start = start;
    this.#stop = stop;
    this.#userStart = stop;
    this.#userStop = stop;
    this.#hostStart = stop;
    this.#hostStop = stop;
    this.#parametersStart = stop;
    this.#parametersStop = stop;
  }

  /** The URI that is `[start, end)` of the loaded text. Undefined when it is malformed. */
  static read(text: string, start: number, end: number): SipUri | undefined {
    if (wordAt(start, end, 'sip:')) return new SipUri('sip', text, start, end).#readSip(start + 4);
    if (wordAt(start, end, 'sips:')) return new SipUri('sips', text, start, end).#readSip(start + 5);
    if (wordAt(start, end, 'tel:')) return new SipUri('tel', text, start, end).#readTel(start + 4);
    return isAbsolute(start, end) ? new SipUri('other', text, start, end) : undefined;
  }

  get text(): string {
    return this.#source.slice(this.#start, this.#stop);
  }

  /** User part with its own parameters, password excluded; the number of a tel URI; empty when there is none. */
  get user(): string {
    return this.#source.slice(this.#userStart, this.#userStop);
  }

  get password(): string | undefined {
    return this.#passwordStop < 0 ? undefined : this.#source.slice(this.#userStop + 1, this.#passwordStop);
  }

  /** Empty for tel. An IPv6 address keeps its brackets. */
  get host(): string {
    return this.#source.slice(this.#hostStart, this.#hostStop);
  }

  get port(): number | undefined {
    return this.#port === 0 ? undefined : this.#port;
  }

  /** URI parameters from the first `;`, as written. */
  get parameters(): string {
    return this.#source.slice(this.#parametersStart, this.#parametersStop);
  }

  /** A `?` with headers behind it: not to be in a request URI (RFC 3261 19.1.1). */
  get hasHeaders(): boolean {
    return this.#parametersStop < this.#stop;
  }

  /** Headers after `?`, as written. */
  get headers(): string {
    return this.#source.slice(Math.min(this.#parametersStop + 1, this.#stop), this.#stop);
  }

  /** A URI parameter: its value, '' when it has none, undefined when absent. */
  parameter(name: string): string | undefined {
    if (this.#parametersStart === this.#parametersStop) return undefined;
    const { parameters } = this;
    return loadValue(parameters) ? findParameter(parameters, name.toLowerCase()) : undefined;
  }

  /** The `transport` parameter in lower case. */
  get transport(): string | undefined {
    return this.parameter('transport')?.toLowerCase();
  }

  /** Loose routing (RFC 3261 19.1.1 `lr`). */
  get isLoose(): boolean {
    return this.parameter('lr') !== undefined;
  }

  /** Host without the brackets of an IPv6 address. */
  get address(): string {
    const { host } = this;
    return host.startsWith('[') ? host.slice(1, -1) : host;
  }

  #readSip(start: number): SipUri | undefined {
    const end = this.#stop;
    let at = start;
    while (at < end && octets[at] !== 64) at++;
    this.#hostStart = start;
    if (at < end) {
      this.#userStart = start;
      this.#userStop = escapedEnd(start, at, kinds.user);
      if (this.#userStop === start) return undefined;
      if (this.#userStop < at) {
        this.#passwordStop = at;
        if (octets[this.#userStop] !== 58 || escapedEnd(this.#userStop + 1, at, kinds.user) !== at) return undefined;
      }
      this.#hostStart = at + 1;
    }
    this.#hostStop = hostEnd(this.#hostStart, end);
    if (this.#hostStop < 0) return undefined;
    at = this.#hostStop;
    if (octetAt(at, end) === 58) {
      const portStart = at + 1;
      at = portStart;
      while (at < end && octets[at]! >= 48 && octets[at]! <= 57) at++;
      this.#port = portAt(portStart, at);
      if (this.#port === 0) return undefined;
    }
    at = this.#readParameters(at);
    if (at === end) return this;
    if (octetAt(at, end) !== 63 || at + 1 === end) return undefined;
    return escapedEnd(at + 1, end, kinds.user | kinds.parameter) === end ? this : undefined;
  }

  #readTel(start: number): SipUri | undefined {
    const end = this.#stop;
    let at = start;
    while (at < end && octets[at] !== 59) at++;
    this.#userStart = start;
    this.#userStop = at;
    return isTelephoneNumber(this.user) && this.#readParameters(at) === end ? this : undefined;
  }

  /** Reads `;name` and `;name=value`, none of them empty, and returns where they end; -1 when malformed. */
  #readParameters(start: number): number {
    const end = this.#stop;
    let at = start;
    while (octetAt(at, end) === 59) {
      const name = at + 1;
      at = escapedEnd(name, end, kinds.parameter);
      if (at === name) return -1;
      if (octetAt(at, end) !== 61) continue;
      at = escapedEnd(at + 1, end, kinds.parameter);
    }
    this.#parametersStart = start;
    this.#parametersStop = at;
    return at;
  }
}

/** Reads a URI. Undefined when it is malformed. */
export function parseUri(text: string): SipUri | undefined {
  return loadValue(text) ? SipUri.read(text, 0, text.length) : undefined;
}

/** RFC 3966: digits, hex letters of local numbers, `*` `#`, visual separators, one leading `+`. */
function isTelephoneNumber(number: string): boolean {
  let digits = 0;
  for (let i = number.startsWith('+') ? 1 : 0; i < number.length; i++) {
    const code = number.charCodeAt(i);
    if (isHexCode(code) || code === 42 || code === 35) digits++;
    else if (!isSeparatorCode(code)) return false;
  }
  return digits > 0;
}

/** `-` `.` `(` `)` */
const isSeparatorCode = (code: number): boolean => code === 45 || code === 46 || code === 40 || code === 41;

/** A scheme, a colon, and visible characters that cannot end a header value early. */
function isAbsolute(start: number, end: number): boolean {
  const colon = kindEnd(start, end, kinds.scheme);
  if (colon === start || octetAt(colon, end) !== 58 || colon + 1 === end) return false;
  for (let at = colon + 1; at < end; at++) {
    const code = octets[at]!;
    if (code < 33 || code === 127 || code === 34 || code === 60 || code === 62) return false;
  }
  return true;
}

/** Value of the parameter `lower` in well-formed parameters, which are loaded. */
function findParameter(text: string, lower: string): string | undefined {
  const end = text.length;
  for (let at = 0; at < end; ) {
    const name = at + 1;
    at = escapedEnd(name, end, kinds.parameter);
    const isWanted = at - name === lower.length && wordAt(name, at, lower);
    if (octetAt(at, end) !== 61) {
      if (isWanted) return '';
      continue;
    }
    const value = at + 1;
    at = escapedEnd(value, end, kinds.parameter);
    if (isWanted) return text.slice(value, at);
  }
  return undefined;
}

/** Resolves `%hh` to latin1 characters. A `%` without two hex digits stays as it is. */
export function unescapeText(text: string): string {
  if (!text.includes('%')) return text;
  let out = '';
  let from = 0;
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
    if (!isHexCode(text.charCodeAt(at + 1)) || !isHexCode(text.charCodeAt(at + 2))) continue;
    out += text.slice(from, at) + String.fromCharCode(Number.parseInt(text.slice(at + 1, at + 3), 16));
    from = at + 3;
    at += 2;
  }
  return out + text.slice(from);
}

/** Escapes what may not stand in the user part of a SIP URI (RFC 3261 25.1). Text beyond latin1 becomes UTF-8 first. */
export function escapeUser(user: string): string {
  let out = '';
  for (let i = 0; i < user.length; i++) {
    const code = user.charCodeAt(i);
    if (code > 255) return escapeUser(Buffer.from(user, 'utf8').toString('latin1'));
    const plain = code < 128 && code !== 35 && isUserCode(code);
    out += plain ? user[i]! : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/**
 * The telephone number (or name) a URI stands for: the user part without its parameters (`;phone-context=` and the like),
 * unescaped; visual separators are dropped where the URI says that it is a telephone number (tel, `user=phone`) or the
 * number begins with `+`. Empty when there is no user part.
 */
export function calledNumber(uri: SipUri): string {
  const semicolon = uri.user.indexOf(';');
  const name = unescapeText(semicolon < 0 ? uri.user : uri.user.slice(0, semicolon));
  if (uri.scheme === 'tel') return withoutSeparators(name);
  const isNumber = name.startsWith('+') || uri.parameter('user')?.toLowerCase() === 'phone';
  return isNumber && isTelephoneNumber(name) ? withoutSeparators(name) : name;
}

function withoutSeparators(number: string): string {
  let out = '';
  for (const character of number) if (!isSeparatorCode(character.charCodeAt(0))) out += character;
  return out;
}
