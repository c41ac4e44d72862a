import { CommandError } from '../cli/index.ts';
import type { SipSettings } from '../sip/settings.ts';

type SessionTimer = Pick<SipSettings, 'minSe' | 'sessionExpires'>;

/** What `min-se SECONDS [session-expires EXPIRES]` sets: both, since one without the other may not fit. */
export function readSessionTimer(seconds: number, expires: number | undefined): SessionTimer {
  if (expires !== undefined && expires < seconds) throw new CommandError('% session-expires is below min-se');
  return { minSe: seconds, sessionExpires: expires };
}

export function printSessionTimer({ minSe, sessionExpires }: SessionTimer): string {
  return `min-se ${minSe}${sessionExpires === undefined ? '' : ` session-expires ${sessionExpires}`}`;
}
