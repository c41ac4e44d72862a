import { createHash } from 'node:crypto';

/** What we compute, strongest last. */
export const digestAlgorithms = ['MD5', 'SHA-256', 'SHA-512-256'] as const;
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

const hashNames: Readonly<Record<DigestAlgorithm, string>> = {
  MD5: 'md5',
  'SHA-256': 'sha256',
  'SHA-512-256': 'sha512-256',
};

/** A hash as lower case hex digits. `text` holds a byte a character. */
export function hashHex(algorithm: DigestAlgorithm, text: string): string {
  return createHash(hashNames[algorithm]).update(text, 'latin1').digest('hex');
}

/** Everything a response is computed from (RFC 7616 3.4). Texts hold a byte a character. */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  /** One of the `-sess` algorithms. */
  readonly isSession: boolean;
  readonly username: string;
  readonly password: string;
  readonly realm: string;
  readonly nonce: string;
  readonly method: string;
  readonly uri: string;
  /** Absent: as RFC 2069 had it, without client nonce and count. */
  readonly qop: 'auth' | 'auth-int' | undefined;
  readonly cnonce: string;
  /** Eight hex digits. */
  readonly count: string;
  readonly body: string;
}

export function digestResponse(input: DigestInput): string {
  const { algorithm, nonce, qop, cnonce, count } = input;
  const hash = (text: string): string => hashHex(algorithm, text);
  const secret = hash(`${input.username}:${input.realm}:${input.password}`);
  const ha1 = input.isSession ? hash(`${secret}:${nonce}:${cnonce}`) : secret;
  const a2 = `${input.method}:${input.uri}`;
  const ha2 = hash(qop === 'auth-int' ? `${a2}:${hash(input.body)}` : a2);
  return hash(qop === undefined ? `${ha1}:${nonce}:${ha2}` : `${ha1}:${nonce}:${count}:${cnonce}:${qop}:${ha2}`);
}
