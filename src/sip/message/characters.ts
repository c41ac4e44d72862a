/** What a byte may be part of, a bit each (RFC 3261 25.1). `%` is in none of those that allow it as an escape only. */
export const kinds = {
  token: 1,
  /** Letters, digits, `-`, `.` and the underscore that real host names have. */
  host: 2,
  /** User part and password of a URI. */
  user: 4,
  hex: 8,
  /** `paramchar` of a URI. */
  parameter: 16,
  /** What stands between the brackets of an IPv6 address. */
  ipv6: 32,
  /** A scheme after its first letter. */
  scheme: 64,
  /** Value of a header parameter, as deployed peers write it. */
  value: 128,
  /** Call-ID, likewise: the grammar's `word` is narrower. */
  callId: 256,
  digit: 512,
} as const;

/** The kinds of each byte. */
export const classes = classify();

function classify(): Uint16Array {
  const { token, host, user, hex, parameter, ipv6, scheme, value, callId, digit } = kinds;
  const table = new Uint16Array(256);
  const add = (characters: string, bits: number): void => {
    for (const character of characters) table[character.charCodeAt(0)]! |= bits;
  };
  add('0123456789', token | host | user | hex | parameter | ipv6 | scheme | digit);
  add('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', token | host | user | parameter | scheme);
  add('abcdefABCDEF', hex | ipv6);
  add("-.!%*_+`'~", token);
  add('-._', host);
  // '#' is not allowed unescaped by the grammar, but telephones send it for the key of that name.
  add("-_.!~*'()&=+$,;?/#", user);
  add("-_.!~*'()[]/:&+$", parameter);
  add(':.', ipv6);
  add('+-.', scheme);
  for (let code = 33; code < 256; code++) {
    const character = String.fromCharCode(code);
    if (!';,"<>'.includes(character)) add(character, value);
    if (code < 127 && !';,'.includes(character)) add(character, callId);
  }
  return table;
}

export const isHexCode = (code: number): boolean => (classes[code]! & kinds.hex) !== 0;
/** Characters that may stand unescaped in the user part of a URI. */
export const isUserCode = (code: number): boolean => (classes[code]! & kinds.user) !== 0;
/** Space or tab. */
export const isBlankCode = (code: number): boolean => code === 32 || code === 9;

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
    if (code < 48 || code > 57) return -1;
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
