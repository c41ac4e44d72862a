import { Association, type AssociationEvent, type AssociationParts } from './association.ts';
import type { AssociationReport, PeerStatus } from './report.ts';
import { type Selection, selectServer } from './selection.ts';
import type { NtpServerSettings } from './settings.ts';

/** Whoever keeps the clock hears of these. */
export interface NtpListener {
  /** The clock is to follow this server: its time is `base` plus the monotonic clock. `isNew`: it was not followed before. */
  followed(address: string, base: number, isNew: boolean): void;
  /** Nobody is followed any more. */
  lost(reason: string): void;
  heard(address: string, event: AssociationEvent): void;
}

/** All servers that are configured, and the choice among them. */
export class NtpClient {
  readonly #parts: Omit<AssociationParts, 'changed'>;
  readonly #listener: NtpListener;
  readonly #associations = new Map<string, Association>();
  #selection: Selection = { kind: 'none' };

  constructor(parts: Omit<AssociationParts, 'changed'>, listener: NtpListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  /** A server whose line did not change is asked on as before. */
  reconfigure(servers: readonly NtpServerSettings[]): void {
    for (const [key, association] of this.#associations) {
      if (servers.includes(association.settings)) continue;
      association.stop();
      this.#associations.delete(key);
    }
    for (const settings of servers) {
      const association = new Association(settings, {
        ...this.#parts,
        changed: (changed, event) => this.#changed(changed, event),
      });
      if (this.#associations.has(association.key)) continue;
      this.#associations.set(association.key, association);
      association.start();
    }
    this.#select();
  }

  stop(): void {
    for (const association of this.#associations.values()) association.stop();
  }

  /** The server that is followed. */
  get peer(): Association | undefined {
    return this.#selection.kind === 'chosen' ? this.#associations.get(this.#selection.key) : undefined;
  }

  report(): readonly (AssociationReport & { readonly status: PeerStatus })[] {
    return Array.from(this.#associations.values(), (one) => ({ ...one.report(), status: this.#statusOf(one) }));
  }

  #statusOf(association: Association): PeerStatus {
    if (association.candidate === undefined) return 'unfit';
    if (this.#selection.kind !== 'chosen') return 'falseticker';
    if (this.#selection.key === association.key) return 'system peer';
    return this.#selection.survivors.has(association.key) ? 'candidate' : 'falseticker';
  }

  #changed(association: Association, event: AssociationEvent): void {
    this.#listener.heard(association.address, event);
    this.#select();
  }

  /** Waits until every server was asked once: the first to answer need not be the one that is right. */
  #select(): void {
    const all = [...this.#associations.values()];
    const before = this.#selection;
    if (before.kind === 'none' && !all.every(({ isTried }) => isTried)) return;
    const selection = selectServer(all.flatMap(({ candidate }) => candidate ?? []));
    this.#selection = selection;
    if (selection.kind === 'chosen') {
      const { candidate, address } = this.#associations.get(selection.key) ?? {};
      const isNew = before.kind !== 'chosen' || before.key !== selection.key;
      if (candidate !== undefined && address !== undefined) this.#listener.followed(address, candidate.base, isNew);
    } else if (before.kind === 'chosen') this.#listener.lost(reasonOf(selection, all.length));
    else if (before.kind !== selection.kind && selection.kind === 'disagreement') {
      this.#listener.lost(reasonOf(selection, all.length));
    }
  }
}

function reasonOf({ kind }: Selection, servers: number): string {
  if (kind === 'disagreement') return 'the servers do not agree about the time';
  return servers === 0 ? 'no server is configured' : 'no server answers';
}
