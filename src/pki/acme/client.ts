import type { KeyObject } from 'node:crypto';
import type { Clock, HttpClient, HttpRequest, HttpResponse } from '../../io/index.ts';
import { done, type Outcome, reasonOf } from '../outcome.ts';
import { signJws } from './jws.ts';
import { type AcmeDirectory, readDirectory, readProblem } from './messages.ts';

const timeoutMs = 15_000;
const longestAnswer = 256 * 1024;
const mostNonceRetries = 10;
/** A rate limit may count in days. */
const longestPatienceMs = 7 * 86_400_000;

/** Why an ACME exchange failed; `retryAfterMs` when the server asked for patience. */
export type AcmeRefusal = { readonly ok: false; readonly reason: string; readonly retryAfterMs?: number };
export type AcmeOutcome<T> = { readonly ok: true; readonly value: T } | AcmeRefusal;

export interface AcmeAnswer {
  readonly body: Buffer;
  /** Of what was made by the request. */
  readonly location: string | undefined;
  readonly retryAfterMs: number | undefined;
}

export interface AcmeServer {
  /** URL of the directory. */
  readonly url: string;
  readonly trust: Exclude<HttpRequest['trust'], undefined>;
}

/** Signed requests to one ACME server (RFC 8555 6): takes a nonce with each, and another when the server did not like it. */
export class AcmeClient {
  readonly #http: HttpClient;
  readonly #clock: Clock;
  readonly #server: AcmeServer;
  readonly #key: KeyObject;
  #nonce: string | undefined;
  #directory: AcmeDirectory | undefined;
  /** URL of the account; set once it is known. */
  account: string | undefined;

  constructor(http: HttpClient, clock: Clock, server: AcmeServer, key: KeyObject) {
    this.#http = http;
    this.#clock = clock;
    this.#server = server;
    this.#key = key;
  }

  async directory(): Promise<AcmeOutcome<AcmeDirectory>> {
    if (this.#directory !== undefined) return done(this.#directory);
    const answer = await this.#fetch({ method: 'GET', url: this.#server.url });
    if (!answer.ok) return answer;
    const read = readDirectory(answer.value.body);
    if (read.ok) this.#directory = read.value;
    return read;
  }

  /** A POST-as-GET when `payload` is undefined. */
  async post(url: string, payload: unknown): Promise<AcmeOutcome<AcmeAnswer>> {
    if (!sameScheme(url, this.#server.url)) return { ok: false, reason: 'the server leads from https to clear text' };
    for (let tries = 0; ; tries++) {
      const nonce = await this.#takeNonce();
      if (!nonce.ok) return nonce;
      const account = this.account === undefined ? {} : { account: this.account };
      const body = Buffer.from(signJws(payload, { nonce: nonce.value, url, ...account }, this.#key));
      const answer = await this.#fetch({ method: 'POST', url, contentType: 'application/jose+json', body });
      if (!answer.ok) return answer;
      const refusal = this.#refusal(answer.value);
      if (refusal === undefined) return done(this.#answer(answer.value));
      if (refusal.badNonce !== true || tries >= mostNonceRetries) return refusal;
    }
  }

  #answer(response: HttpResponse): AcmeAnswer {
    return {
      body: response.body,
      location: response.headers?.get('location'),
      retryAfterMs: this.#retryAfter(response),
    };
  }

  #refusal(response: HttpResponse): (AcmeRefusal & { readonly badNonce?: boolean }) | undefined {
    if (response.status >= 200 && response.status < 300) return undefined;
    const problem = readProblem(response.body);
    const retryAfterMs = this.#retryAfter(response);
    return {
      ok: false,
      reason: problem?.text ?? `HTTP status ${response.status}`,
      badNonce: problem?.type === 'badNonce',
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }

  /** Seconds or a date (RFC 9110 10.2.3). */
  #retryAfter({ headers }: HttpResponse): number | undefined {
    const text = headers?.get('retry-after');
    if (text === undefined) return undefined;
    const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - this.#clock.now();
    return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestPatienceMs);
  }

  async #takeNonce(): Promise<AcmeOutcome<string>> {
    const kept = this.#nonce;
    this.#nonce = undefined;
    if (kept !== undefined) return done(kept);
    const directory = await this.directory();
    if (!directory.ok) return directory;
    const answer = await this.#fetch({ method: 'GET', url: directory.value.newNonce });
    if (!answer.ok) return answer;
    const fresh = this.#nonce;
    this.#nonce = undefined;
    return fresh === undefined ? { ok: false, reason: 'the server gives no nonce' } : done(fresh);
  }

  async #fetch(request: Pick<HttpRequest, 'method' | 'url' | 'contentType' | 'body'>): Promise<Outcome<HttpResponse>> {
    const { trust } = this.#server;
    try {
      const response = await this.#http.fetch({ ...request, timeoutMs, maxBytes: longestAnswer, trust });
      const nonce = response.headers?.get('replay-nonce');
      if (nonce !== undefined && /^[A-Za-z0-9_-]{1,1000}$/.test(nonce)) this.#nonce = nonce;
      return done(response);
    } catch (error) {
      return { ok: false, reason: reasonOf(error) };
    }
  }
}

function sameScheme(url: string, directory: string): boolean {
  return !directory.toLowerCase().startsWith('https:') || url.toLowerCase().startsWith('https:');
}
