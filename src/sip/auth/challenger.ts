import { timingSafeEqual } from 'node:crypto';
import type { AuthenticationEntry } from '../settings.ts';
import { type AuthValue, parseAuthValues } from './auth-value.ts';
import { algorithmOf } from './challenge.ts';
import { unsealed } from './credential.ts';
import { type DigestAlgorithm, digestResponse, hashHex } from './digest.ts';
import type { DigestedRequest } from './digest-client.ts';
import { printNonce, readNonce } from './nonce.ts';
import { NonceCounts } from './nonce-counts.ts';

/** What an answer to our challenge is worth. */
export type Proof =
  | { readonly kind: 'proved'; readonly username: string }
  /** Nothing was answered to a challenge of ours: challenge. */
  | { readonly kind: 'missing' }
  /** Right, but the nonce is too old: challenge again and say so. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly reason: string };

/** The request as it was received. */
export interface ChallengedRequest extends DigestedRequest {
  /** User part of its URI: proxies may change the host, never whom it is for. */
  readonly user: string;
  /** Values of its Authorization lines. */
  readonly authorizations: readonly string[];
  /** Address it came from. */
  readonly source: string;
}

const lifetimeMs = 300_000;
const mostNonces = 10_000;
const mostAuthorizations = 8;

const missing: Proof = { kind: 'missing' };
const stale: Proof = { kind: 'stale' };

/** The server side of digest: challenges, and judges what is answered. Algorithms: SHA-256 and, for older peers, MD5. */
export class Challenger {
  readonly #secret: Buffer;
  readonly #counts: NonceCounts;
  #serial = 0;

  /** `secret`: 32 random bytes. */
  constructor(secret: Buffer, most = mostNonces) {
    this.#secret = secret;
    this.#counts = new NonceCounts(most);
  }

  /** Nonces whose use is remembered. */
  get size(): number {
    return this.#counts.size;
  }

  /** Header lines of a 401, the stronger algorithm first (RFC 8760 2.4). One nonce serves both. */
  challenge(realm: string, source: string, now: number, isStale: boolean): readonly string[] {
    const issued = { serial: ++this.#serial, issuedAt: Math.floor(now) };
    const nonce = printNonce(this.#secret, issued, { realm, source });
    const state = isStale ? ', stale=true' : '';
    return ['SHA-256', 'MD5'].map(
      (algorithm) =>
        `WWW-Authenticate: Digest realm="${realm}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"${state}`,
    );
  }

  /** Whether the request proves one of the entries. `now`: monotonic milliseconds. */
  judge(request: ChallengedRequest, entries: readonly AuthenticationEntry[], now: number): Proof {
    let verdict = missing;
    for (const line of request.authorizations.slice(0, mostAuthorizations)) {
      for (const value of parseAuthValues(line)) {
        const proof = value.scheme === 'digest' ? this.#judge(value, request, entries, now) : missing;
        if (proof.kind === 'proved') return proof;
        if (verdict.kind === 'missing') verdict = proof;
      }
    }
    return verdict;
  }

  #judge(
    { parameters }: AuthValue,
    request: ChallengedRequest,
    entries: readonly AuthenticationEntry[],
    now: number,
  ): Proof {
    const given = (name: string): string => parameters.get(name) ?? '';
    const realm = given('realm');
    const algorithm = algorithmOf(parameters.get('algorithm') ?? 'MD5');
    const nonce = readNonce(this.#secret, given('nonce'), { realm, source: request.source });
    // Not an answer to anything we asked: of another realm, of an earlier run, or given to somebody else.
    if (nonce === undefined) return missing;
    if (algorithm === undefined || algorithm.isSession || algorithm.name === 'SHA-512-256') {
      return refused('an algorithm that was not offered');
    }
    const credential = entries
      .filter((one) => one.realm === realm)
      .map(unsealed)
      .find((one) => one !== undefined && this.#isUser(one.username, parameters, algorithm.name, realm));
    if (credential === undefined) return refused('unknown user');
    const qop = parameters.get('qop');
    if (qop !== undefined && qop.toLowerCase() !== 'auth') return refused('a protection that was not offered');
    if (qop === undefined && algorithm.name !== 'MD5') return refused('no protection');
    const count = qop === undefined ? 1 : countOf(given('nc'));
    if (count === undefined) return refused('a malformed nonce count');
    const expected = digestResponse({
      ...credential,
      algorithm: algorithm.name,
      isSession: false,
      realm,
      nonce: given('nonce'),
      method: request.method,
      uri: given('uri'),
      qop: qop === undefined ? undefined : 'auth',
      cnonce: given('cnonce'),
      count: given('nc'),
      body: '',
    });
    if (!same(expected, given('response').toLowerCase())) return refused('wrong password');
    if (!isFor(request, given('uri'))) return refused('an answer for another request');
    const expiresAt = nonce.issuedAt + lifetimeMs;
    if (now >= expiresAt || this.#counts.isStale(nonce.serial)) return stale;
    if (!this.#counts.use(nonce.serial, count, now, expiresAt)) return refused('an answer that was used already');
    return { kind: 'proved', username: credential.username };
  }

  #isUser(username: string, parameters: AuthValue['parameters'], algorithm: DigestAlgorithm, realm: string): boolean {
    const given = parameters.get('username') ?? '';
    if (parameters.get('userhash')?.toLowerCase() === 'true') {
      return same(hashHex(algorithm, `${username}:${realm}`), given.toLowerCase());
    }
    return given.replace(/\\(.)/g, '$1') === username;
  }
}

function refused(reason: string): Proof {
  return { kind: 'refused', reason };
}

function countOf(text: string): number | undefined {
  const count = /^[0-9A-Fa-f]{8}$/.test(text) ? Number.parseInt(text, 16) : 0;
  return count === 0 ? undefined : count;
}

function same(expected: string, given: string): boolean {
  return expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given, 'latin1'));
}

/** RFC 3261 22.4: the URI in the answer is the request's, apart from what proxies changed. */
function isFor({ uri, user }: ChallengedRequest, answered: string): boolean {
  if (answered === uri) return true;
  const at = answered.indexOf('@');
  return user !== '' && at > 0 && answered.slice(answered.indexOf(':') + 1, at) === user;
}
