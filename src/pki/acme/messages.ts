import { printable } from '../../io/index.ts';
import { done, type Outcome, refused } from '../outcome.ts';

/** The JSON of RFC 8555 7, as far as an enrolment by http-01 reads it. Every reader is total and bounded. */

export interface AcmeDirectory {
  readonly newNonce: string;
  readonly newAccount: string;
  readonly newOrder: string;
}

export interface AcmeOrder {
  readonly status: string;
  readonly authorizations: readonly string[];
  readonly finalize: string;
  readonly certificate: string | undefined;
  readonly problem: string | undefined;
}

export interface AcmeAuthorization {
  readonly status: string;
  readonly name: string;
  /** The http-01 challenge, when one is offered. */
  readonly challenge: { readonly url: string; readonly token: string } | undefined;
  readonly problem: string | undefined;
}

const mostAuthorizations = 32;
const mostChallenges = 16;
const longestUrl = 2000;
const longestProblem = 300;

type Fields = Readonly<Record<string, unknown>>;

function fields(body: Buffer): Fields | undefined {
  try {
    return asFields(JSON.parse(body.toString('utf8')));
  } catch {
    return undefined;
  }
}

function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** A URL of the server that may be asked: of the scheme its directory has, so that nothing falls back to clear text. */
function urlOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > longestUrl) return undefined;
  return /^https?:\/\/[\x21-\x7e]+$/.test(value) ? value : undefined;
}

export function readDirectory(body: Buffer): Outcome<AcmeDirectory> {
  const read = fields(body) ?? {};
  const [newNonce, newAccount, newOrder] = [
    urlOf(read['newNonce']),
    urlOf(read['newAccount']),
    urlOf(read['newOrder']),
  ];
  if (newNonce === undefined || newAccount === undefined || newOrder === undefined) {
    return refused('what answers at the URL is no ACME directory');
  }
  return done({ newNonce, newAccount, newOrder });
}

export function readOrder(body: Buffer): Outcome<AcmeOrder> {
  const read = fields(body);
  const finalize = urlOf(read?.['finalize']);
  const listed = read?.['authorizations'];
  if (read === undefined || finalize === undefined || !Array.isArray(listed) || listed.length > mostAuthorizations) {
    return refused('the order cannot be read');
  }
  const authorizations = listed.map(urlOf).filter((url) => url !== undefined);
  if (authorizations.length !== listed.length) return refused('the order cannot be read');
  const [status, certificate] = [statusOf(read), urlOf(read['certificate'])];
  return done({ status, authorizations, finalize, certificate, problem: problemOf(read['error']) });
}

export function readAuthorization(body: Buffer): Outcome<AcmeAuthorization> {
  const read = fields(body);
  const name = asFields(read?.['identifier'])?.['value'];
  const challenges = read?.['challenges'];
  if (read === undefined || typeof name !== 'string' || !Array.isArray(challenges)) {
    return refused('the authorization cannot be read');
  }
  const http = challenges
    .slice(0, mostChallenges)
    .map(asFields)
    .find((one) => one?.['type'] === 'http-01');
  const [url, token] = [urlOf(http?.['url']), http?.['token']];
  const usable = url !== undefined && typeof token === 'string' && isToken(token);
  return done({
    status: statusOf(read),
    name: printable(name),
    challenge: usable ? { url, token } : undefined,
    problem: problemOf(http?.['error']),
  });
}

/** Base64url (RFC 8555 8.3): it becomes part of a path. */
export function isToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,200}$/.test(text);
}

function statusOf(read: Fields): string {
  const status = read['status'];
  return typeof status === 'string' && /^[a-z]{1,20}$/.test(status) ? status : 'unknown';
}

export interface AcmeProblem {
  /** `badNonce`, without the prefix all of them have. */
  readonly type: string;
  readonly text: string;
}

/** A problem document (RFC 7807, RFC 8555 6.7), made safe to show. */
export function readProblem(body: Buffer): AcmeProblem | undefined {
  return problem(fields(body));
}

function problem(read: Fields | undefined): AcmeProblem | undefined {
  const [typed, detail] = [read?.['type'], read?.['detail']];
  if (typeof typed !== 'string') return undefined;
  const type = printable(typed.replace(/^urn:ietf:params:acme:error:/, '')).slice(0, longestProblem);
  const told = typeof detail === 'string' ? `: ${printable(detail).slice(0, longestProblem)}` : '';
  return { type, text: `${type}${told}` };
}

function problemOf(value: unknown): string | undefined {
  return problem(asFields(value))?.text;
}
