/** When something is to be done about a certificate that will expire. Times are milliseconds since the epoch. */

export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

const dayMs = 86_400_000;
const firstWarningDays = 60;
const weekDays = 7;

/** Of the lifetime, when `auto-enroll` names no percentage: late, but not when it is over. */
const usualPercent = 90;

/** When `percent` of the lifetime have passed. */
export function renewalTime({ notBefore, notAfter }: Validity, percent = usualPercent): number {
  return notBefore + Math.floor(((notAfter - notBefore) * percent) / 100);
}

/**
 * When the operator is to be warned next: 60 days before the end, then weekly, in the last week daily, and at the end once.
 * `last` is the last warning. Undefined: nothing is left to say.
 */
export function nextWarning(notAfter: number, last: number | undefined): number | undefined {
  if (last === undefined) return notAfter - firstWarningDays * dayMs;
  const remaining = notAfter - last;
  if (remaining <= 0) return undefined;
  if (remaining <= weekDays * dayMs) return Math.min(last + dayMs, notAfter);
  return last + Math.min(weekDays * dayMs, remaining - weekDays * dayMs);
}

/** In its last week a warning is an alert. */
export function isUrgent(remainingMs: number): boolean {
  return remainingMs <= weekDays * dayMs;
}

/** `12 Days 3 hours 0 mins 9 secs`, as IOS counts down. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  return `${days} Days ${hours} hours ${Math.floor(seconds / 60) % 60} mins ${seconds % 60} secs`;
}

const firstRetryMs = 10 * 60_000;
const longestRetryMs = dayMs;

/** How long to wait before a renewal that failed so many times is tried again; longer each time. */
export function retryDelay(failures: number): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 16));
}
