import type { Address } from '../../io/index.ts';
import { aliasOffered, type HeldAlias, isSameClaim, mayCallFrom } from './connection-alias.ts';
import type { Verdict } from './policy.ts';
import type { ReuseTable } from './reuse-table.ts';
import type { StreamConnection } from './stream-connection.ts';
import type { Shared } from './upper-layer.ts';

/**
 * Enters TLS connections that peers made into the upper table, under the key for which a connection of ours would have to prove the
 * same (RFC 5923 8). Our policy is asked for that anew: as client the peer was accepted by other purposes, and for no name in particular.
 */
export class Aliases {
  readonly #shared: Shared;
  readonly #reuse: ReuseTable<StreamConnection>;

  constructor(shared: Shared, reuse: ReuseTable<StreamConnection>) {
    this.#shared = shared;
    this.#reuse = reuse;
  }

  /** A request that was admitted says `alias`. */
  offered(connection: StreamConnection, sentBy: Address): void {
    const { direction, transport, open, draining, alias: known } = connection;
    if (direction === 'out' || transport !== 'tls' || !open || draining) return;
    const offer = aliasOffered(connection, sentBy, this.#shared);
    if (known !== undefined && !isSameClaim(known, offer) && known.identity !== undefined) return;
    if (offer.state === 'refused') {
      this.withdraw(connection);
      connection.alias = offer;
    } else if (known?.identity !== offer.identity) {
      this.withdraw(connection);
      connection.alias = offer;
      void this.#judge(connection, offer);
    } else if (known.state === 'proved') this.#enter(connection, known);
  }

  /** A request of ours begins on a connection that was found by this key. */
  joined({ alias }: StreamConnection, identity: string): void {
    if (alias?.state === 'proved' && alias.identity === identity) alias.isUsed = true;
  }

  /** Nothing more is called on it by its name. */
  withdraw(connection: StreamConnection): void {
    const { alias } = connection;
    connection.alias = undefined;
    if (alias?.state === 'proved') this.#reuse.remove(connection, alias.identity, alias.place.port);
  }

  /** The policy no longer accepts its peer as who is called. Tells whether calls of ours began on it. */
  refused(connection: StreamConnection, alias: HeldAlias, reason: string): boolean {
    this.withdraw(connection);
    const { name, place, identity } = alias;
    connection.alias = { name, place, identity, state: 'refused', reason };
    return alias.isUsed;
  }

  /** `bind control` may have changed. */
  leaveOldSource(connection: StreamConnection): void {
    if (connection.alias !== undefined && !mayCallFrom(connection, this.#shared.settings)) this.withdraw(connection);
  }

  async #judge(connection: StreamConnection, alias: HeldAlias): Promise<void> {
    const { peer } = connection;
    if (peer === undefined) return;
    let verdict: Verdict;
    try {
      verdict = await this.#shared.policy.judge(peer, alias.subject);
    } catch (error) {
      verdict = { accepted: false, rule: 'internal', reason: String(error) };
    }
    if (connection.alias !== alias || !connection.open || connection.draining) return;
    if (!verdict.accepted) {
      this.refused(connection, alias, verdict.reason);
      return;
    }
    alias.state = 'proved';
    alias.validUntil = verdict.validUntil;
    // What it proved as client was nobody in particular: from here on it is known by the name it may be called by.
    connection.provedName = alias.name;
    this.#enter(connection, alias);
  }

  /** The oldest healthy connection stays. */
  #enter(connection: StreamConnection, { place, identity }: HeldAlias): void {
    const known = this.#reuse.find(place, identity);
    if (known === undefined || known.ended || known.draining) this.#reuse.put(connection, identity, place.port);
  }
}
