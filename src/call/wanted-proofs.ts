import type { AuthenticationEntry, SipSettings } from '../sip/settings.ts';
import type { VoipPeer } from './settings.ts';

/** What a caller must prove one of: the `challenge` entries of the peer, else of `sip-ua`. Undefined: nothing. */
export function wantedProofs(peer: VoipPeer | undefined, sip: SipSettings): readonly AuthenticationEntry[] | undefined {
  return challenging(peer?.authentication) ?? challenging(sip.authentication);
}

function challenging(entries: readonly AuthenticationEntry[] | undefined): readonly AuthenticationEntry[] | undefined {
  if (entries === undefined || entries.length === 0) return undefined;
  const wanted = entries.filter(({ challenge }) => challenge);
  return wanted.length === 0 ? undefined : wanted;
}
