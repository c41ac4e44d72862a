import type { IncomingInvite, ReplacedLeg, SessionHandler } from '../sip/session.ts';
import type { Call } from './call.ts';
import { CallerSipLeg } from './caller-sip-leg.ts';
import type { Release } from './cause.ts';
import { codecsOf } from './codec-class.ts';
import type { LegWorld } from './leg-world.ts';
import { noCircuit, noSuchDialog, noTranscoder, notAllowed } from './refusals.ts';
import type { CallSettings } from './service-settings.ts';
import type { VoipPeer } from './settings.ts';

/** What a call that takes the place of another's leg needs of whoever owns the calls. */
export interface TakeoverNeeds {
  readonly world: LegWorld;
  readonly settings: () => CallSettings;
  callWith(leg: number): Call | undefined;
}

/**
 * An INVITE with Replaces (RFC 3891 3): its leg takes the place of another of the same party in a call that stands, and that one is let
 * go. The call is no new one. Returns the leg, or why it is refused.
 */
export function takeOver(
  { world, settings, callWith }: TakeoverNeeds,
  invite: IncomingInvite,
  peer: VoipPeer | undefined,
  replaced: ReplacedLeg,
): SessionHandler | Release {
  if ('status' in replaced) return { cause: 31, status: replaced.status };
  const seat = (): ReturnType<Call['seatOf']> => callWith(replaced.leg)?.seatOf(replaced.leg);
  const call = callWith(replaced.leg);
  const other = call?.state === 'active' ? seat()?.other : undefined;
  const { sip, voiceClasses } = settings();
  if (call === undefined || other === undefined) return noSuchDialog;
  if (other.protocol === 'sip' && !sip.allowSipToSip) return notAllowed;
  if (!world.use.enter(peer)) return noCircuit;
  const asked = { requested: undefined, redirecting: undefined };
  const leg = new CallerSipLeg(world, call, peer, codecsOf(peer, voiceClasses), invite, asked);
  const fitting = other.audio?.codec ?? leg.codecs[0];
  const refusal = leg.refusal ?? (fitting !== undefined && leg.codecs.includes(fitting) ? undefined : noTranscoder);
  if (refusal !== undefined || fitting === undefined) {
    leg.release(refusal ?? noTranscoder);
    return leg;
  }
  leg.prepare((failure) => {
    const found = seat();
    if (failure !== undefined || found === undefined || call.state !== 'active')
      return leg.release(failure ?? noSuchDialog);
    leg.choose(fitting);
    call.seat(leg, found);
  });
  return leg;
}
