import type { KeepaliveTarget } from '../sip/keepalive/index.ts';
import {
  type HeartbeatTiming,
  heartbeatDefaults,
  noTenant,
  retryDefaults,
  type TransportName,
  timerDefaults,
} from '../sip/settings.ts';
import { type EffectiveSettings, effectiveSettings } from './effective-settings.ts';
import { isActive } from './server-group.ts';
import { type CallSettings, stopOf } from './service-settings.ts';
import type { GroupServer, KeepaliveProfile, TargetAddress, VoipPeer } from './settings.ts';
import { pointedTarget } from './target-address.ts';

/** A place that a dial peer's calls go to, and how it is asked whether it lives. */
export interface WatchedPlace {
  /** Of the peer's group of servers; absent: the peer's one target, or its outbound proxy. */
  readonly server?: GroupServer;
  readonly target: KeepaliveTarget;
}

type Settings = Pick<CallSettings, 'dialPlan' | 'voiceClasses' | 'sip'>;

/** By dial peer: the places to ask, for those peers that want it and can be called through. */
export function keepalivePlan(settings: Settings): ReadonlyMap<number, readonly WatchedPlace[]> {
  const plan = new Map<number, readonly WatchedPlace[]>();
  if (stopOf(settings) !== undefined) return plan;
  for (const peer of settings.dialPlan.peers.values()) {
    if (peer.kind !== 'voip' || peer.keepalive === undefined) continue;
    const places = placesOf(peer, settings);
    if (places.length > 0) plan.set(peer.tag, places);
  }
  return plan;
}

/** Whom the ports of the gateway depend on: `keepalive target`. */
export function gatewayTargets(sip: CallSettings['sip']): readonly KeepaliveTarget[] {
  const { keepaliveTargets, keepaliveTrigger: answers, retry, timers } = sip;
  const timing = {
    upSeconds: timers.keepaliveActive ?? timerDefaults.keepaliveActive,
    downSeconds: timers.keepaliveDown ?? timerDefaults.keepaliveDown,
    retries: retry.keepalive ?? retryDefaults.keepalive,
    answers,
  };
  return keepaliveTargets.map(({ kind, host, port, transport }) => ({
    host,
    isName: kind === 'dns',
    ...(port === undefined ? {} : { port }),
    transport,
    tenant: noTenant,
    scheme: 'sip',
    timing,
  }));
}

function placesOf(peer: VoipPeer, { voiceClasses, sip }: Settings): readonly WatchedPlace[] {
  const { keepalive = heartbeatDefaults } = peer;
  const manner = 'profile' in keepalive ? voiceClasses.keepalives.get(keepalive.profile) : ownManner(keepalive);
  const effective = effectiveSettings(sip, peer);
  if (peer.shutdown || peer.sessionProtocol !== 'sipv2' || effective === undefined) return [];
  if (manner === undefined || manner.shutdown) return [];
  const scheme = effective.scheme === 'sips' ? 'sips' : 'sip';
  const asked = manner.transport === 'system' ? effective.transport : manner.transport;
  const transport: TransportName = scheme === 'sips' ? 'tls' : asked;
  const { upSeconds, downSeconds, retries } = manner;
  const timing = { upSeconds, downSeconds, retries };
  return targetsOf(peer, voiceClasses, effective).map(({ server, place: { kind, host, port } }) => ({
    ...(server === undefined ? {} : { server }),
    target: {
      host,
      isName: kind === 'dns',
      ...(port === undefined ? {} : { port }),
      transport,
      bind: peer.bind?.control,
      tenant: effective.tenant,
      scheme,
      timing,
    },
  }));
}

/** A peer that says itself how its places are asked. */
function ownManner(timing: HeartbeatTiming): HeartbeatTiming & Pick<KeepaliveProfile, 'transport' | 'shutdown'> {
  return { ...timing, transport: 'system', shutdown: false };
}

/** Where the requests of its calls go first. A target that the called number makes is not known beforehand. */
function targetsOf(
  { serverGroup, sessionTarget }: VoipPeer,
  { serverGroups }: CallSettings['voiceClasses'],
  { outboundProxy, sip }: EffectiveSettings,
): readonly { readonly server?: GroupServer; readonly place: TargetAddress }[] {
  if (outboundProxy !== undefined) return [{ place: outboundProxy }];
  if (serverGroup !== undefined) {
    const group = serverGroups.get(serverGroup);
    return isActive(group) ? group.servers.map((server) => ({ server, place: server })) : [];
  }
  if (sessionTarget === undefined || sessionTarget.kind === 'other') return [];
  if (sessionTarget.kind === 'sip-server' || sessionTarget.kind === 'registrar') {
    const place = pointedTarget(sessionTarget.kind, sip);
    return place === undefined ? [] : [{ place }];
  }
  return sessionTarget.host.startsWith('$') ? [] : [{ place: sessionTarget }];
}
