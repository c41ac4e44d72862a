import type { SipResponse } from '../message/index.ts';
import { challengesOf, type DigestChallenge } from './challenge.ts';
import type { Credential } from './credential.ts';
import { digestAlgorithms, digestResponse, hashHex } from './digest.ts';

/** What an answer covers of the request it goes with. */
export interface DigestedRequest {
  readonly method: string;
  readonly uri: string;
  readonly body?: string;
}

export type ChallengeAnswer =
  /** Send the request again, with `headers()`. */
  { readonly kind: 'answered' } | { readonly kind: 'refused'; readonly reason: string };

/** A realm of a server or proxy that we know how to answer. */
interface Space {
  readonly challenge: DigestChallenge;
  readonly credential: Credential;
  /** How often this nonce was used. */
  count: number;
}

const mostSpaces = 8;
const answered: ChallengeAnswer = { kind: 'answered' };

/**
 * The client side of digest for one dialog or one registration: what was asked, and what is answered. A request and its
 * repetitions begin with `begin`; each realm is then answered once, and once more when its nonce was stale.
 */
export class DigestClient {
  readonly #token: () => string;
  readonly #spaces = new Map<string, Space>();
  /** Realms answered since `begin`, and whether because of a stale nonce. */
  readonly #answers = new Map<string, 'first' | 'stale'>();

  /** `token`: unguessable text, new each time. */
  constructor(token: () => string) {
    this.#token = token;
  }

  /** A new request, which may carry `headers` at once where a nonce is known. */
  begin(): void {
    this.#answers.clear();
  }

  /** Takes a 401 or 407. Where it cannot be answered, says why. */
  challenged(response: SipResponse, find: (realm: string) => Credential | undefined): ChallengeAnswer {
    const challenges = challengesOf(response);
    if (challenges.length === 0) return refusal('no challenge that can be answered');
    const chosen = new Map<string, Space>();
    for (const challenge of challenges) {
      const credential = find(challenge.realm);
      const key = `${challenge.answerHeader} ${challenge.realm}`;
      const known = chosen.get(key);
      if (credential === undefined) continue;
      if (known === undefined || strength(challenge) > strength(known.challenge)) {
        chosen.set(key, { challenge, credential, count: 0 });
      }
    }
    if (chosen.size === 0) return refusal(`no credentials for realm ${challenges[0]?.realm}`);
    return this.#take(chosen);
  }

  #take(chosen: ReadonlyMap<string, Space>): ChallengeAnswer {
    for (const [key, { challenge }] of chosen) {
      const before = this.#answers.get(key);
      const isNew = this.#spaces.get(key)?.challenge.nonce !== challenge.nonce;
      if (before === undefined || (before === 'first' && challenge.isStale && isNew)) continue;
      this.#spaces.delete(key);
      return refusal(`the credentials for realm ${challenge.realm} were not accepted`);
    }
    for (const [key, space] of chosen) {
      if (!this.#spaces.has(key) && this.#spaces.size >= mostSpaces) return refusal('too many realms');
      this.#answers.set(key, this.#answers.has(key) ? 'stale' : 'first');
      this.#spaces.set(key, space);
    }
    return answered;
  }

  /** Header lines for a request, one for each realm that is known; to be asked for once per request sent. */
  headers(request: DigestedRequest): readonly string[] {
    return Array.from(this.#spaces.values(), (space) => this.#header(space, request));
  }

  #header(space: Space, { method, uri, body = '' }: DigestedRequest): string {
    const { challenge, credential } = space;
    const { realm, nonce, opaque, algorithm, isSession, algorithmText, qop } = challenge;
    const count = (++space.count).toString(16).padStart(8, '0');
    const cnonce = this.#token();
    const octets = (text: string): string => (challenge.isUtf8 ? Buffer.from(text, 'utf8').toString('latin1') : text);
    const username = octets(credential.username);
    const password = octets(credential.password);
    const response = digestResponse({
      algorithm,
      isSession,
      username,
      password,
      realm,
      nonce,
      method,
      uri,
      qop,
      cnonce,
      count,
      body,
    });
    const name = challenge.wantsUserhash ? hashHex(algorithm, `${username}:${realm}`) : escaped(username);
    const parameters = [
      `username="${name}"`,
      `realm="${realm}"`,
      `nonce="${nonce}"`,
      `uri="${uri}"`,
      `response="${response}"`,
      ...(algorithmText === undefined ? [] : [`algorithm=${algorithmText}`]),
      ...(qop === undefined && !isSession ? [] : [`cnonce="${cnonce}"`]),
      ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
      ...(qop === undefined ? [] : [`qop=${qop}`, `nc=${count}`]),
      ...(challenge.wantsUserhash ? ['userhash=true'] : []),
    ];
    return `${challenge.answerHeader}: Digest ${parameters.join(', ')}`;
  }
}

function refusal(reason: string): ChallengeAnswer {
  return { kind: 'refused', reason };
}

function strength({ algorithm }: DigestChallenge): number {
  return digestAlgorithms.indexOf(algorithm);
}

function escaped(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}
