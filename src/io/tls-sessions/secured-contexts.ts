import { createHash } from 'node:crypto';
import type { TlsCredentials } from '../tls.ts';
import { PeerChains } from './peer-chains.ts';

const keptAtMost = 64;
/** Sessions are good for no longer. Keys of tickets seal new ones for as long, and are honoured once more as long. */
export const sessionSeconds = 3600;

/** What a TLS library works with for some credentials. Its ticket keys are its own: no other takes a ticket of it. */
export interface Secured<Context> {
  readonly context: Context;
  /** A digest of the credentials and the policy of resumption, so that no key lies about as a map's key. */
  readonly digest: string;
  /** What peers showed whose tickets are sealed with these keys. */
  readonly chains: PeerChains;
  readonly since: number;
  /** The one before it, for tickets sealed with its keys. */
  readonly previous?: Secured<Context>;
}

/**
 * The library's contexts by the value of the credentials, the 64 used last: making one parses keys and certificates. One that gives
 * out tickets is made anew each hour, and with it the keys; the one before stays for an hour more, so that no ticket dies young.
 */
export class SecuredContexts<Context> {
  readonly #kept = new Map<string, Secured<Context>>();
  readonly #now: () => number;
  readonly #make: (credentials: TlsCredentials, digest: string) => Context;

  /** `now`: monotonic milliseconds. `make` may throw: the credentials are of no use. */
  constructor(now: () => number, make: (credentials: TlsCredentials, digest: string) => Context) {
    this.#now = now;
    this.#make = make;
  }

  find(credentials: TlsCredentials): Secured<Context> {
    const digest = digestOf(credentials);
    const known = this.#kept.get(digest);
    const secured = known !== undefined && this.#hours(known) < 1 ? known : this.#begin(credentials, digest, known);
    this.#kept.delete(digest);
    this.#kept.set(digest, secured);
    if (this.#kept.size > keptAtMost) this.#forgetOldest();
    return secured;
  }

  /** The one whose keys are honoured beside those of `secured`. */
  before({ previous }: Secured<Context>): Secured<Context> | undefined {
    return previous !== undefined && this.#hours(previous) < 2 ? previous : undefined;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Tickets of this context, and of its successor or predecessor, are worthless from now on. */
  renew(secured: Secured<Context>): void {
    const kept = this.#kept.get(secured.digest);
    if (kept === secured || kept?.previous === secured) this.#kept.delete(secured.digest);
  }

  clear(): void {
    this.#kept.clear();
  }

  #hours({ since }: Secured<Context>): number {
    return Math.floor((this.#now() - since) / (sessionSeconds * 1000));
  }

  #begin(credentials: TlsCredentials, digest: string, known: Secured<Context> | undefined): Secured<Context> {
    const next = { context: this.#make(credentials, digest), digest, chains: new PeerChains(), since: this.#now() };
    if (known === undefined) return next;
    const { context, chains, since } = known;
    return { ...next, previous: { context, digest, chains, since } };
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
