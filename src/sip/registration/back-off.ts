/** RFC 5626 4.5: seconds. */
const base = 30;
const longest = 1800;
const longestRetryAfter = 86_400;
/** Registrars that grant next to nothing must not be asked all the time. */
const shortestRefresh = 5;

/**
 * How long to wait before the next attempt, in milliseconds: between half and all of a bound that doubles with every failure in a
 * row. `failures`: 0 after the loss of a connection that worked. `random`: from 0 to 1.
 */
export function backOffMs(failures: number, random: number): number {
  const bound = Math.min(longest, base * 2 ** Math.min(failures, 16));
  return Math.round(1000 * bound * (0.5 + random / 2));
}

/** Where trying again soon changes nothing. */
export function lateRetryMs(random: number): number {
  return Math.round(1000 * longest * (0.5 + random / 2));
}

/** As the registrar asks, and a little later, so that not all come back in the same second. */
export function retryAfterMs(seconds: number, random: number): number {
  return Math.round(1000 * Math.min(Math.max(seconds, 1), longestRetryAfter) * (1 + random / 10));
}

/** `exhausted-random-interval`. */
export function exhaustedMs(minutes: { readonly minimum: number; readonly maximum: number }, random: number): number {
  return Math.round(60_000 * (minutes.minimum + random * (minutes.maximum - minutes.minimum)));
}

/** When to refresh what was granted. */
export function refreshMs(grantedSeconds: number, ratioPercent: number): number {
  return Math.round(1000 * Math.max(shortestRefresh, (grantedSeconds * ratioPercent) / 100));
}
