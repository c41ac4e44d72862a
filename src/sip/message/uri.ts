import { decimal, hostEnd, isEscaped, isHexCode, isUserCode, matchesAt, uriPart } from './characters.ts';

/** `other`: a well-formed absolute URI of a scheme that is not SIP's; the answer to it as a request URI is 416. */
export type UriScheme = 'sip' | 'sips' | 'tel' | 'other';

/** A sip, sips or tel URI (RFC 3261 19.1, RFC 3966). Parts are as written: escapes stay escaped. */
export class SipUri {
  readonly scheme: UriScheme;
  /** User part with its own parameters, password excluded; the number of a tel URI; empty when there is none. */
  readonly user: string;
  readonly password: string | undefined;
  /** Empty for tel. An IPv6 address keeps its brackets. */
  readonly host: string;
  readonly port: number | undefined;
  /** URI parameters from the first `;`, as written. */
  readonly parameters: string;
  /** Headers after `?`, as written. */
  readonly headers: string;
  readonly text: string;

  constructor(
    scheme: UriScheme,
    user: string,
    password: string | undefined,
    host: string,
    port: number | undefined,
    parameters: string,
    headers: string,
    text: string,
  ) {
    this.scheme = scheme;
    this.user = user;
    this.password = password;
    this.host = host;
    this.port = port;
    this.parameters = parameters;
    this.headers = headers;
    this.text = text;
  }

  /** A URI parameter: its value, '' when it has none, undefined when absent. */
  parameter(name: string): string | undefined {
    return uriParameter(this.parameters, name.toLowerCase());
  }

  /** The `transport` parameter in lower case. */
  get transport(): string | undefined {
    return this.parameters === '' ? undefined : this.parameter('transport')?.toLowerCase();
  }

  /** Loose routing (RFC 3261 19.1.1 `lr`). */
  get isLoose(): boolean {
    return this.parameters !== '' && this.parameter('lr') !== undefined;
  }

  /** Host without the brackets of an IPv6 address. */
  get address(): string {
    return this.host.startsWith('[') ? this.host.slice(1, -1) : this.host;
  }
}

/** Reads a URI. Undefined when it is malformed. */
export function parseUri(text: string): SipUri | undefined {
  if (text.startsWith('sip:') || matchesAt(text, 0, 'sip:')) return parseSip('sip', text, 4);
  if (matchesAt(text, 0, 'sips:')) return parseSip('sips', text, 5);
  if (matchesAt(text, 0, 'tel:')) return parseTel(text);
  return isAbsolute(text) ? new SipUri('other', '', undefined, '', undefined, '', '', text) : undefined;
}

function parseSip(scheme: 'sip' | 'sips', text: string, start: number): SipUri | undefined {
  const at = text.indexOf('@', start);
  let user = '';
  let password: string | undefined;
  let hostStart = start;
  if (at >= 0) {
    const colon = text.indexOf(':', start);
    const userEnd = colon >= 0 && colon < at ? colon : at;
    if (userEnd === start || !isEscaped(text, start, userEnd, uriPart.user)) return undefined;
    if (userEnd < at) {
      if (!isEscaped(text, userEnd + 1, at, uriPart.user)) return undefined;
      password = text.slice(userEnd + 1, at);
    }
    user = text.slice(start, userEnd);
    hostStart = at + 1;
  }
  const end = text.length;
  const hostStop = hostEnd(text, hostStart, end);
  if (hostStop < 0) return undefined;
  let rest = hostStop;
  let port: number | undefined;
  if (text.charCodeAt(rest) === 58) {
    const portStart = rest + 1;
    for (rest = portStart; rest < end && isDigit(text, rest); rest++);
    port = decimal(text, portStart, rest);
    if (port < 1 || port > 65_535) return undefined;
  }
  const question = text.indexOf('?', rest);
  const parametersEnd = question < 0 ? end : question;
  if (!areParameters(text, rest, parametersEnd)) return undefined;
  const headers = question < 0 ? '' : text.slice(question + 1);
  if (question >= 0 && !areHeaders(headers)) return undefined;
  const parameters = text.slice(rest, parametersEnd);
  return new SipUri(scheme, user, password, text.slice(hostStart, hostStop), port, parameters, headers, text);
}

function parseTel(text: string): SipUri | undefined {
  const semicolon = text.indexOf(';');
  const end = semicolon < 0 ? text.length : semicolon;
  const number = text.slice(4, end);
  if (number === '' || !isTelephoneNumber(number) || !areParameters(text, end, text.length)) return undefined;
  return new SipUri('tel', number, undefined, '', undefined, text.slice(end), '', text);
}

const isDigit = (text: string, at: number): boolean => text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57;

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

/** `;name` and `;name=value`, none of them empty. */
function areParameters(text: string, start: number, end: number): boolean {
  if (start === end) return true;
  if (text.charCodeAt(start) !== 59) return false;
  let at = start;
  while (at < end) {
    const next = text.indexOf(';', at + 1);
    const stop = next < 0 || next > end ? end : next;
    const sign = text.indexOf('=', at + 1);
    const nameEnd = sign < 0 || sign > stop ? stop : sign;
    if (nameEnd === at + 1 || !isEscaped(text, at + 1, nameEnd, uriPart.parameter)) return false;
    if (nameEnd < stop && !isEscaped(text, nameEnd + 1, stop, uriPart.parameter)) return false;
    at = stop;
  }
  return true;
}

function areHeaders(headers: string): boolean {
  return headers !== '' && isEscaped(headers, 0, headers.length, uriPart.header);
}

/** A scheme, a colon, and visible characters that cannot end a header value early. */
function isAbsolute(text: string): boolean {
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (i < colon ? !isSchemeCode(code) : code < 33 || code === 127 || code === 34 || code === 60 || code === 62) {
      return false;
    }
  }
  return true;
}

const isSchemeCode = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 48 && code <= 57) ||
  code === 43 ||
  code === 45 ||
  code === 46;

function uriParameter(parameters: string, lower: string): string | undefined {
  let at = 0;
  while (at < parameters.length) {
    const next = parameters.indexOf(';', at + 1);
    const stop = next < 0 ? parameters.length : next;
    const after = at + 1 + lower.length;
    if (after <= stop && matchesAt(parameters, at + 1, lower)) {
      if (after === stop) return '';
      if (parameters.charCodeAt(after) === 61) return parameters.slice(after + 1, stop);
    }
    at = stop;
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
    const plain = code < 128 && code !== 37 && code !== 35 && isUserCode(code);
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
