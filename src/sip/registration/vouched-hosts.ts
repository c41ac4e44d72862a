import { parseUri } from '../message/index.ts';
import type { Flow } from '../transport/index.ts';

/** An address or a name that may call, and the line that says why. */
export interface VouchedHost {
  readonly host: string;
  readonly line: string;
}

/**
 * Whom a registration vouches for: the hops of its Service-Route, and the address that DNS gave for its registrar. Over TLS no address is
 * believed for the registrar's sake: there its name is proved.
 */
export function vouchedBy(registrar: string, flow: Flow | undefined, route: readonly string[]): readonly VouchedHost[] {
  const hops = route.flatMap((hop) => parseUri(hop.slice(1, -1))?.address ?? []);
  const at = flow === undefined || flow.transport === 'tls' ? [] : [flow.remote.host];
  return [
    ...at.map((host) => ({ host, line: `registrar ${registrar}, registered there` })),
    ...hops.map((host) => ({ host: host.toLowerCase(), line: `registrar ${registrar}, Service-Route` })),
  ];
}

/** The hosts of all registrations. Many numbers have the same: each is there for as long as one of them vouches for it. */
export class VouchedHosts<Owner> {
  readonly #byOwner = new Map<Owner, readonly VouchedHost[]>();
  readonly #counts = new Map<string, number>();
  readonly #lines = new Map<string, string>();

  /** Lines by host, as they are at any time. */
  get lines(): ReadonlyMap<string, string> {
    return this.#lines;
  }

  set(owner: Owner, hosts: readonly VouchedHost[]): void {
    const before = this.#byOwner.get(owner) ?? [];
    for (const { host, line } of hosts) {
      this.#counts.set(host, (this.#counts.get(host) ?? 0) + 1);
      if (!this.#lines.has(host)) this.#lines.set(host, line);
    }
    for (const { host } of before) this.#leave(host);
    if (hosts.length === 0) this.#byOwner.delete(owner);
    else this.#byOwner.set(owner, hosts);
  }

  clear(): void {
    this.#byOwner.clear();
    this.#counts.clear();
    this.#lines.clear();
  }

  #leave(host: string): void {
    const left = (this.#counts.get(host) ?? 0) - 1;
    if (left > 0) {
      this.#counts.set(host, left);
      return;
    }
    this.#counts.delete(host);
    this.#lines.delete(host);
  }
}
