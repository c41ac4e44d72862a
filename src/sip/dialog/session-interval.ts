import type { SipRequest, SipResponse } from '../message/index.ts';

/** Who refreshes the session, seen from the transaction that says so. */
export type Refresher = 'uac' | 'uas';

/** `min-se`: the shortest interval we take, and the one we ask for; seconds. */
export interface IntervalPolicy {
  readonly minSe: number;
  readonly sessionExpires: number;
}

/** What both sides agreed on. */
export interface AgreedInterval {
  readonly seconds: number;
  readonly refresher: Refresher;
  /** The peer knows session timers, and will end the session by itself; without that only we watch. */
  readonly isShared: boolean;
}

export interface SessionExpires {
  readonly seconds: number;
  readonly refresher: Refresher | undefined;
}

/** The shortest interval anybody may ask for (RFC 4028 5). */
export const shortestInterval = 90;

/** Session-Expires; undefined when absent or malformed. */
export function readSessionExpires(text: string | undefined): SessionExpires | undefined {
  if (text === undefined) return undefined;
  const [, digits = '', parameters = ''] = /^(\d{1,10})\s*((?:;.*)?)$/.exec(text) ?? [];
  if (digits === '') return undefined;
  const named = /;\s*refresher\s*=\s*(uac|uas)\s*(?:;|$)/i.exec(parameters)?.[1]?.toLowerCase();
  return { seconds: Number(digits), refresher: named === 'uac' || named === 'uas' ? named : undefined };
}

/** `1800;refresher=uac`, as a header line. */
export function printSessionExpires(seconds: number, refresher?: Refresher): string {
  return `Session-Expires: ${seconds}${refresher === undefined ? '' : `;refresher=${refresher}`}`;
}

/**
 * Our answer to an INVITE or UPDATE as to its interval (RFC 4028 9); `too small` wants a 422. Whoever does not know session
 * timers cannot be told so, and is refreshed by us: the interval that a proxy put in is kept then.
 */
export function judgeInterval(request: SipRequest, policy: IntervalPolicy): AgreedInterval | 'too small' {
  const isShared = request.supported.includes('timer');
  const asked = readSessionExpires(request.sessionExpires);
  const floor = Math.max(policy.minSe, request.minSe ?? 0);
  const refresher = isShared ? (asked?.refresher ?? 'uac') : 'uas';
  if (asked === undefined) return { seconds: Math.max(floor, policy.sessionExpires), refresher, isShared };
  if (asked.seconds < policy.minSe && isShared) return 'too small';
  const seconds = Math.max(shortestInterval, Math.min(asked.seconds, Math.max(floor, policy.sessionExpires)));
  return { seconds, refresher, isShared };
}

/** What a 2xx to our INVITE or UPDATE, which asked for `sent` seconds, agreed on (RFC 4028 7.2). */
export function intervalOf(response: SipResponse, sent: number): AgreedInterval {
  const granted = readSessionExpires(response.sessionExpires);
  if (granted === undefined) return { seconds: sent, refresher: 'uac', isShared: false };
  const seconds = Math.max(shortestInterval, granted.seconds);
  return { seconds, refresher: granted.refresher ?? 'uac', isShared: true };
}

/** The header lines that tell what was agreed on in a 2xx (RFC 4028 9). */
export function intervalHeaders({ seconds, refresher, isShared }: AgreedInterval): readonly string[] {
  const line = printSessionExpires(seconds, refresher);
  return isShared && refresher === 'uac' ? ['Require: timer', line] : [line];
}

/** Milliseconds after which a session is refreshed, and after which it is ended when nobody did so (RFC 4028 10). */
export function intervalTimes(seconds: number): { readonly refreshMs: number; readonly endMs: number } {
  return { refreshMs: seconds * 500, endMs: Math.ceil((seconds - Math.min(32, seconds / 3)) * 1000) };
}
