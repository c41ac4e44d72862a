import { type Availability, keepaliveStatus } from './availability.ts';
import { operationOf } from './operation.ts';
import type { DialPeerRow, DialPeerSummary } from './report.ts';
import type { CallSettings } from './service-settings.ts';
import type { DialPeer, VoipPeer } from './settings.ts';

/** `show dial-peer voice summary`: the peers in the order they were configured. `portUp`: the port takes calls. */
export function summarize(
  settings: Pick<CallSettings, 'dialPlan' | 'voiceClasses' | 'sip'>,
  availability: Availability,
  portUp: (port: string) => boolean,
): DialPeerSummary {
  const { dialPlan } = settings;
  const peers = Array.from(dialPlan.peers.values(), (peer) => row(peer, settings, availability, portUp));
  return { hunt: dialPlan.hunt, peers };
}

function row(
  peer: DialPeer,
  settings: Pick<CallSettings, 'voiceClasses' | 'sip'>,
  availability: Availability,
  portUp: (port: string) => boolean,
): DialPeerRow {
  const operation = operationOf(peer, settings);
  const reason = operation.state === 'down' ? operation.reason : operation.makesNone;
  const common = {
    tag: peer.tag,
    kind: peer.kind,
    admin: peer.shutdown ? 'down' : 'up',
    operational: operation.state,
    ...(reason === undefined ? {} : { reason }),
    destinationPattern:
      peer.destinationPattern ?? (peer.destinationMap === undefined ? '' : `map:${peer.destinationMap}`),
    preference: peer.preference,
  } as const;
  if (peer.kind === 'voip') {
    const keepalive = keepaliveStatus(availability.placesOf(peer.tag));
    const known = keepalive === undefined ? {} : { keepalive };
    return { ...common, prefix: '', sessionTarget: targetText(peer), ...known };
  }
  const port = peer.port === undefined ? {} : { port: peer.port };
  const outStatus = peer.port !== undefined && portUp(peer.port) ? 'up' : 'down';
  return { ...common, prefix: peer.prefix ?? '', sessionTarget: '', outStatus, ...port };
}

function targetText({ sessionTarget: target, serverGroup }: VoipPeer): string {
  if (serverGroup !== undefined) return `SESS-SVR-GRP: ${serverGroup}`;
  if (target === undefined) return '';
  if (target.kind === 'sip-server' || target.kind === 'registrar') return target.kind;
  if (target.kind === 'other') return target.text;
  const host = target.kind === 'ipv6' ? `[${target.host}]` : target.host;
  return `${target.kind}:${host}${target.port === undefined ? '' : `:${target.port}`}`;
}
