import type { ArrivalUri, UriPlace } from '../sip/session.ts';
import { compileSed, type SedPattern, type Signs } from './sed-pattern.ts';
import type { UriClass } from './settings.ts';

/** Which URI of an INVITE a class is held against. IOS looks at them in this order. */
export const uriPlaces: readonly UriPlace[] = ['via', 'request', 'to', 'from'];

/** IOS's expressions over URIs: whatever may stand in one is a literal. */
const uriSigns: Signs = {
  literal: /^[!-~]$/,
  special: /^[\\^$.[\]*+?()|]$/,
  escaped: /^[!-~]$/,
  open: '(',
  close: ')',
  choice: '|',
  longestPattern: 128,
  longestText: 512,
};

/** An expression of a `voice class uri`; undefined when it cannot be read. */
export function compileUriPattern(text: string): SedPattern | undefined {
  return compileSed(text, uriSigns);
}

type Part = 'user' | 'host' | 'text' | 'phoneContext';

interface Demand {
  readonly part: Part;
  /** One of them has to fit. */
  readonly patterns: readonly (SedPattern | string)[];
}

/** Compiled once for a class, which never changes. */
const compiled = new WeakMap<UriClass, readonly Demand[]>();

/**
 * How much of a URI a class describes, in characters; undefined when it does not fit. Every kind of line it has must fit, and of
 * several lines of a kind one. A class without lines fits nothing.
 */
export function matchUri(uriClass: UriClass, uri: ArrivalUri): number | undefined {
  if ((uri.scheme === 'tel') !== (uriClass.scheme === 'tel') || uri.scheme === 'other') return undefined;
  const demands = compiled.get(uriClass) ?? demandsOf(uriClass);
  compiled.set(uriClass, demands);
  if (demands.length === 0) return undefined;
  let described = 0;
  for (const { part, patterns } of demands) {
    const value = part === 'host' ? uri.host.toLowerCase() : (uri[part] ?? '');
    const longest = Math.max(...patterns.map((pattern) => describedBy(pattern, value)));
    if (longest < 0) return undefined;
    described += longest;
  }
  return described;
}

function demandsOf({ hosts, userId, pattern, phoneNumber, phoneContext }: UriClass): readonly Demand[] {
  const demand = (part: Part, text: string | undefined): readonly Demand[] => {
    const expression = text === undefined ? undefined : compileUriPattern(text);
    return expression === undefined ? [] : [{ part, patterns: [expression] }];
  };
  const places = hosts.map(hostPattern).filter((host) => host !== undefined);
  return [
    ...(places.length === 0 ? [] : [{ part: 'host' as const, patterns: places }]),
    ...demand('user', userId),
    ...demand('text', pattern),
    ...demand('user', phoneNumber),
    ...demand('phoneContext', phoneContext),
  ];
}

/** `ipv4:`, `ipv6:` and `dns:` name a host; anything else is an expression. */
function hostPattern(host: string): SedPattern | string | undefined {
  const [, named] = /^(?:ipv4|ipv6|dns):(.*)$/i.exec(host) ?? [];
  return named === undefined ? compileUriPattern(host.toLowerCase()) : named.replace(/^\[(.*)\]$/, '$1').toLowerCase();
}

/** Characters; -1 where it does not fit. */
function describedBy(pattern: SedPattern | string, value: string): number {
  if (typeof pattern === 'string') return value === pattern ? value.length : -1;
  const match = value === '' ? undefined : pattern.find(value);
  return match === undefined ? -1 : match.end - match.start;
}
