import type { PatternMatch } from './pattern.ts';
import type { PotsPeer } from './settings.ts';

/**
 * The digits a POTS peer sends to its port (ios-facts 3.4): `forward-digits` decides when given, else `digit-strip` takes
 * the literally matched digits away; then `prefix` goes in front.
 */
export function digitsToSend(
  peer: Pick<PotsPeer, 'digitStrip' | 'forwardDigits' | 'prefix'>,
  called: string,
  match: PatternMatch,
): string {
  return (peer.prefix ?? '') + remaining(peer, called, match);
}

function remaining(
  { digitStrip, forwardDigits }: Pick<PotsPeer, 'digitStrip' | 'forwardDigits'>,
  called: string,
  match: PatternMatch,
): string {
  if (forwardDigits === 'all') return called;
  if (forwardDigits === 'extra') return called.slice(match.length);
  if (forwardDigits !== undefined) return called.slice(Math.max(0, called.length - forwardDigits));
  return digitStrip ? called.slice(match.explicit) : called;
}
