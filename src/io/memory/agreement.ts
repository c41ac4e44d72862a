import { X509Certificate } from 'node:crypto';
import type { TlsCredentials, TlsVersion } from '../tls.ts';

const versions: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** Why two sides cannot agree, in the words each would hear. */
export function disagreement(
  client: TlsCredentials,
  server: TlsCredentials,
): { readonly client: string; readonly server: string } | undefined {
  if (best(client, server) === undefined) {
    return { server: 'unsupported protocol', client: 'tlsv1 alert protocol version' };
  }
  if (server.certificateChainPem === undefined) {
    return { server: 'no shared cipher', client: 'ssl/tls alert handshake failure' };
  }
  if (client.certificateChainPem === undefined) {
    return { server: 'peer did not return a certificate', client: 'tlsv13 alert certificate required' };
  }
  const offered = client.ciphers?.split(':');
  const accepted = server.ciphers?.split(':');
  if (offered !== undefined && accepted !== undefined && !offered.some((name) => accepted.includes(name))) {
    return { server: 'no shared cipher', client: 'ssl/tls alert handshake failure' };
  }
  return undefined;
}

/** The newest version that both take. */
export function best(a: TlsCredentials, b: TlsCredentials): TlsVersion | undefined {
  const lowest = Math.max(versions.indexOf(a.minVersion), versions.indexOf(b.minVersion));
  const highest = Math.min(versions.indexOf(a.maxVersion), versions.indexOf(b.maxVersion));
  return lowest > highest ? undefined : versions[highest];
}

export function certificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** A small chain check: signatures up to an anchor, and validity. Names of errors are OpenSSL's. */
export function verdict(
  chain: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  now: number,
): string | undefined {
  for (const [i, certificate] of chain.entries()) {
    if (now > certificate.validToDate.getTime()) return 'CERT_HAS_EXPIRED';
    if (now < certificate.validFromDate.getTime()) return 'CERT_NOT_YET_VALID';
    if (anchors.some((anchor) => signs(anchor, certificate) || anchor.raw.equals(certificate.raw))) return undefined;
    const next = chain[i + 1];
    if (next === undefined || !signs(next, certificate)) break;
  }
  return chain.length === 1 && chain[0]?.checkIssued(chain[0]) === true
    ? 'DEPTH_ZERO_SELF_SIGNED_CERT'
    : 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY';
}

function signs(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
