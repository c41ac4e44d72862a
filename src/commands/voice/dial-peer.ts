import type { DialPeer, PotsPeer, VoipPeer } from '../../call/index.ts';
import { checkPattern, potsDefaults, voipDefaults } from '../../call/index.ts';
import { CommandError, command, IncompleteError } from '../../cli/index.ts';
import { type Batch, withEntry, withoutEntry } from '../../config/index.ts';
import type { CommandSet } from '../command-set.ts';
import { configMode, type Lens, type Setting, settingsOf } from '../config-mode.ts';
import { printKept, withoutKept } from '../inert-mode.ts';
import { keptLines, placeOf, withKeptLines } from '../kept.ts';
import { blocks, section } from '../section.ts';
import { authenticationSetting } from '../sip-authentication.ts';
import type { Tree } from '../tree.ts';
import type { World } from '../world.ts';
import { destinationGroup, destinationMap, incomingMaps, uriSettings } from './peer-match.ts';
import { potsSettings } from './pots-peer.ts';
import { translationSetting } from './translation.ts';
import { voipSettings } from './voip-peer.ts';

/** The peers of one kind, by tag: a tag of the other kind is not there. */
function peerLens<K extends DialPeer['kind']>(kind: K): Lens<Extract<DialPeer, { kind: K }>> {
  const isOfKind = (peer: DialPeer): peer is Extract<DialPeer, { kind: K }> => peer.kind === kind;
  return {
    read(tree, focus) {
      const peer = typeof focus === 'number' ? tree.dialPlan.peers.get(focus) : undefined;
      return peer !== undefined && isOfKind(peer) ? peer : undefined;
    },
    write(tree, _focus, peer, batch) {
      return withPeers(tree, withEntry(batch, tree.dialPlan.peers, peer.tag, peer));
    },
  };
}

function withPeers(tree: Tree, peers: ReadonlyMap<number, DialPeer>): Tree {
  return peers === tree.dialPlan.peers ? tree : { ...tree, dialPlan: { ...tree.dialPlan, peers } };
}

const setting = settingsOf<DialPeer>();

/** The pattern as typed. Throws the two lines IOS prints for one it cannot read. */
function checked(pattern: string): string {
  const wrong = checkPattern(pattern);
  if (wrong !== undefined) throw new CommandError(wrong);
  return pattern;
}

/** A setting that is there or not: printed as typed when it is. */
function shown(words: string, value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : `${words} ${value}`;
}

const description: Setting<DialPeer> = setting('description <text:line>', 'Dial peer specific description', {
  set: (peer, { text }) => ({ ...peer, description: text }),
  unset: ({ description: _, ...peer }) => peer,
  print: ({ description }) => shown('description', description),
});

const common: readonly Setting<DialPeer>[] = [
  setting('shutdown', 'Change the Admin State of this peer to down', {
    set: (peer) => ({ ...peer, shutdown: true }),
    unset: (peer) => ({ ...peer, shutdown: false }),
    print: ({ shutdown }) => (shutdown ? 'shutdown' : undefined),
    default: 'no shutdown',
  }),
  setting('max-conn <count:int(1-2147483647)>', 'Maximum connections for this peer', {
    standard: 'no limit',
    set: (peer, { count }) => ({ ...peer, maxConnections: count }),
    unset: ({ maxConnections: _, ...peer }) => peer,
    print: ({ maxConnections }) => shown('max-conn', maxConnections),
    default: 'no max-conn',
  }),
  setting('huntstop', 'Stop hunting on dial peers', {
    standard: 'off',
    set: (peer) => ({ ...peer, huntstop: true }),
    unset: (peer) => ({ ...peer, huntstop: false }),
    print: ({ huntstop }) => (huntstop ? 'huntstop' : undefined),
    default: 'no huntstop',
  }),
  setting('preference <order:int(0-10)>', 'Preference order, 0 first', {
    standard: '0',
    set: (peer, { order }) => ({ ...peer, preference: order }),
    unset: (peer) => ({ ...peer, preference: 0 }),
    print: ({ preference }) => (preference === 0 ? undefined : `preference ${preference}`),
    default: 'preference 0',
  }),
  setting('destination-pattern <pattern:word>', 'A full E.164 telephone number prefix', {
    set: (peer, { pattern }) => ({ ...peer, destinationPattern: checked(pattern) }),
    unset: ({ destinationPattern: _, ...peer }) => peer,
    print: ({ destinationPattern }) => shown('destination-pattern', destinationPattern),
  }),
];

const rights: readonly Setting<DialPeer>[] = [
  setting('permission {both | none | orig | term}', 'Call permission of this peer', {
    standard: 'both',
    set: (peer, { none, orig, term }) => ({
      ...peer,
      permission: none ? 'none' : orig ? 'orig' : term ? 'term' : 'both',
    }),
    unset: (peer) => ({ ...peer, permission: 'both' }),
    print: ({ permission }) => (permission === 'both' ? undefined : `permission ${permission}`),
    default: 'permission both',
  }),
  translationSetting<DialPeer>('Translation profile of calls through this peer'),
];

const inbound: readonly Setting<DialPeer>[] = [
  setting('incoming called-number <pattern:word>', 'Match the called number of incoming calls', {
    set: (peer, { pattern }) => ({ ...peer, incomingCalledNumber: checked(pattern) }),
    unset: ({ incomingCalledNumber: _, ...peer }) => peer,
    print: ({ incomingCalledNumber }) => shown('incoming called-number', incomingCalledNumber),
  }),
  setting('answer-address <pattern:word>', 'The calling number of incoming calls', {
    set: (peer, { pattern }) => ({ ...peer, answerAddress: checked(pattern) }),
    unset: ({ answerAddress: _, ...peer }) => peer,
    print: ({ answerAddress }) => shown('answer-address', answerAddress),
  }),
];

const authentication = authenticationSetting<DialPeer>({
  read: (peer) => peer.authentication ?? [],
  write: ({ authentication: _, ...peer }, entries) =>
    entries.length === 0 ? peer : { ...peer, authentication: entries },
});

/** Without the peer of another kind that is kept under this tag. */
function withoutKeptPeer(tree: Tree, batch: Batch | undefined, tag: number): Tree {
  const peers = keptLines(tree, 'dial-peer');
  const line = peers.find((peer) => peer.startsWith(`dial-peer voice ${tag} `));
  if (line === undefined) return tree;
  const left = withKeptLines(
    tree,
    batch,
    'dial-peer',
    peers.filter((peer) => peer !== line),
  );
  return withoutKept(left, batch, placeOf('config-kept', line), 'config-kept');
}

const modeNames = { pots: 'config-dial-peer-pots', voip: 'config-dial-peer-voip' } as const;

const potsPeerMode = configMode<PotsPeer>({
  name: modeNames.pots,
  prompt: 'config-dial-peer',
  lens: peerLens('pots'),
  settings: [
    description,
    ...rights,
    ...common,
    destinationMap,
    destinationGroup,
    ...inbound,
    ...incomingMaps,
    ...potsSettings,
    authentication,
  ],
});

const voipPeerMode = configMode<VoipPeer>({
  name: modeNames.voip,
  prompt: 'config-dial-peer',
  lens: peerLens('voip'),
  settings: [
    description,
    ...rights,
    ...common,
    destinationMap,
    ...voipSettings.target,
    destinationGroup,
    ...uriSettings,
    ...inbound,
    ...incomingMaps,
    ...voipSettings.media,
    authentication,
  ],
});

const opening = 'dial-peer voice <tag:int(1-2147483647)> [pots | voip]';

/** Opens a peer, made when it is new; without its kind, one that exists. */
const dialPeer = command<typeof opening, World>(
  opening,
  'Define or enter a dial peer',
  ({ tag, pots, voip }, { world, session, form }) => {
    const { config } = world;
    const tree = config.running;
    const existing = tree.dialPlan.peers.get(tag);
    if (form !== 'set') {
      if (existing === undefined) {
        const others = withoutKeptPeer(tree, config.batch, tag);
        if (others !== tree) config.commit(others);
        return;
      }
      const without = withPeers(tree, withoutEntry(config.batch, tree.dialPlan.peers, tag));
      config.commit(
        withoutKept(without, config.batch, placeOf(modeNames[existing.kind], tag), modeNames[existing.kind]),
      );
      return;
    }
    const kind = pots ? 'pots' : voip ? 'voip' : existing?.kind;
    if (kind === undefined) throw new IncompleteError();
    if (existing !== undefined && existing.kind !== kind)
      throw new CommandError(`% Dial-peer ${tag} is of type ${existing.kind}; remove it first`);
    if (existing === undefined) {
      const peer: DialPeer = kind === 'pots' ? { ...potsDefaults, tag } : { ...voipDefaults, tag };
      config.commit(withPeers(tree, withEntry(config.batch, tree.dialPlan.peers, tag, peer)));
    }
    session.enter(modeNames[kind], tag);
  },
  { negatable: true, noSyntax: opening },
);

export const dialPeerCommands: CommandSet = {
  config: [dialPeer],
  modes: [potsPeerMode.definition, voipPeerMode.definition],
  sections: [
    section('dial-peer', (tree, all) =>
      blocks([
        ...Array.from(tree.dialPlan.peers.values(), ({ tag, kind }) => [
          `dial-peer voice ${tag} ${kind}`,
          ...(kind === 'pots' ? potsPeerMode : voipPeerMode).print(tree, tag, all),
        ]),
        printKept(tree, 'dial-peer', 'config'),
      ]),
    ),
  ],
};
