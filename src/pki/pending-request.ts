import { createPublicKey, type KeyObject } from 'node:crypto';
import { done, type Outcome } from './outcome.ts';
import { buildRequest, type ReadRequest, readRequest } from './request.ts';

/** What seals a password, and opens it again; both give nothing when the key is not at hand. */
export interface PasswordSeal {
  readonly seal: (clear: string) => string | undefined;
  readonly open: (sealed: string) => string | undefined;
}

/** A request as it is kept on disk: without its challenge password, which lies beside it, sealed, or is not kept at all. */
export interface KeptRequest {
  readonly request: ReadRequest;
  /** There was a challenge password in it. */
  readonly isRedacted: boolean;
  readonly sealedPassword?: string;
}

/** The same request without its challenge password; that is kept only under a key. */
export function redacted(request: ReadRequest, privateKey: KeyObject, { seal }: PasswordSeal): Outcome<KeptRequest> {
  const { challengePassword } = request;
  if (challengePassword === undefined) return done({ request, isRedacted: false });
  const without = remade(request, privateKey, undefined);
  if (!without.ok) return without;
  const sealedPassword = seal(challengePassword);
  return done({ request: without.value, isRedacted: true, ...(sealedPassword !== undefined && { sealedPassword }) });
}

/**
 * The request as it was sent, when its password can be had: from its seal, or as it is `configured`. `isSame` tells whether it is
 * that one. Undefined: it cannot be sent again.
 */
export function restored(
  { request, isRedacted, sealedPassword }: KeptRequest,
  privateKey: KeyObject,
  { open }: PasswordSeal,
  configured: string | undefined,
  isSame: (request: ReadRequest) => boolean,
): ReadRequest | undefined {
  if (!isRedacted) return request;
  const passwords = [sealedPassword === undefined ? undefined : open(sealedPassword), configured];
  for (const password of passwords) {
    if (password === undefined) continue;
    const whole = remade(request, privateKey, password);
    if (whole.ok && isSame(whole.value)) return whole.value;
  }
  return undefined;
}

/** RSA signs the same bytes the same way: what is made of the same parts is the same request. */
function remade(
  request: ReadRequest,
  privateKey: KeyObject,
  challengePassword: string | undefined,
): Outcome<ReadRequest> {
  const { subjectName, hash, alternativeNames, isForCa, keyUsage } = request;
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const der = buildRequest({
    subject: subjectName,
    privateKey,
    publicKey,
    hash,
    dnsNames: alternativeNames.flatMap(({ dNSName }) => dNSName ?? []),
    isForCa,
    ...(keyUsage !== undefined && { keyUsage }),
    ...(challengePassword !== undefined && { challengePassword }),
  });
  return readRequest(der);
}
