import type { SipMessage } from '../message/index.ts';
import { type AuthValue, parseAuthValues } from './auth-value.ts';
import { type DigestAlgorithm, digestAlgorithms } from './digest.ts';

/** A digest challenge that we can answer. */
export interface DigestChallenge {
  /** The header of the answer. */
  readonly answerHeader: 'Authorization' | 'Proxy-Authorization';
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly algorithm: DigestAlgorithm;
  readonly isSession: boolean;
  /** As it was written, to be repeated; absent when it was. */
  readonly algorithmText: string | undefined;
  /** What we take of what was offered; absent when none was, as before RFC 2617. */
  readonly qop: 'auth' | 'auth-int' | undefined;
  readonly isStale: boolean;
  readonly wantsUserhash: boolean;
  readonly isUtf8: boolean;
}

const mostLines = 16;
/** Values that come back in our request: each must fit in a header line with the others. */
const longestValue = 1024;

/** The digest challenges of a 401 or 407 that we can answer, in their order. What cannot be read or computed is passed over. */
export function challengesOf(response: SipMessage & { readonly status: number }): readonly DigestChallenge[] {
  const isProxy = response.status === 407;
  const lines = response.headers(isProxy ? 'Proxy-Authenticate' : 'WWW-Authenticate').slice(0, mostLines);
  const answerHeader = isProxy ? 'Proxy-Authorization' : 'Authorization';
  return lines.flatMap(parseAuthValues).flatMap((value) => challengeOf(value, answerHeader) ?? []);
}

function challengeOf(
  { scheme, parameters }: AuthValue,
  answerHeader: DigestChallenge['answerHeader'],
): DigestChallenge | undefined {
  const realm = parameters.get('realm');
  const nonce = parameters.get('nonce');
  if (scheme !== 'digest' || realm === undefined || nonce === undefined) return undefined;
  const opaque = parameters.get('opaque');
  if ([realm, nonce, opaque ?? ''].some(({ length }) => length > longestValue)) return undefined;
  const algorithmText = parameters.get('algorithm');
  const algorithm = algorithmOf(algorithmText ?? 'MD5');
  const qop = qopOf(parameters.get('qop'));
  if (algorithm === undefined || qop === 'unknown') return undefined;
  // The newer algorithms never come without (RFC 7616 3.3).
  if (qop === undefined && algorithm.name !== 'MD5') return undefined;
  return {
    answerHeader,
    realm,
    nonce,
    opaque,
    algorithm: algorithm.name,
    isSession: algorithm.isSession,
    algorithmText,
    qop,
    isStale: isTrue(parameters.get('stale')),
    wantsUserhash: isTrue(parameters.get('userhash')),
    isUtf8: parameters.get('charset')?.toLowerCase() === 'utf-8',
  };
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}

export function algorithmOf(text: string): { readonly name: DigestAlgorithm; readonly isSession: boolean } | undefined {
  const upper = text.toUpperCase();
  const isSession = upper.endsWith('-SESS');
  const bare = isSession ? upper.slice(0, -5) : upper;
  const name = digestAlgorithms.find((known) => known === bare);
  return name === undefined ? undefined : { name, isSession };
}

/** `auth` before `auth-int`: a proxy on the way may change a body. */
function qopOf(offered: string | undefined): DigestChallenge['qop'] | 'unknown' {
  if (offered === undefined) return undefined;
  const options = offered
    .toLowerCase()
    .split(',', 16)
    .map((option) => option.trim());
  if (options.includes('auth')) return 'auth';
  return options.includes('auth-int') ? 'auth-int' : 'unknown';
}
