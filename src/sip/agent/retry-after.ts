import type { SipResponse } from '../message/index.ts';

/** What Retry-After asks for, in milliseconds; undefined when there is none (RFC 3261 20.33). */
export function retryAfterMs(response: SipResponse | undefined): number | undefined {
  const seconds = /^\d{1,7}/.exec(response?.header('retry-after') ?? '')?.[0];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
