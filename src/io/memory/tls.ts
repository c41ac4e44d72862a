import { X509Certificate } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { Stream } from '../network.ts';
import type { Tls, TlsCredentials, TlsPeer, TlsSession, TlsVersion } from '../tls.ts';
import { MemoryStream } from './stream.ts';

const versions: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

interface Side {
  readonly role: 'client' | 'server';
  readonly credentials: TlsCredentials;
  resolve(peer: TlsPeer): void;
  reject(error: Error): void;
}

/**
 * TLS without encryption: when both ends of a simulated connection have begun, what they would have agreed on, shown and
 * thought of each other's chain is computed from their credentials, and the same reasons are given as OpenSSL gives.
 */
export class MemoryTls implements Tls {
  readonly #clock: Clock;
  /** Who has begun and waits for the other end. Shared by all hosts of a world. */
  readonly #waiting: WeakMap<MemoryStream, Side>;

  constructor(clock: Clock, waiting: WeakMap<MemoryStream, Side>) {
    this.#clock = clock;
    this.#waiting = waiting;
  }

  accept(stream: Stream, credentials: TlsCredentials, timeoutMs: number): Promise<TlsSession> {
    return this.#begin('server', stream, credentials, timeoutMs);
  }

  connect(stream: Stream, credentials: TlsCredentials, options: { readonly timeoutMs: number }): Promise<TlsSession> {
    return this.#begin('client', stream, credentials, options.timeoutMs);
  }

  forgetSessions(): void {
    // None is kept: every handshake of a simulated world is a full one.
  }

  #begin(role: Side['role'], stream: Stream, credentials: TlsCredentials, timeoutMs: number): Promise<TlsSession> {
    return new Promise((resolve, reject) => {
      if (!(stream instanceof MemoryStream)) throw new TypeError('TLS needs a stream of the same network');
      const settle = (): void => {
        deadline.cancel();
        stream.onClose(undefined);
        this.#waiting.delete(stream);
      };
      const fail = (error: Error): void => {
        settle();
        stream.destroy();
        reject(error);
      };
      const deadline = this.#clock.after(timeoutMs, () => {
        fail(new GatewayError('connection-timeout', 'The handshake did not finish in time'));
      });
      const reset = (): void => fail(new GatewayError('connection-reset', 'The peer closed during the handshake'));
      if (stream.isEnded) {
        reset();
        return;
      }
      stream.onClose(reset);
      const done = (peer: TlsPeer): void => {
        settle();
        resolve({ stream, peer, judged: () => undefined });
      };
      this.#waiting.set(stream, { role, credentials, resolve: done, reject: fail });
      this.#clock.after(1, () => this.#meet(stream));
    });
  }

  #meet(stream: MemoryStream): void {
    const one = this.#waiting.get(stream);
    const other = stream.peer === undefined ? undefined : this.#waiting.get(stream.peer);
    if (one === undefined || other === undefined || one.role === other.role) return;
    const [client, server] = one.role === 'client' ? [one, other] : [other, one];
    const failure = disagreement(client.credentials, server.credentials);
    if (failure !== undefined) {
      server.reject(new GatewayError('tls-failed', failure.server));
      client.reject(new GatewayError('tls-failed', failure.client));
      return;
    }
    const version = best(client.credentials, server.credentials)!;
    const { ocspResponse } = server.credentials;
    const seen = this.#shown(version, server.credentials, client.credentials);
    client.resolve(ocspResponse === undefined ? seen : { ...seen, stapled: ocspResponse });
    server.resolve(this.#shown(version, client.credentials, server.credentials));
  }

  #shown(version: TlsVersion, theirs: TlsCredentials, ours: TlsCredentials): TlsPeer {
    const chain = certificates(theirs.certificateChainPem ?? '');
    const chainError = verdict(chain, ours.trustAnchorsPem.flatMap(certificates), this.#clock.now());
    const modern = version === 'TLSv1.3';
    return {
      version,
      cipher: modern ? 'TLS_AES_256_GCM_SHA384' : 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      cipherOpenssl: modern ? 'TLS_AES_256_GCM_SHA384' : 'ECDHE-RSA-AES256-GCM-SHA384',
      curve: 'X25519',
      resumed: false,
      chainDer: chain.map((certificate) => certificate.raw),
      ...(chainError === undefined ? {} : { chainError }),
    };
  }
}

/** Why two sides cannot agree, in the words each would hear. */
function disagreement(
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

function best(a: TlsCredentials, b: TlsCredentials): TlsVersion | undefined {
  const lowest = Math.max(versions.indexOf(a.minVersion), versions.indexOf(b.minVersion));
  const highest = Math.min(versions.indexOf(a.maxVersion), versions.indexOf(b.maxVersion));
  return lowest > highest ? undefined : versions[highest];
}

function certificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** A small chain check: signatures up to an anchor, and validity. Names of errors are OpenSSL's. */
function verdict(
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

export type { Side };
