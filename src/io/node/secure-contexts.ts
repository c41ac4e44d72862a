import { constants, createHash } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsCredentials } from '../tls.ts';
import { tlsError } from './gateway-error.ts';
import { PeerChains } from './peer-chains.ts';

const keptAtMost = 64;
/** Tickets are good for no longer, and the keys they are sealed with are no older. */
const sessionSeconds = 3600;

/** OpenSSL's context for some credentials. Its ticket keys are its own: no other context takes a ticket of it. */
export interface Secured {
  readonly context: SecureContext;
  /** A digest of the credentials and the policy of resumption, so that no key lies about as a map's key. */
  readonly digest: string;
  /** What peers showed whose tickets are sealed with these keys. */
  readonly chains: PeerChains;
  readonly since: number;
}

/**
 * OpenSSL's contexts by the value of the credentials, the 64 used last: making one parses keys and certificates. One that gives
 * out tickets is made anew each hour, and with it the keys; a ticket from before begins a full handshake. Node can keep the
 * key before too, but by a callback that ends the process when a ticket fits neither.
 */
export class SecureContexts {
  readonly #kept = new Map<string, Secured>();
  readonly #now: () => number;

  /** `now`: monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Throws a `GatewayError` `tls-failed` with OpenSSL's reason when the credentials are of no use. */
  find(credentials: TlsCredentials): Secured {
    const digest = digestOf(credentials);
    const known = this.#kept.get(digest);
    const kept = known !== undefined && this.#now() - known.since < sessionSeconds * 1000 ? known : undefined;
    const secured = kept ?? this.#make(credentials, digest);
    this.#kept.delete(digest);
    this.#kept.set(digest, secured);
    if (this.#kept.size > keptAtMost) this.#forgetOldest();
    return secured;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Tickets of this context are worthless from now on. */
  renew(secured: Secured): void {
    if (this.#kept.get(secured.digest) === secured) this.#kept.delete(secured.digest);
  }

  clear(): void {
    this.#kept.clear();
  }

  #make(credentials: TlsCredentials, digest: string): Secured {
    return { context: make(credentials, digest), digest, chains: new PeerChains(), since: this.#now() };
  }

  #forgetOldest(): void {
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      return;
    }
  }
}

function digestOf(c: TlsCredentials): string {
  const { certificateChainPem, privateKeyPem, trustAnchorsPem, minVersion, maxVersion, ciphers, curves } = c;
  const values = [certificateChainPem, privateKeyPem, trustAnchorsPem, minVersion, maxVersion, ciphers, curves];
  return createHash('sha256')
    .update(JSON.stringify([...values, c.resumption]))
    .digest('base64');
}

function make(credentials: TlsCredentials, digest: string): SecureContext {
  const { certificateChainPem, privateKeyPem, trustAnchorsPem, minVersion, maxVersion, ciphers, curves } = credentials;
  try {
    return createSecureContext({
      // Always given, also when empty: without it Node would trust the public authorities of the system.
      ca: [...trustAnchorsPem],
      // An anchor is whom the operator named, root or not.
      allowPartialTrustChain: true,
      minVersion,
      maxVersion,
      ...(credentials.resumption === undefined
        ? { secureOptions: constants.SSL_OP_NO_TICKET }
        : { sessionTimeout: sessionSeconds }),
      // As server, for suites that are named and need it; those of 2048 bits with an RSA key of 2048.
      dhparam: 'auto',
      sessionIdContext: digest.slice(0, 32),
      ...(certificateChainPem === undefined ? {} : { cert: certificateChainPem }),
      ...(privateKeyPem === undefined ? {} : { key: privateKeyPem }),
      ...(ciphers === undefined ? {} : { ciphers }),
      ...(curves === undefined ? {} : { ecdhCurve: curves }),
    });
  } catch (error) {
    throw tlsError(error);
  }
}
