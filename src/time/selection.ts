/** A server that answered, as far as the choice among servers is concerned. */
export interface Candidate {
  readonly key: string;
  /** Its time, as distance from the monotonic clock, milliseconds. */
  readonly base: number;
  /** How far from the true time that may be. */
  readonly distanceMs: number;
  readonly stratum: number;
  readonly prefer: boolean;
}

export type Selection =
  | { readonly kind: 'none' }
  /** No more than half of them agree: nobody can tell who is right. */
  | { readonly kind: 'disagreement' }
  | { readonly kind: 'chosen'; readonly key: string; readonly survivors: ReadonlySet<string> };

/** Servers that differ by less are taken to agree: certificates and logs need no better. */
const agreementMs = 50;
/** Numbers of this size are not exact to the last digit. */
const roundingMs = 1;

/**
 * RFC 5905 11.2.1, in short: each server says that the true time lies in an interval; the largest set of intervals with a
 * common point is believed when it is more than half of all. Of those a preferred one leads, else the one nearest to its source.
 */
export function selectServer(candidates: readonly Candidate[]): Selection {
  if (candidates.length === 0) return { kind: 'none' };
  const reach = ({ distanceMs }: Candidate): number => Math.max(distanceMs, agreementMs);
  let agreed: readonly Candidate[] = [];
  for (const one of candidates) {
    const point = one.base - reach(one);
    const around = candidates.filter((other) => Math.abs(other.base - point) <= reach(other) + roundingMs);
    if (around.length > agreed.length) agreed = around;
  }
  if (agreed.length * 2 <= candidates.length) return { kind: 'disagreement' };
  const [best] = agreed.toSorted(
    (a, b) => Number(b.prefer) - Number(a.prefer) || a.stratum - b.stratum || a.distanceMs - b.distanceMs,
  );
  if (best === undefined) return { kind: 'none' };
  return { kind: 'chosen', key: best.key, survivors: new Set(agreed.map(({ key }) => key)) };
}
