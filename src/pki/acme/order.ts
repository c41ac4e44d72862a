import type { KeyObject } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import { done } from '../outcome.ts';
import { readPastedCertificates } from '../paste.ts';
import type { Challenges } from './challenges.ts';
import type { AcmeAnswer, AcmeClient, AcmeOutcome } from './client.ts';
import { base64url, keyAuthorization } from './jws.ts';
import { type AcmeAuthorization, type AcmeOrder, readAuthorization, readOrder } from './messages.ts';

export interface AcmeOrderParts {
  readonly client: AcmeClient;
  readonly key: KeyObject;
  readonly challenges: Challenges;
  /** Resolves after that long, or with false when the enrolment was cancelled meanwhile. */
  readonly wait: (ms: number) => Promise<boolean>;
  /** The server is about to look for a name. */
  readonly challenged: (name: string) => void;
}

export interface AcmeWish {
  readonly names: readonly string[];
  readonly contact: string | undefined;
  /** PKCS#10, DER. */
  readonly request: Buffer;
}

const firstWaitMs = 1000;
const longestWaitMs = 30_000;
const longestPatienceMs = 10 * 60_000;
/** Polls of one resource: some ten minutes. */
const mostPolls = 25;

/** One certificate from an ACME server (RFC 8555 7.1): account, order, a file for every name, request, chain. Leaf first. */
export async function orderCertificate(
  parts: AcmeOrderParts,
  wish: AcmeWish,
): Promise<AcmeOutcome<readonly Certificate[]>> {
  const { client } = parts;
  const directory = await client.directory();
  if (!directory.ok) return directory;
  const account = await enter(client, directory.value.newAccount, wish.contact);
  if (!account.ok) return account;
  const identifiers = wish.names.map((value) => ({ type: 'dns', value }));
  const made = await client.post(directory.value.newOrder, { identifiers });
  if (!made.ok) return made;
  const order = readOrder(made.value.body);
  const url = made.value.location;
  if (!order.ok) return order;
  if (url === undefined) return { ok: false, reason: 'the server does not say where the order is' };
  for (const authorization of order.value.authorizations) {
    const proven = await prove(parts, authorization);
    if (!proven.ok) return proven;
  }
  return finish(parts, url, order.value, wish.request);
}

/** Finds or makes the account of our key. */
async function enter(client: AcmeClient, url: string, contact: string | undefined): Promise<AcmeOutcome<void>> {
  if (client.account !== undefined) return done(undefined);
  const mail = contact === undefined ? {} : { contact: [`mailto:${contact}`] };
  const answer = await client.post(url, { termsOfServiceAgreed: true, ...mail });
  if (!answer.ok) return answer;
  if (answer.value.location === undefined) return { ok: false, reason: 'the server does not say where the account is' };
  client.account = answer.value.location;
  return done(undefined);
}

async function prove(parts: AcmeOrderParts, url: string): Promise<AcmeOutcome<void>> {
  const { client, challenges, key } = parts;
  const first = await client.post(url, undefined);
  const authorization = first.ok ? readAuthorization(first.value.body) : first;
  if (!authorization.ok) return authorization;
  const { status, name, challenge } = authorization.value;
  if (status === 'valid') return done(undefined);
  if (status !== 'pending') return failedAuthorization(authorization.value);
  if (challenge === undefined) return { ok: false, reason: `no http-01 challenge is offered for ${name}` };
  if (!challenges.show(challenge.token, keyAuthorization(challenge.token, key))) {
    return { ok: false, reason: 'too many challenges are under way' };
  }
  try {
    parts.challenged(name);
    const begun = await client.post(challenge.url, {});
    if (!begun.ok) return begun;
    const settled = await poll(parts, url, readAuthorization, (read) => read.status !== 'pending');
    if (!settled.ok) return settled;
    return settled.value.status === 'valid' ? done(undefined) : failedAuthorization(settled.value);
  } finally {
    challenges.hide(challenge.token);
  }
}

function failedAuthorization({ name, status, problem }: AcmeAuthorization): { ok: false; reason: string } {
  return { ok: false, reason: `the name ${name} was not proven: ${problem ?? status}` };
}

async function finish(
  parts: AcmeOrderParts,
  url: string,
  order: AcmeOrder,
  request: Buffer,
): Promise<AcmeOutcome<readonly Certificate[]>> {
  const { client } = parts;
  const ready = await poll(parts, url, readOrder, ({ status }) => status !== 'pending');
  if (!ready.ok) return ready;
  if (ready.value.status === 'ready') {
    const sent = await client.post(order.finalize, { csr: base64url(request) });
    if (!sent.ok) return sent;
  }
  const over = await poll(parts, url, readOrder, ({ status }) => status !== 'processing' && status !== 'ready');
  if (!over.ok) return over;
  const { status, certificate, problem } = over.value;
  if (status !== 'valid' || certificate === undefined) {
    return { ok: false, reason: `the order ended as ${status}${problem === undefined ? '' : `: ${problem}`}` };
  }
  const chain = await client.post(certificate, undefined);
  return chain.ok ? readPastedCertificates(chain.value.body.toString('latin1')) : chain;
}

/** Asks until `settled`, as often as the server wants to be asked, else less and less often. */
async function poll<T>(
  { client, wait }: AcmeOrderParts,
  url: string,
  read: (body: Buffer) => AcmeOutcome<T>,
  settled: (value: T) => boolean,
): Promise<AcmeOutcome<T>> {
  for (let polls = 0; polls < mostPolls; polls++) {
    const answer: AcmeOutcome<AcmeAnswer> = await client.post(url, undefined);
    const value = answer.ok ? read(answer.value.body) : answer;
    if (!answer.ok || !value.ok || settled(value.value)) return value;
    const delay = answer.value.retryAfterMs ?? Math.min(firstWaitMs * 2 ** polls, longestWaitMs);
    if (!(await wait(Math.min(Math.max(delay, firstWaitMs), longestPatienceMs))))
      return { ok: false, reason: 'it was cancelled' };
  }
  return { ok: false, reason: 'the server does not come to an end' };
}
