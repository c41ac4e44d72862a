import { classes, kinds, skipBlanks } from '../message/characters.ts';

/** One challenge or one set of credentials: `Digest realm="x", nonce="y"`. */
export interface AuthValue {
  /** In lower case. */
  readonly scheme: string;
  /** By name in lower case. A quoted value stands without its quotes, its escapes as written. */
  readonly parameters: ReadonlyMap<string, string>;
}

const longestText = 4096;
const mostValues = 8;
const mostParameters = 32;

const comma = 44;
const equals = 61;
const quote = 34;
const backslash = 92;

/**
 * The values of one WWW-Authenticate, Proxy-Authenticate, Authorization or Proxy-Authorization line: mostly one, though a comma
 * may stand before a second scheme. Empty when it is malformed, a parameter comes twice, or a bound is passed.
 */
export function parseAuthValues(text: string): readonly AuthValue[] {
  if (text.length > longestText) return [];
  const values: AuthValue[] = [];
  let parameters: Map<string, string> | undefined;
  let at = separatorsEnd(text, 0);
  while (at < text.length) {
    const stop = tokenEnd(text, at);
    if (stop === at) return [];
    const name = text.slice(at, stop).toLowerCase();
    const sign = skipBlanks(text, stop, text.length);
    if (parameters !== undefined && text.charCodeAt(sign) === equals) {
      const value = valueAt(text, skipBlanks(text, sign + 1, text.length));
      if (value === undefined || parameters.has(name) || parameters.size === mostParameters) return [];
      parameters.set(name, value.text);
      at = skipBlanks(text, value.stop, text.length);
      if (at < text.length && text.charCodeAt(at) !== comma) return [];
    } else {
      if (values.length === mostValues || (sign === stop && stop < text.length)) return [];
      parameters = new Map();
      values.push({ scheme: name, parameters });
      at = sign;
    }
    at = separatorsEnd(text, at);
  }
  return values;
}

interface Value {
  readonly text: string;
  readonly stop: number;
}

function valueAt(text: string, start: number): Value | undefined {
  if (text.charCodeAt(start) !== quote) {
    const stop = bareEnd(text, start);
    return stop === start ? undefined : { text: text.slice(start, stop), stop };
  }
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === backslash) at++;
    else if (code === quote) return { text: text.slice(start + 1, at), stop: at + 1 };
  }
  return undefined;
}

function tokenEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && ((classes[text.charCodeAt(at)] ?? 0) & kinds.token) !== 0) at++;
  return at;
}

/** A value without quotes, as deployed peers write it: up to the next comma or blank. */
function bareEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === comma || code === quote || code <= 32) break;
    at++;
  }
  return at;
}

/** Empty list elements are allowed (RFC 9110 5.6.1). */
function separatorsEnd(text: string, start: number): number {
  let at = skipBlanks(text, start, text.length);
  while (text.charCodeAt(at) === comma) at = skipBlanks(text, at + 1, text.length);
  return at;
}
