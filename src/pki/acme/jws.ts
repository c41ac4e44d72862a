import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';

/** What an ACME request is signed as: by the public key while there is no account, by the account's URL afterwards. */
export interface JwsHeader {
  readonly nonce: string;
  readonly url: string;
  /** Absent: the public key itself goes along. */
  readonly account?: string;
}

/** Flattened JWS with ES256 (RFC 7515, 7518; RFC 8555 6.2). `payload` undefined is a POST-as-GET. */
export function signJws(payload: unknown, { nonce, url, account }: JwsHeader, key: KeyObject): string {
  const identity = account === undefined ? { jwk: publicJwk(key) } : { kid: account };
  const header = base64url(JSON.stringify({ alg: 'ES256', nonce, url, ...identity }));
  const body = payload === undefined ? '' : base64url(JSON.stringify(payload));
  const signature = sign('sha256', Buffer.from(`${header}.${body}`), { key, dsaEncoding: 'ieee-p1363' });
  return JSON.stringify({ protected: header, payload: body, signature: base64url(signature) });
}

/** What a challenge file must hold (RFC 8555 8.1): the token and the thumbprint of the account's key (RFC 7638). */
export function keyAuthorization(token: string, key: KeyObject): string {
  const { crv, kty, x, y } = publicJwk(key);
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest();
  return `${token}.${base64url(thumbprint)}`;
}

interface EcJwk {
  readonly crv: string;
  readonly kty: string;
  readonly x: string;
  readonly y: string;
}

function publicJwk(key: KeyObject): EcJwk {
  const { crv = '', kty = '', x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { crv, kty, x, y };
}

export function base64url(bytes: string | Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
