/** What `dialpeer check` says of each dial peer: what leads calls to it, where they go, which come in by it, and whether it is up. */
import { type DialPeer, effectiveSettings, operationOf, pointedTarget, type VoipPeer } from './call/index.ts';
import { type Tree, targetText } from './commands/index.ts';

export function routes(tree: Tree): readonly string[] {
  return [...tree.dialPlan.peers.values()].map((peer) => {
    const where = peer.kind === 'voip' ? voipTarget(peer, tree) : potsTarget(peer);
    return [`${peer.tag} ${peer.kind}`, namedBy(peer), where, ...takenBy(peer), stateOf(peer, tree)].join('  ');
  });
}

function stateOf(peer: DialPeer, tree: Tree): string {
  const operation = operationOf(peer, tree);
  if (operation.state === 'down') return `down: ${operation.reason}`;
  return operation.makesNone === undefined ? 'up' : `up, but makes no calls: ${operation.makesNone}`;
}

/** What says that an incoming call is its, and where such a call leaves. */
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
  const typed = lines.flatMap(([words, value]) => (value === undefined ? [] : [`${words} ${value}`]));
  return typed.length === 0 ? [] : [typed.join(', ')];
}

/** What leads calls to a peer. */
function namedBy(peer: DialPeer): string {
  const { destinationPattern, destinationMap } = peer;
  if (destinationPattern !== undefined) return destinationPattern;
  if (destinationMap !== undefined) return `e164-pattern-map ${destinationMap}`;
  return peer.kind === 'voip' && peer.destinationUri !== undefined ? `uri ${peer.destinationUri}` : '-';
}

function potsTarget({ port }: Extract<DialPeer, { kind: 'pots' }>): string {
  return `port ${port ?? '-'}`;
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
