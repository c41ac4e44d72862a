import type { Sample } from './reply.ts';

/** RFC 5905 10: so many measurements of a server are kept. */
export const filterSize = 8;
/** How far a clock may drift, milliseconds a millisecond: PHI. */
const drift = 15e-6;
const emptyDispersionMs = 16_000;

/** What the last measurements of one server say together. */
export interface Filtered {
  /** The one that travelled quickest: the least of it is guesswork. */
  readonly best: Sample;
  /** RFC 5905's measure: places not filled yet count 16 seconds. */
  readonly dispersionMs: number;
  readonly jitterMs: number;
  /** How far the server's time may be from the true one, all in all. */
  readonly distanceMs: number;
}

/** `samples`: newest last. `now`: the monotonic clock. */
export function filterSamples(samples: readonly Sample[], now: number): Filtered | undefined {
  const aged = (sample: Sample): number => sample.errorMs + drift * (now - sample.at);
  const sorted = samples.toSorted((a, b) => a.delayMs / 2 + aged(a) - b.delayMs / 2 - aged(b));
  const best = sorted[0];
  if (best === undefined) return undefined;
  let dispersionMs = 0;
  for (let i = 0; i < filterSize; i++) {
    const sample = sorted[i];
    dispersionMs += (sample === undefined ? emptyDispersionMs : aged(sample)) / 2 ** (i + 1);
  }
  const squares = samples.reduce((sum, { base }) => sum + (base - best.base) ** 2, 0);
  const jitterMs = samples.length < 2 ? 0 : Math.sqrt(squares / (samples.length - 1));
  const { rootDelayMs, rootDispersionMs } = best.packet;
  const distanceMs = (rootDelayMs + best.delayMs) / 2 + rootDispersionMs + aged(best) + jitterMs;
  return { best, dispersionMs, jitterMs, distanceMs };
}
