import { registrarAddress } from '../sip/registration/register-target.ts';
import type { SipSettings } from '../sip/settings.ts';
import type { PatternMatch } from './pattern.ts';
import type { TargetAddress, VoipPeer } from './settings.ts';

/**
 * Where a call through a peer goes: its own target, or the `sip-server`, or the registrar. The macros of a `dns:` target are put in: `$s$` the
 * peer's pattern, `$d$` the called number, `$e$` its digits backwards with dots between, `$u$` what the pattern does not name.
 * Undefined: nowhere, as the target is of a kind that is not spoken, or what comes of it is no host name.
 */
export function addressOf(
  { sessionTarget, destinationPattern = '' }: VoipPeer,
  called: string,
  match: PatternMatch,
  sip: Pick<SipSettings, 'sipServer' | 'registrars'>,
): TargetAddress | undefined {
  if (sessionTarget === undefined || sessionTarget.kind === 'other') return undefined;
  if (sessionTarget.kind === 'sip-server' || sessionTarget.kind === 'registrar')
    return pointedTarget(sessionTarget.kind, sip);
  if (sessionTarget.kind !== 'dns' || !sessionTarget.host.startsWith('$')) return sessionTarget;
  const values: Readonly<Record<string, string>> = {
    s: destinationPattern,
    d: called,
    e: [...called].reverse().join('.'),
    u: called.slice(match.explicit),
  };
  const host = sessionTarget.host.replace(/^\$([sdeu])\$/i, (_, macro: string) => values[macro.toLowerCase()] ?? '');
  return isHostName(host) ? { ...sessionTarget, host } : undefined;
}

/** The `sip-server`, or the first registrar that is not the secondary one. */
export function pointedTarget(
  kind: 'sip-server' | 'registrar',
  { sipServer, registrars }: Pick<SipSettings, 'sipServer' | 'registrars'>,
): TargetAddress | undefined {
  if (kind === 'sip-server') return sipServer;
  const first = registrars.find(({ secondary }) => !secondary) ?? registrars[0];
  return first === undefined ? undefined : registrarAddress(first.target);
}

function isHostName(host: string): boolean {
  return host.length <= 253 && host.split('.').every((label) => /^[A-Za-z0-9_-]{1,63}$/.test(label));
}
