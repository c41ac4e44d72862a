import type { Address } from '../../io/index.ts';
import { noTenant } from '../settings.ts';

/** What an entry of the upper table points at. */
export interface Reusable {
  readonly id: number;
  readonly remote: Address;
}

/** One reusable connection as the upper table knows it. It may outlive its socket: see `clear`. */
export interface ReuseEntry<S extends Reusable> {
  readonly port: number;
  readonly identity: string;
  readonly socket: S;
}

interface Agent<S extends Reusable> {
  readonly entries: Map<number | string, ReuseEntry<S>>;
}

/** Agents without a connection that are still listed. */
const emptyAgentsAtMost = 256;

/**
 * The upper table of one transport: what may be reused, by remote address and port, and for TLS by `identity` too (the name we
 * demanded, trustpoint and policy), so that no request ever rides on a connection that proved something else.
 */
export class ReuseTable<S extends Reusable> {
  readonly #agents = new Map<string, Agent<S>>();
  #empty = 0;

  find(remote: Address, identity: string): S | undefined {
    return this.#agents.get(remote.host)?.entries.get(keyOf(remote.port, identity))?.socket;
  }

  /** `port`: where it would have been made to, if not by its peer. */
  put(socket: S, identity: string, port = socket.remote.port): void {
    const { host } = socket.remote;
    let agent = this.#agents.get(host);
    if (agent === undefined) {
      agent = { entries: new Map() };
      this.#agents.set(host, agent);
    } else if (agent.entries.size === 0) this.#empty--;
    agent.entries.set(keyOf(port, identity), { port, identity, socket });
  }

  /** A socket is gone: so is its entry, and its agent's line with the last one. An entry that points elsewhere stays. */
  remove(socket: S, identity: string, port = socket.remote.port): void {
    const agent = this.#agents.get(socket.remote.host);
    const key = keyOf(port, identity);
    if (agent?.entries.get(key)?.socket !== socket) return;
    agent.entries.delete(key);
    if (agent.entries.size === 0) this.#agents.delete(socket.remote.host);
  }

  /** `clear ... target`: purges the entries of an address and port; the agent stays listed. False: there were none. */
  clear(target: Address): boolean {
    const agent = this.#agents.get(target.host);
    if (agent === undefined) return false;
    let found = false;
    for (const [key, entry] of agent.entries) {
      if (entry.port === target.port) found = agent.entries.delete(key);
    }
    if (found && agent.entries.size === 0) {
      this.#empty++;
      this.#forgetEmpty();
    }
    return found;
  }

  agents(): readonly { readonly host: string; readonly entries: readonly ReuseEntry<S>[] }[] {
    return [...this.#agents].map(([host, agent]) => ({ host, entries: [...agent.entries.values()] }));
  }

  #forgetEmpty(): void {
    if (this.#empty <= emptyAgentsAtMost) return;
    for (const [host, agent] of this.#agents) {
      if (agent.entries.size > 0) continue;
      this.#agents.delete(host);
      this.#empty--;
      return;
    }
  }
}

/** What tells the connections of a tenant, or of dial peers that are bound, from those of others; '' where it need not. */
export function identityOf(tenant: number, bind?: string): string {
  const own = tenant === noTenant ? '' : `tenant ${tenant}`;
  return bind === undefined ? own : `${own} from ${bind}`;
}

/** What a TLS connection must have proved to be found: the name asked for, by the rule `policy`, for whose requests. */
export function tlsIdentity(name: string, policy: string, whose: string): string {
  return `out ${name} ${policy}${whose}`;
}

/** A number as long as it can be: the path of every UDP datagram leads through here. */
function keyOf(port: number, identity: string): number | string {
  return identity === '' ? port : `${port} ${identity}`;
}
