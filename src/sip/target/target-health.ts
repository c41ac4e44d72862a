import type { TransportName } from '../settings.ts';
import type { Candidate } from './target.ts';

/** A place that failed is asked last for so long, unless it said for how long itself. */
const shunMs = 30_000;
const shunAtMostMs = 3600_000;
const placesAtMost = 1000;

/** What is known of a place that failed lately. */
export interface TargetReport extends Candidate {
  readonly transport: TransportName;
  readonly failures: number;
  readonly reason: string;
  /** Milliseconds until it is asked in its turn again; 0 when it is. */
  readonly shunnedMs: number;
}

interface Place extends Candidate {
  readonly transport: TransportName;
  failures: number;
  reason: string;
  until: number;
}

/**
 * Which places failed lately. A place, not a name: one bad host of a domain does not condemn the others, and two names of one host
 * need not find out twice. A shunned place is asked after the others, never not at all.
 */
export class TargetHealth {
  readonly #places = new Map<string, Place>();

  /** `retryAfterMs`: what the place itself asked for (503 with Retry-After). */
  failed(place: Candidate, transport: TransportName, now: number, reason: string, retryAfterMs?: number): void {
    const key = keyOf(place, transport);
    const known = this.#places.get(key);
    this.#places.delete(key);
    const oldest = this.#places.size >= placesAtMost ? this.#places.keys().next().value : undefined;
    if (oldest !== undefined) this.#places.delete(oldest);
    const { host, port } = place;
    const until = now + Math.min(retryAfterMs ?? shunMs, shunAtMostMs);
    this.#places.set(key, { host, port, transport, failures: (known?.failures ?? 0) + 1, reason, until });
  }

  worked(place: Candidate, transport: TransportName): void {
    // The usual case: nobody has failed.
    if (this.#places.size > 0) this.#places.delete(keyOf(place, transport));
  }

  /** The candidates with those that are shunned behind the others. */
  order(candidates: readonly Candidate[], transport: TransportName, now: number): readonly Candidate[] {
    if (this.#places.size === 0) return candidates;
    const isShunned = (place: Candidate): boolean => this.isShunned(place, transport, now);
    return [...candidates.filter((place) => !isShunned(place)), ...candidates.filter(isShunned)];
  }

  isShunned(place: Candidate, transport: TransportName, now: number): boolean {
    return this.#places.size > 0 && (this.#places.get(keyOf(place, transport))?.until ?? 0) > now;
  }

  report(now: number): readonly TargetReport[] {
    return [...this.#places.values()].map(({ until, ...place }) => ({
      ...place,
      shunnedMs: Math.max(0, until - now),
    }));
  }
}

function keyOf({ host, port }: Candidate, transport: TransportName): string {
  return `${transport} ${host} ${port}`;
}
