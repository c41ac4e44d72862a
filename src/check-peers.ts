/** What `dialpeer check` says of each dial peer: what leads calls to it, where they go, which come in by it, and whether it is up. */
import { type DialPeer, effectiveSettings, operationOf, pointedTarget, type VoipPeer } from './call/index.ts';
import { type Tree, targetText } from './commands/index.ts';

export interface CheckedPeer {
  readonly tag: number;
  readonly kind: DialPeer['kind'];
  /** What leads calls to it: a pattern, `uri NAME`; absent: nothing. */
  readonly calledBy?: string;
  /** `ipv4:10.0.0.9 tls`, `port 0/3/1`; `-` for nowhere. */
  readonly leadsTo: string;
  /** What says that an incoming call is its, and where such a call leaves. */
  readonly takes: readonly string[];
  readonly state: 'up' | 'down';
  /** Why it is down; of one that is up, why it makes no calls. */
  readonly reason?: string;
}

export function checkedPeers(tree: Tree): readonly CheckedPeer[] {
  return [...tree.dialPlan.peers.values()].map((peer) => {
    const operation = operationOf(peer, tree);
    const reason = operation.state === 'down' ? operation.reason : operation.makesNone;
    const calledBy = namedBy(peer);
    return {
      tag: peer.tag,
      kind: peer.kind,
      ...(calledBy === undefined ? {} : { calledBy }),
      leadsTo: peer.kind === 'voip' ? voipTarget(peer, tree) : `port ${peer.port ?? '-'}`,
      takes: takenBy(peer),
      state: operation.state,
      ...(reason === undefined ? {} : { reason }),
    };
  });
}

function takenBy(peer: DialPeer): readonly string[] {
  const { incomingCalledNumber, incomingCalledMap, incomingCallingMap, answerAddress, destinationGroup } = peer;
  const uris = peer.kind === 'voip' ? Object.entries(peer.incomingUri) : [];
  const lines = [
    ['incoming called-number', incomingCalledNumber],
    ['incoming called e164-pattern-map', incomingCalledMap],
    ['incoming calling e164-pattern-map', incomingCallingMap],
    ['answer-address', answerAddress],
    ...uris.map(([place, name]) => [`incoming uri ${place}`, name] as const),
    ['destination dpg', destinationGroup],
  ] as const;
  return lines.flatMap(([words, value]) => (value === undefined ? [] : [`${words} ${value}`]));
}

/** What leads calls to a peer. */
function namedBy(peer: DialPeer): string | undefined {
  const { destinationPattern, destinationMap } = peer;
  if (destinationPattern !== undefined) return destinationPattern;
  if (destinationMap !== undefined) return `e164-pattern-map ${destinationMap}`;
  return peer.kind === 'voip' && peer.destinationUri !== undefined ? `uri ${peer.destinationUri}` : undefined;
}

function voipTarget(peer: VoipPeer, tree: Tree): string {
  const { sessionTarget, serverGroup } = peer;
  const effective = effectiveSettings(tree.sip, peer);
  const transport = effective?.transport ?? peer.sessionTransport;
  if (serverGroup !== undefined) return `server-group ${serverGroup} ${transport}`;
  if (sessionTarget === undefined) return `- ${transport}`;
  if (sessionTarget.kind === 'other') return `${sessionTarget.text} ${transport}`;
  if ('host' in sessionTarget) return `${targetText(sessionTarget)} ${transport}`;
  const server = effective && pointedTarget(sessionTarget.kind, effective.sip);
  return `${sessionTarget.kind} ${server === undefined ? '-' : targetText(server)} ${transport}`;
}
