import { constants, createHash } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsCredentials } from '../tls.ts';
import { tlsError } from './gateway-error.ts';

const keptAtMost = 64;

/** OpenSSL's contexts by the value of the credentials, the 64 used last: making one parses keys and certificates. */
export class SecureContexts {
  readonly #contexts = new Map<string, SecureContext>();

  /** Throws a `GatewayError` `tls-failed` with OpenSSL's reason when the credentials are of no use. */
  find(credentials: TlsCredentials): SecureContext {
    const key = digest(credentials);
    const kept = this.#contexts.get(key);
    const context = kept ?? make(credentials);
    this.#contexts.delete(key);
    this.#contexts.set(key, context);
    if (this.#contexts.size > keptAtMost) this.#forgetOldest();
    return context;
  }

  get size(): number {
    return this.#contexts.size;
  }

  #forgetOldest(): void {
    for (const oldest of this.#contexts.keys()) {
      this.#contexts.delete(oldest);
      return;
    }
  }
}

/** A digest, so that no key lies about as a map's key. */
function digest(c: TlsCredentials): string {
  const { certificateChainPem, privateKeyPem, trustAnchorsPem, minVersion, maxVersion, ciphers, curves } = c;
  const values = [certificateChainPem, privateKeyPem, trustAnchorsPem, minVersion, maxVersion, ciphers, curves];
  return createHash('sha256').update(JSON.stringify(values)).digest('base64');
}

function make(credentials: TlsCredentials): SecureContext {
  const { certificateChainPem, privateKeyPem, trustAnchorsPem, minVersion, maxVersion, ciphers, curves } = credentials;
  try {
    return createSecureContext({
      // Always given, also when empty: without it Node would trust the public authorities of the system.
      ca: [...trustAnchorsPem],
      // An anchor is whom the operator named, root or not.
      allowPartialTrustChain: true,
      minVersion,
      maxVersion,
      // Tickets would double the cost of a TLS 1.3 handshake; every connection proves itself anew.
      secureOptions: constants.SSL_OP_NO_TICKET,
      sessionIdContext: 'dialpeer',
      ...(certificateChainPem === undefined ? {} : { cert: certificateChainPem }),
      ...(privateKeyPem === undefined ? {} : { key: privateKeyPem }),
      ...(ciphers === undefined ? {} : { ciphers }),
      ...(curves === undefined ? {} : { ecdhCurve: curves }),
    });
  } catch (error) {
    throw tlsError(error);
  }
}
