import { constants, randomBytes } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsCredentials } from '../tls.ts';
import { sessionSeconds } from '../tls-sessions/secured-contexts.ts';
import { tlsError } from './gateway-error.ts';

/** OpenSSL's context, and by what name its ticket keys are called in the tickets it gives out. */
export interface NamedContext {
  readonly context: SecureContext;
  readonly ticketName: Buffer;
}

/** Throws a `GatewayError` `tls-failed` with OpenSSL's reason when the credentials are of no use. */
export function secureContext(credentials: TlsCredentials, digest: string): NamedContext {
  const { certificateChainPem, privateKeyPem, trustAnchorsPem, minVersion, maxVersion, ciphers, curves } = credentials;
  // The name, then the keys themselves.
  const ticketKeys = randomBytes(48);
  try {
    const context = createSecureContext({
      // Always given, also when empty: without it Node would trust the public authorities of the system.
      ca: [...trustAnchorsPem],
      // An anchor is whom the operator named, root or not.
      allowPartialTrustChain: true,
      minVersion,
      maxVersion,
      ...(credentials.resumption === undefined
        ? { secureOptions: constants.SSL_OP_NO_TICKET }
        : { sessionTimeout: sessionSeconds, ticketKeys }),
      // As server, for suites that are named and need it; those of 2048 bits with an RSA key of 2048.
      dhparam: 'auto',
      sessionIdContext: digest.slice(0, 32),
      ...(certificateChainPem === undefined ? {} : { cert: certificateChainPem }),
      ...(privateKeyPem === undefined ? {} : { key: privateKeyPem }),
      ...(ciphers === undefined ? {} : { ciphers }),
      ...(curves === undefined ? {} : { ecdhCurve: curves }),
    });
    return { context, ticketName: ticketKeys.subarray(0, 16) };
  } catch (error) {
    throw tlsError(error);
  }
}
