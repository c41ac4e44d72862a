import type { SipSettings } from '../sip/settings.ts';
import { codecsOf } from './codec-class.ts';
import { effectiveSettings } from './effective-settings.ts';
import { isActive } from './server-group.ts';
import type { DialPeer, PatternMap, VoiceClasses, VoipPeer } from './settings.ts';
import { pointedTarget } from './target-address.ts';

/**
 * How a dial peer stands (`OPER`). `down`: it neither makes calls nor takes those that come in. Up with a reason: it takes
 * calls, and would make some but for that.
 */
export type Operation =
  | { readonly state: 'up'; readonly makesNone?: string }
  | { readonly state: 'down'; readonly reason: string };

interface Surroundings {
  readonly sip: SipSettings;
  readonly voiceClasses: VoiceClasses;
}

/** The one place that says whether a peer is up, and why it is not. */
export function operationOf(peer: DialPeer, { sip, voiceClasses }: Surroundings): Operation {
  const blocked = whyBlocked(peer, sip, voiceClasses);
  if (blocked !== undefined) return { state: 'down', reason: blocked };
  const reason = whyNotDialled(peer, voiceClasses) ?? whyNowhere(peer, sip);
  if (reason === undefined || (reason === unnamed && takesCalls(peer))) return { state: 'up' };
  return takesCalls(peer) ? { state: 'up', makesNone: reason } : { state: 'down', reason };
}

/** Why it can have no call at all, in either direction. */
function whyBlocked(peer: DialPeer, sip: SipSettings, classes: VoiceClasses): string | undefined {
  if (peer.shutdown) return 'shutdown';
  if (peer.kind === 'pots') return undefined;
  if (!speaksSip(peer)) return 'session protocol is not sipv2';
  if (codecsOf(peer, classes).length === 0) return `codec ${peer.otherCodec ?? ''} is not spoken`;
  if (effectiveSettings(sip, peer) === undefined) return `voice class tenant ${peer.tenant} is not defined`;
  return undefined;
}

/** H.323 (`session protocol cisco`, IOS's default) is not spoken here: such a peer takes no call and makes none. */
export function speaksSip(peer: DialPeer): boolean {
  return peer.kind === 'pots' || peer.sessionProtocol === 'sipv2';
}

const unnamed = 'no destination-pattern';

/** Why no number leads to it, or it leads nowhere; undefined when calls can be made. */
export function whyNotDialled(
  peer: DialPeer,
  classes: Pick<VoiceClasses, 'serverGroups' | 'patternMaps'>,
): string | undefined {
  const { destinationPattern, destinationMap } = peer;
  const isNamed = destinationPattern !== undefined || (peer.kind === 'voip' && peer.destinationUri !== undefined);
  if (!isNamed && destinationMap === undefined) return unnamed;
  if (!isNamed && !isUsable(classes.patternMaps.get(destinationMap ?? 0)))
    return `voice class e164-pattern-map ${destinationMap} is shut, empty or not defined`;
  return peer.kind === 'pots' ? (peer.port === undefined ? 'no port' : undefined) : whyTargetless(peer, classes);
}

/** A map that is to be read from a file may have its patterns any moment. */
function isUsable(map: PatternMap | undefined): boolean {
  return map !== undefined && !map.shutdown && (map.patterns.length > 0 || map.url !== undefined);
}

function whyTargetless(
  { serverGroup, sessionTarget }: VoipPeer,
  { serverGroups }: Pick<VoiceClasses, 'serverGroups'>,
): string | undefined {
  if (serverGroup !== undefined) {
    const group = `voice class server-group ${serverGroup}`;
    return isActive(serverGroups.get(serverGroup)) ? undefined : `${group} is shut, empty or not defined`;
  }
  if (sessionTarget === undefined) return 'no session target';
  return sessionTarget.kind === 'other' ? `session target ${sessionTarget.text} is not supported` : undefined;
}

/** Why a target that points elsewhere leads nowhere. */
function whyNowhere(peer: DialPeer, sip: SipSettings): string | undefined {
  if (peer.kind === 'pots') return undefined;
  const { kind } = peer.sessionTarget ?? {};
  const effective = effectiveSettings(sip, peer);
  if (effective === undefined || (kind !== 'sip-server' && kind !== 'registrar')) return undefined;
  return pointedTarget(kind, effective.sip) === undefined ? `no ${kind}` : undefined;
}

/** Whether something says which incoming calls are its. */
function takesCalls(peer: DialPeer): boolean {
  const { incomingCalledNumber, incomingCalledMap, answerAddress, incomingCallingMap } = peer;
  const byNumber = [incomingCalledNumber, incomingCalledMap, answerAddress, incomingCallingMap];
  const byUri = peer.kind === 'voip' && Object.keys(peer.incomingUri).length > 0;
  return byUri || byNumber.some((one) => one !== undefined);
}
