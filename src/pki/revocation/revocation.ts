import { createHash } from 'node:crypto';
import type { Clock, HttpClient, Log, Random, Resolver, Timer } from '../../io/index.ts';
import type { Certificate } from '../certificate.ts';
import type { PkiMessages } from '../messages.ts';
import { done, type Outcome, refused } from '../outcome.ts';
import type { CrlAsker } from '../scep/crl-query.ts';
import type { CrlReport } from '../trust-face.ts';
import { type Crl, crlFault, entriesFault, longestCrl, readCrl, skewMs } from './crl.ts';
import { EvidenceStore, type Failure, type Kept } from './evidence-store.ts';
import { Fetcher, type FetchOrder } from './fetcher.ts';
import { encodeOcspRequest, longestOcsp, type OcspAnswer, readOcspAnswer } from './ocsp.ts';
import { fetchListByScep } from './scep-list.ts';
import type { Check, CrlSource, Evidence, Known, OcspSource, OwnList, Source } from './standing.ts';

export interface RevocationParts {
  readonly http: HttpClient;
  readonly resolver: Pick<Resolver, 'addresses'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log<PkiMessages>;
  /** Who asks a trustpoint's CA for its CRL by SCEP. */
  readonly crlAsker: (trustpoint: string, issuer: Certificate) => Outcome<CrlAsker>;
  /** The list of a certificate server of ours. */
  readonly ownList: (issuer: Certificate) => OwnList | undefined;
  /** New evidence came in that may end a connection. */
  readonly changed: () => void;
}

export interface RevocationCounters {
  listsChecked: number;
  attempts: number;
  failedAttempts: number;
  busy: number;
}

const listsAtMost = 256;
const listBytesAtMost = 32 * 1024 * 1024;
const answersAtMost = 4096;
const answerBytesAtMost = 16 * 1024 * 1024;
const nonceLength = 32;
const soonMs = 1000;
const unknownMs = 60_000;

/** CRLs and OCSP answers: fetched, proved, kept while they hold, and fetched again in time while somebody relies on them. */
export class Revocation implements Evidence {
  readonly counters: RevocationCounters = { listsChecked: 0, attempts: 0, failedAttempts: 0, busy: 0 };
  readonly #parts: RevocationParts;
  readonly #fetcher: Fetcher;
  readonly #lists = new EvidenceStore<Crl, CrlSource>(listsAtMost, listBytesAtMost);
  readonly #answers = new EvidenceStore<OcspAnswer, OcspSource>(answersAtMost, answerBytesAtMost);
  /** Fetches under way, by key, so that nothing is asked for twice. */
  readonly #underWay = new Map<string, Promise<void>>();
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(parts: RevocationParts) {
    this.#parts = parts;
    this.#fetcher = new Fetcher(parts.http, parts.resolver);
  }

  // ---- evidence ----

  crl(source: CrlSource): Known<Crl> {
    const { now, key } = { now: this.#now, key: listKey(source) };
    const kept = this.#use(this.#lists, key);
    if (kept === undefined) return known(this.#lists.failure(key, now));
    this.counters.listsChecked++;
    return kept;
  }

  ocsp(certificate: Certificate, issuer: Certificate): Known<OcspAnswer> {
    return this.#use(this.#answers, answerKey(certificate, issuer));
  }

  ocspFailure(source: OcspSource): string | undefined {
    return this.#answers.failure(failureKey(source), this.#now)?.reason;
  }

  lastFailure(source: Source): Failure | undefined {
    return source.kind === 'crl'
      ? this.#lists.lastFailure(listKey(source))
      : this.#answers.lastFailure(failureKey(source));
  }

  staple(der: Buffer, { certificate, issuer, responders }: Check): void {
    if (this.#answers.peek(answerKey(certificate, issuer))?.value.der.equals(der) === true) return;
    const read = this.#readAnswer(der, certificate, issuer);
    if (read.ok) this.#keepAnswer(read.value, certificate, issuer, undefined, responders[0]);
    else this.#parts.log('STAPLE_UNUSABLE', { reason: read.reason });
  }

  /** The last proved answer about a certificate, to be stapled. */
  answerFor(certificate: Certificate, issuer: Certificate): OcspAnswer | undefined {
    return this.#use(this.#answers, answerKey(certificate, issuer))?.value;
  }

  /** Finds it; from its first use on it is kept fresh. */
  #use<T, S>(store: EvidenceStore<T, S>, key: string): Kept<T, S> | undefined {
    const isFirst = store.peek(key)?.used === false;
    const kept = store.find(key, this.#now);
    if (isFirst) this.#schedule();
    return kept;
  }

  // ---- fetching ----

  /** Never rejects; afterwards there is evidence, or a failure that holds for a while. */
  fetch(source: Source): Promise<void> {
    const key = source.kind === 'crl' ? `crl ${listKey(source)}` : `ocsp ${failureKey(source)}`;
    const begun = this.#underWay.get(key);
    if (begun !== undefined) return begun;
    const fetching = (source.kind === 'crl' ? this.#fetchList(source) : this.#fetchAnswer(source)).finally(() => {
      this.#underWay.delete(key);
      this.#schedule();
    });
    this.#underWay.set(key, fetching);
    return fetching;
  }

  async #fetchList(source: CrlSource): Promise<void> {
    const { url, issuer, cacheMs = Number.POSITIVE_INFINITY } = source;
    const key = listKey(source);
    const body = await this.#askForList(source);
    if (this.#isStopped) return;
    const now = this.#now;
    const held = this.#lists.peek(key)?.value;
    const read = body.ok ? readCrl(derOf(body.value)) : body;
    const pauses = (): Promise<void> => this.#pause();
    const fault = read.ok
      ? (crlFault(read.value, issuer, now, held) ?? (await entriesFault(read.value, pauses)))
      : read.reason;
    if (this.#isStopped) return;
    if (!read.ok || fault !== undefined) return this.#failed(this.#lists, key, 'CRL', url, fault ?? '');
    const { size, nextUpdate } = read.value;
    const usableUntil = Math.min(nextUpdate + skewMs, now + cacheMs);
    this.#lists.put(key, { value: read.value, source, size, fetchedAt: now, usableUntil });
    const isOther =
      held === undefined ? read.value.revoked.size > 0 : !(await held.revoked.equals(read.value.revoked, pauses));
    if (isOther) this.#parts.changed();
  }

  /** Signalling comes first: a long list is read in pieces. */
  #pause(): Promise<void> {
    return new Promise((resolve) => void this.#parts.clock.after(0, resolve));
  }

  async #askForList(source: CrlSource): Promise<Outcome<Buffer>> {
    const { url, allowsPrivate, localHost, issuer, scepTrustpoint, ownServer } = source;
    if (ownServer !== undefined) {
      const own = this.#parts.ownList(issuer);
      return own === undefined ? refused(`certificate server ${ownServer} has no CRL`) : done(own.der);
    }
    const from = localHost === undefined ? {} : { localHost };
    const get = (order: FetchOrder): Promise<Outcome<Buffer>> => this.#get({ ...order, ...from });
    if (scepTrustpoint === undefined) return get({ method: 'GET', url, allowsPrivate, maxBytes: longestCrl });
    const asker = this.#parts.crlAsker(scepTrustpoint, issuer);
    return asker.ok ? fetchListByScep(url, asker.value, this.#parts.random, get) : asker;
  }

  async #fetchAnswer(source: OcspSource): Promise<void> {
    const { url, certificate, issuer, withNonce, allowsPrivate, localHost } = source;
    const from = localHost === undefined ? {} : { localHost };
    const nonce = withNonce ? this.#parts.random.bytes(nonceLength) : undefined;
    const body = encodeOcspRequest(certificate, issuer, nonce);
    const contentType = 'application/ocsp-request';
    const order: FetchOrder = { method: 'POST', url, ...from, contentType, body, allowsPrivate, maxBytes: longestOcsp };
    const answer = await this.#get(order);
    if (this.#isStopped) return;
    const read = answer.ok ? this.#readAnswer(answer.value, certificate, issuer, nonce) : answer;
    if (!read.ok) return this.#failed(this.#answers, failureKey(source), 'OCSP', url, read.reason);
    this.#keepAnswer(read.value, certificate, issuer, source);
  }

  #readAnswer(der: Buffer, certificate: Certificate, issuer: Certificate, nonce?: Buffer): Outcome<OcspAnswer> {
    const isResponderGood = (responder: Certificate): boolean =>
      this.#lists.values().some(({ value }) => {
        return value.issuerDer.equals(issuer.subjectDer) && value.revoked.revokedAt(responder.serial) === undefined;
      });
    const asked = { certificate, issuer, now: this.#now, isResponderGood };
    return readOcspAnswer(der, nonce === undefined ? asked : { ...asked, nonce });
  }

  /** An older answer does not replace a newer one, so that no yesterday's "good" hides today's "revoked". */
  #keepAnswer(
    value: OcspAnswer,
    certificate: Certificate,
    issuer: Certificate,
    asked: OcspSource | undefined,
    source: OcspSource | undefined = asked,
  ): void {
    const key = answerKey(certificate, issuer);
    const held = this.#answers.peek(key);
    if (held !== undefined && held.value.thisUpdate > value.thisUpdate) {
      if (asked !== undefined)
        this.#answers.fail(failureKey(asked), 'the answer is older than the one held', this.#now);
      return;
    }
    // A responder that does not know a certificate yet may know it in a minute.
    const usableUntil = value.status === 'unknown' ? this.#now + unknownMs : value.nextUpdate + skewMs;
    const kept = { value, source: source ?? held?.source, size: value.der.length, fetchedAt: this.#now, usableUntil };
    this.#answers.put(key, kept);
    if (asked !== undefined) this.#answers.forgive(failureKey(asked));
    if (held === undefined ? value.status === 'revoked' : held.value.status !== value.status) this.#parts.changed();
  }

  async #get(order: FetchOrder): Promise<Outcome<Buffer>> {
    this.counters.attempts++;
    const body = await this.#fetcher.fetch(order);
    if (body !== 'busy') return body;
    this.counters.busy++;
    return refused('too many fetches wait already');
  }

  #failed(
    store: Pick<EvidenceStore<never, never>, 'fail'>,
    key: string,
    what: string,
    url: string,
    reason: string,
  ): void {
    this.counters.failedAttempts++;
    store.fail(key, reason, this.#now);
    this.#parts.log('REVOCATION_FETCH', { what, url, reason });
  }

  // ---- keeping fresh ----

  #schedule(): void {
    const times = [this.#lists.nextRefresh, this.#answers.nextRefresh].filter((time) => time !== undefined);
    this.#timer?.cancel();
    this.#timer = undefined;
    if (times.length === 0 || this.#isStopped) return;
    const delay = Math.max(soonMs, Math.min(...times) - this.#now);
    this.#timer = this.#parts.clock.after(delay, () => this.#refresh());
  }

  #refresh(): void {
    this.#timer = undefined;
    const now = this.#now;
    for (const { source } of [...this.#lists.due(now), ...this.#answers.due(now)]) {
      if (source !== undefined) void this.fetch(source);
    }
    this.#schedule();
  }

  // ---- the operator's hand ----

  /** Fetches these now, whatever is held. The reasons of those that could not be had. */
  async request(sources: readonly Source[]): Promise<readonly string[]> {
    await Promise.all(sources.map((source) => this.fetch(source)));
    return sources.flatMap((source) => {
      const reason = this.lastFailure(source)?.reason;
      if (reason === undefined) return [];
      return source.kind === 'ocsp' ? `the OCSP answer of ${source.url}: ${reason}` : reason;
    });
  }

  /** Where the lists of an issuer that are held came from. */
  heldSources(issuer: Certificate): readonly CrlSource[] {
    return this.#lists.values().flatMap(({ source, value }) => {
      return source !== undefined && value.issuerDer.equals(issuer.subjectDer) ? [source] : [];
    });
  }

  reports(): readonly CrlReport[] {
    return this.#lists.values().map(reportOf);
  }

  /** The lists in use that will be fetched again, and when. */
  listsDue(): readonly { readonly url: string; readonly at: number }[] {
    return this.#lists.due(Number.POSITIVE_INFINITY).flatMap(({ source, refreshAt }) => {
      return source === undefined ? [] : [{ url: source.url, at: refreshAt }];
    });
  }

  /** Bytes of CRLs held, and that may be held. */
  get cacheSize(): { readonly bytes: number; readonly atMost: number } {
    return { bytes: this.#lists.bytes, atMost: this.#lists.bytesAtMost };
  }

  clear(): void {
    this.#lists.clear();
    this.#answers.clear();
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  get #now(): number {
    return this.#parts.clock.now();
  }
}

function known(failure: { readonly reason: string; readonly until: number } | undefined): Known<never> {
  return failure === undefined ? undefined : { failed: failure.reason, until: failure.until };
}

function listKey({ url, issuer }: CrlSource): string {
  return `${url} ${digest(issuer.publicKeyDer)} ${digest(issuer.subjectDer)}`;
}

function answerKey(certificate: Certificate, issuer: Certificate): string {
  return `${certificate.serial} ${digest(issuer.publicKeyDer)} ${digest(issuer.subjectDer)}`;
}

function failureKey({ url, certificate, issuer }: OcspSource): string {
  return `${url} ${answerKey(certificate, issuer)}`;
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** Some servers give PEM. */
function derOf(body: Buffer): Buffer {
  if (!body.subarray(0, 64).includes('-----BEGIN X509 CRL-----')) return body;
  const base64 = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/.exec(body.toString('latin1'))?.[1];
  return Buffer.from(base64 ?? '', 'base64');
}

function reportOf({ value, source, fetchedAt, size }: Kept<Crl, CrlSource>): CrlReport {
  const { issuer, thisUpdate, nextUpdate, revoked } = value;
  const by = { url: source?.url ?? '', byScep: source?.scepTrustpoint !== undefined };
  return { issuer, thisUpdate, nextUpdate, fetchedAt, ...by, size, revoked: revoked.size };
}
