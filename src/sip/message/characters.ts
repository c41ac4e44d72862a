const token = 1;
const host = 2;
const user = 4;
const hex = 8;
const parameter = 16;

/** Character classes of RFC 3261 25.1, a bit each, by latin1 code. */
const classes = classify();

function classify(): Uint8Array {
  const table = new Uint8Array(256);
  const add = (characters: string, bits: number): void => {
    for (const character of characters) table[character.charCodeAt(0)]! |= bits;
  };
  add('0123456789', token | host | user | hex | parameter);
  add('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', token | host | user | parameter);
  add('abcdefABCDEF', hex);
  add("-.!%*_+`'~", token);
  add('-._', host);
  // '#' is not allowed unescaped by the grammar, but telephones send it for the key of that name.
  add("-_.!~*'()&=+$,;?/%#", user);
  add("-_.!~*'()[]/:&+$%", parameter);
  return table;
}

const has = (code: number, bits: number): boolean => (classes[code]! & bits) !== 0;

/** `token` of RFC 3261 25.1. */
export const isTokenCode = (code: number): boolean => has(code, token);
/** Letters, digits, `-`, `.` and the underscore that real host names have. */
export const isHostCode = (code: number): boolean => has(code, host);
export const isHexCode = (code: number): boolean => has(code, hex);
export const isUserCode = (code: number): boolean => has(code, user);
export const isDigitCode = (code: number): boolean => code >= 48 && code <= 57;
/** Space or tab. */
export const isBlankCode = (code: number): boolean => code === 32 || code === 9;

/** Whether `text[start, end)` is a token: at least one character, all of them token characters. */
export function isToken(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isTokenCode(text.charCodeAt(i))) return false;
  return end > start;
}

/** The first offset at or after `start` that is neither space nor tab, or `end`. */
export function skipBlanks(text: string, start: number, end: number): number {
  let i = start;
  while (i < end && isBlankCode(text.charCodeAt(i))) i++;
  return i;
}

/** The end of `text[start, end)` without the spaces and tabs that close it. */
export function trimBlanks(text: string, start: number, end: number): number {
  let i = end;
  while (i > start && isBlankCode(text.charCodeAt(i - 1))) i--;
  return i;
}

/** Digits only, at most ten of them: their value, else -1. */
export function decimal(text: string, start: number, end: number): number {
  if (end <= start || end - start > 10) return -1;
  let value = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (!isDigitCode(code)) return -1;
    value = value * 10 + (code - 48);
  }
  return value;
}

/** Whether `text` has `lower` (lower case letters) at `start`, in any case. */
export function matchesAt(text: string, start: number, lower: string): boolean {
  if (start + lower.length > text.length) return false;
  for (let i = 0; i < lower.length; i++) {
    const code = text.charCodeAt(start + i);
    const folded = code >= 65 && code <= 90 ? code | 32 : code;
    if (folded !== lower.charCodeAt(i)) return false;
  }
  return true;
}

/** The offset after the quoted string that opens at `start` (RFC 3261 25.1 `quoted-string`), or -1 when it never closes. */
export function quotedEnd(text: string, start: number, end: number): number {
  for (let i = start + 1; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) i++;
    else if (code === 34) return i + 1;
  }
  return -1;
}

/** End of the host name, IPv4 address or bracketed IPv6 address at `start`; -1 when there is none. */
export function hostEnd(text: string, start: number, end: number): number {
  let at = start;
  if (text.charCodeAt(start) === 91) {
    for (at++; at < end && isIpv6Code(text.charCodeAt(at)); at++);
    return at < end && text.charCodeAt(at) === 93 && at > start + 2 ? at + 1 : -1;
  }
  while (at < end && isHostCode(text.charCodeAt(at))) at++;
  return at > start ? at : -1;
}

const isIpv6Code = (code: number): boolean => isHexCode(code) || code === 58 || code === 46;

/** What a part of a URI may hold: `user` (and password), `parameter` (`paramchar`), or either, `%` included in all. */
export const uriPart = { user, parameter, header: user | parameter } as const;

/** Every character of that part, and every `%` followed by two hex digits. */
export function isEscaped(text: string, start: number, end: number, part: number): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (!has(code, part)) return false;
    if (code !== 37) continue;
    if (i + 2 >= end || !isHexCode(text.charCodeAt(i + 1)) || !isHexCode(text.charCodeAt(i + 2))) return false;
    i += 2;
  }
  return true;
}
