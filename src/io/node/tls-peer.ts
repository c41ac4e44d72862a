import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { GatewayError } from '../errors.ts';
import type { TlsPeer, TlsVersion } from '../tls.ts';

/** More certificates than this in a peer's chain are not read. */
const longestChain = 10;

const versions: readonly string[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] satisfies readonly TlsVersion[];

/** What a finished handshake showed. `anchored`: there was an anchor that could have verified the peer at all. */
export function peerOf(socket: TLSSocket, anchored: boolean): TlsPeer {
  const version = socket.getProtocol();
  if (!isVersion(version)) throw new GatewayError('tls-failed', `Protocol ${version ?? 'unknown'} is not supported`);
  const cipher = socket.getCipher();
  const curve = curveOf(socket);
  const chainError = chainErrorOf(socket, anchored);
  return {
    version,
    cipher: cipher.standardName,
    cipherOpenssl: cipher.name,
    resumed: socket.isSessionReused(),
    chainDer: chainOf(socket.getPeerX509Certificate()),
    ...(curve === undefined ? {} : { curve }),
    ...(chainError === undefined ? {} : { chainError }),
  };
}

function isVersion(text: string | null): text is TlsVersion {
  return text !== null && versions.includes(text);
}

/** Known to the client side only. */
function curveOf(socket: TLSSocket): string | undefined {
  const key = socket.getEphemeralKeyInfo();
  return key !== null && 'name' in key && typeof key.name === 'string' ? key.name : undefined;
}

/** Leaf first, as sent. */
function chainOf(leaf: X509Certificate | undefined): readonly Buffer[] {
  const chain: Buffer[] = [];
  for (let at = leaf; at !== undefined && chain.length < longestChain; at = at.issuerCertificate) chain.push(at.raw);
  return chain;
}

/**
 * OpenSSL's verdict on the chain. Node publishes it for sockets made by `connect` and by a `tls.Server`, not for the bare
 * server socket we need, so it is read where Node itself reads it. Should that place ever change, nobody is trusted.
 */
export function chainErrorOf(socket: object, anchored: boolean): string | undefined {
  if (!anchored) return 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY';
  const handle: unknown = Reflect.get(socket, '_handle');
  if (!hasVerdict(handle)) return 'UNSPECIFIED';
  const verdict: unknown = handle.verifyError();
  if (verdict === null) return undefined;
  const code: unknown = verdict instanceof Error ? Reflect.get(verdict, 'code') : undefined;
  return typeof code === 'string' && code !== '' ? code : 'UNSPECIFIED';
}

function hasVerdict(handle: unknown): handle is { verifyError(): unknown } {
  return typeof handle === 'object' && handle !== null && typeof Reflect.get(handle, 'verifyError') === 'function';
}
