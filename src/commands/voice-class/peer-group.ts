import type { PeerGroup } from '../../call/index.ts';
import { CommandError } from '../../cli/index.ts';
import { configMode, entryLens, opener, settingsOf } from '../config-mode.ts';
import { blocks } from '../section.ts';
import { show } from '../show.ts';
import type { Tree } from '../tree.ts';
import type { World } from '../world.ts';

const mostMembers = 20;
const setting = settingsOf<PeerGroup>();
const lens = entryLens<number, PeerGroup>(
  (tree) => tree.voiceClasses.peerGroups,
  (tree, peerGroups) => ({ ...tree, voiceClasses: { ...tree.voiceClasses, peerGroups } }),
);

function withMember(group: PeerGroup, peer: number, preference: number): PeerGroup {
  const member = { peer, preference };
  const at = group.members.findIndex((other) => other.peer === peer);
  if (at >= 0) return { ...group, members: group.members.with(at, member) };
  if (group.members.length >= mostMembers) throw new CommandError(`% A dpg has at most ${mostMembers} dial-peers`);
  return { ...group, members: [...group.members, member] };
}

export const peerGroupMode = configMode<PeerGroup>({
  name: 'config-class-dpg',
  prompt: 'config-class',
  lens,
  settings: [
    setting('description <text:line>', 'Description of the group', {
      set: (group, { text }) => ({ ...group, description: text }),
      unset: ({ description: _, ...group }) => group,
      print: ({ description }) => (description === undefined ? undefined : `description ${description}`),
    }),
    setting('dial-peer <peer:int(1-2147483647)> [preference <order:int(0-10)>]', 'A dial peer that calls leave by', {
      standard: 'none',
      set: (group, { peer, order }) => withMember(group, peer, order ?? 0),
      unset: (group, { peer }) => ({ ...group, members: group.members.filter((member) => member.peer !== peer) }),
      noSyntax: 'dial-peer <peer:int(1-2147483647)> [preference <order:int(0-10)>]',
      print: ({ members }) =>
        members.map(
          ({ peer, preference }) => `dial-peer ${peer}${preference === 0 ? '' : ` preference ${preference}`}`,
        ),
    }),
    setting('shutdown', 'Let calls be routed by their numbers', {
      standard: 'off',
      set: (group) => ({ ...group, shutdown: true }),
      unset: (group) => ({ ...group, shutdown: false }),
      print: ({ shutdown }) => (shutdown ? 'shutdown' : undefined),
      default: 'no shutdown',
    }),
  ],
});

export const peerGroupOpener = opener('voice class dpg <tag:int(1-10000)>', 'Dial peers that calls leave by', {
  mode: 'config-class-dpg',
  focus: ({ tag }) => tag,
  create: (tree, { tag }, { world }) =>
    tree.voiceClasses.peerGroups.has(tag)
      ? tree
      : lens.write(tree, tag, { tag, members: [], shutdown: false }, world.config.batch),
  remove: (tree, { tag }, { world }) => lens.remove(tree, tag, world.config.batch),
});

export function printPeerGroups(tree: Tree, all: boolean): readonly string[] {
  return blocks(
    Array.from(tree.voiceClasses.peerGroups.keys(), (tag) => [
      `voice class dpg ${tag}`,
      ...peerGroupMode.print(tree, tag, all),
    ]),
  );
}

function printReport({ tag, description, members, shutdown }: PeerGroup): readonly string[] {
  return [
    `Voice class dpg: ${tag}     AdminStatus: ${shutdown ? 'Down' : 'Up'}`,
    ` Description:${description === undefined ? '' : ` ${description}`}`,
    ` Total dial-peer entries: ${members.length}`,
    '',
    ' Peer Tag       Pref',
    ' --------       ----',
    ...members.map(({ peer, preference }) => ` ${String(peer).padEnd(14)} ${preference}`),
    '-------------------------------------',
  ];
}

export const peerGroupShow = show(
  'show voice class dpg [<tag:int(1-10000)>]',
  'Display groups of dial peers',
  ({ config }: World, { tag }) => {
    const { peerGroups } = config.running.voiceClasses;
    const chosen = tag === undefined ? [...peerGroups.values()] : [peerGroups.get(tag)];
    return chosen.map((group) => {
      if (group === undefined) throw new CommandError(`% voice class dpg ${tag} is not defined`);
      return group;
    });
  },
  (groups) => groups.flatMap(printReport),
);
