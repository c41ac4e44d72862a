import { type DebugTopic, type HttpClient, type Random, silentTopic } from '../../io/index.ts';
import { type Certificate, isIssuedBy, isSelfIssued, readCertificate } from '../certificate.ts';
import { done, type Outcome, reasonOf, refused } from '../outcome.ts';
import { type Capabilities, parseCapabilities } from './capabilities.ts';
import { readCertificatesOnly, verifyData } from './signed.ts';
import { type Silence, silenceOf } from './silence.ts';
import { type EnrollmentOrder, type ScepAnswer, ScepTransaction } from './transaction.ts';

const timeoutMs = 10_000;
const longestAnswer = 64 * 1024;

/** The certificates of a CA, or why there are none; `silence`: it gave no answer at all. */
export type FetchedCa = Outcome<readonly Certificate[]> & { readonly silence?: Silence };

/** The SCEP client (RFC 8894 4): one HTTP exchange per call, every answer bounded. */
export class ScepClient {
  readonly #http: HttpClient;
  readonly #random: Random;
  readonly #topic: DebugTopic;

  /** `topic`: who watches transactions. */
  constructor(http: HttpClient, random: Random, topic: DebugTopic = silentTopic) {
    this.#http = http;
    this.#random = random;
    this.#topic = topic;
  }

  /** The CA certificate, then the certificates it vouches for (RA, intermediate CAs). */
  async fetchCa(url: string, identifier: string): Promise<FetchedCa> {
    try {
      const answer = await this.#get(`${operationUrl(url, 'GetCACert')}&message=${encodeURIComponent(identifier)}`);
      if (answer.status !== 200) return refused(`HTTP status ${answer.status}`);
      return readCaAnswer(answer.body);
    } catch (error) {
      return { ...refused(reasonOf(error)), ...silenceIn(error) };
    }
  }

  /** A CA that knows no answer is one of the oldest kind. Of one that is silent what RFC 8894 demands of every CA is expected. */
  async fetchCapabilities(url: string, identifier: string): Promise<Capabilities> {
    try {
      const answer = await this.#get(`${operationUrl(url, 'GetCACaps')}&message=${encodeURIComponent(identifier)}`);
      return parseCapabilities(answer.status === 200 ? answer.body.toString('latin1') : '');
    } catch (error) {
      return parseCapabilities(silenceOf(error) === undefined ? '' : 'SCEPStandard');
    }
  }

  /** GetNextCACert: who the CA will be, in its own word of today (RFC 8894 4.7.1). */
  async fetchNextCa(url: string, identifier: string, current: readonly Certificate[]): Promise<FetchedCa> {
    try {
      const answer = await this.#get(`${operationUrl(url, 'GetNextCACert')}&message=${encodeURIComponent(identifier)}`);
      if (answer.status !== 200) return refused(`HTTP status ${answer.status}`);
      return readNextCa(answer.body, current);
    } catch (error) {
      return refused(reasonOf(error));
    }
  }

  begin(order: EnrollmentOrder): ScepTransaction {
    return new ScepTransaction(order, this.#random);
  }

  /** Sends the request, or the poll that follows it. */
  async exchange(
    url: string,
    transaction: ScepTransaction,
    post: boolean,
    kind: 'request' | 'poll',
  ): Promise<ScepAnswer> {
    const message = kind === 'request' ? transaction.request() : transaction.poll();
    try {
      const answer = await this.#operate(url, message, post);
      if (answer.status !== 200) return { state: 'failed', reason: `HTTP status ${answer.status}` };
      const result = transaction.receive(answer.body);
      if (this.#topic.on) this.#topic.write(() => outcomeText(transaction.id, kind, result));
      return result;
    } catch (error) {
      return { state: 'failed', reason: reasonOf(error), ...silenceIn(error) };
    }
  }

  #operate(url: string, message: Buffer, post: boolean): ReturnType<HttpClient['fetch']> {
    const operation = operationUrl(url, 'PKIOperation');
    if (!post) return this.#get(`${operation}&message=${encodeURIComponent(message.toString('base64'))}`);
    const contentType = 'application/x-pki-message';
    return this.#http.fetch({
      method: 'POST',
      url: operation,
      contentType,
      body: message,
      timeoutMs,
      maxBytes: longestAnswer,
    });
  }

  #get(url: string): ReturnType<HttpClient['fetch']> {
    return this.#http.fetch({ method: 'GET', url, timeoutMs, maxBytes: longestAnswer });
  }
}

function outcomeText(id: string, kind: 'request' | 'poll', result: ScepAnswer): string {
  const reason = 'reason' in result ? ` (${result.reason})` : '';
  return `CRYPTO_PKI_SCEP: transaction ${id}: ${kind} is ${result.state}${reason}`;
}

export function silenceIn(error: unknown): { readonly silence?: Silence } {
  const silence = silenceOf(error);
  return silence === undefined ? {} : { silence };
}

/** A URL without a path means the script every IOS CA has. */
export function operationUrl(url: string, operation: string): string {
  const match = /^(http:\/\/[^/?#]+)(\/[^?#]*)?/i.exec(url);
  const path = match?.[2];
  const base =
    match === null ? url : `${match[1]}${path === undefined || path === '/' ? '/cgi-bin/pkiclient.exe' : path}`;
  return `${base}?operation=${operation}`;
}

/** One certificate, or a SignedData with the CA's and others. Total. */
function readCaAnswer(body: Buffer): Outcome<readonly Certificate[]> {
  const single = readCertificate(body);
  if (single.ok) return single.value.isCa ? done([single.value]) : refused('the certificate received is not of a CA');
  const several = readCertificatesOnly(body);
  return several.ok ? orderAuthorities(several.value) : refused('the answer holds no certificate');
}

/** Total. Believed only when one of the authorities we have has signed it. */
function readNextCa(body: Buffer, current: readonly Certificate[]): Outcome<readonly Certificate[]> {
  const verified = verifyData(body, current);
  if (!verified.ok) return verified;
  const { signer, content } = verified.value;
  if (!current.some(({ der }) => der.equals(signer.der))) return refused('the answer is not signed by the current CA');
  const certificates = readCertificatesOnly(content);
  return certificates.ok ? orderAuthorities(certificates.value) : certificates;
}

/**
 * Puts the CA to be authenticated first: the self-signed one, else the only CA. All others must be proven by it, for the
 * operator compares one fingerprint only.
 */
export function orderAuthorities(
  certificates: readonly Certificate[],
  what = 'the answer',
): Outcome<readonly Certificate[]> {
  const cas = certificates.filter((one) => one.isCa);
  const roots = cas.filter(isSelfIssued);
  const root = roots.length > 0 ? roots[0] : cas[0];
  if (root === undefined || roots.length > 1) return refused(`${what} does not name one CA`);
  const proven = [root];
  for (let grown = true; grown; ) {
    const next = certificates.find(
      (one) => !proven.includes(one) && proven.some((by) => by.isCa && isIssuedBy(one, by)),
    );
    grown = next !== undefined;
    if (next !== undefined) proven.push(next);
  }
  const rest = certificates.filter((one) => !proven.includes(one));
  return rest.length > 0 ? refused(`${what} holds a certificate the CA did not issue`) : done(proven);
}
