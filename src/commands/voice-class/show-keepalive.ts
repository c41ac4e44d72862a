import { type KeepaliveProfile, keepaliveStatus, type WatchedState } from '../../call/index.ts';
import { CommandError } from '../../cli/index.ts';
import { show } from '../show.ts';
import { targetText } from '../target.ts';
import type { World } from '../world.ts';
import { transportWords } from './keepalive.ts';

interface ProfilePeer {
  readonly tag: number;
  readonly serverGroup?: number;
  readonly places: readonly WatchedState[];
}

/** A profile, the dial peers that follow it, and how their places are. */
interface ProfileReport extends KeepaliveProfile {
  readonly peers: readonly ProfilePeer[];
}

function reports({ config, calls }: World, tag: number | undefined): readonly ProfileReport[] {
  const { dialPlan, voiceClasses } = config.running;
  const { keepalives } = voiceClasses;
  const chosen = tag === undefined ? [...keepalives.values()] : [keepalives.get(tag)];
  return chosen.map((profile) => {
    if (profile === undefined) throw new CommandError(`% voice class sip-options-keepalive ${tag} is not defined`);
    const peers = [...dialPlan.peers.values()].flatMap((peer): ProfilePeer[] => {
      if (peer.kind === 'pots' || peer.keepalive === undefined || !('profile' in peer.keepalive)) return [];
      if (peer.keepalive.profile !== profile.tag) return [];
      const { serverGroup } = peer;
      const places = calls.watchedPlaces(peer.tag);
      return [{ tag: peer.tag, ...(serverGroup === undefined ? {} : { serverGroup }), places }];
    });
    return { ...profile, peers };
  });
}

const word = (isBusy: boolean): string => (isBusy ? 'Busy' : 'Active');
const wordOf = (places: readonly WatchedState[]): string =>
  places.length === 0 ? '' : word(keepaliveStatus(places) === 'busyout');

export function placeText({ host, port, isName }: WatchedState): string {
  const kind = isName ? 'dns' : host.includes(':') ? 'ipv6' : 'ipv4';
  return targetText({ kind, host, ...(port === undefined ? {} : { port }) });
}

function print(profile: ProfileReport): readonly string[] {
  const { tag, description, shutdown, transport, peers } = profile;
  const { upSeconds, downSeconds, retries } = profile;
  const groups = new Map(peers.flatMap((peer) => (peer.serverGroup === undefined ? [] : [[peer.serverGroup, peer]])));
  const sessions = new Map(peers.flatMap(({ places }) => places.map((place) => [place.id, place])));
  return [
    `Voice class sip-options-keepalive: ${String(tag).padEnd(13)} AdminStat: ${shutdown ? 'Down' : 'Up'}`,
    ` Description:${description === undefined ? '' : ` ${description}`}`,
    ` Transport: ${transportWords[transport].padEnd(20)} Sip Profiles: 0`,
    ` Interval(seconds) Up: ${String(upSeconds).padEnd(17)} Down: ${downSeconds}`,
    ` Retry: ${retries}`,
    '',
    '  Peer Tag      Server Group    OOD SessID      OOD Stat        IfIndex',
    '  --------      ------------    ----------      --------        -------',
    ...peers.map(printPeer),
    ...[...groups].flatMap(([group, { places }]) => printGroup(group, places)),
    ...[...sessions.values()].toSorted((a, b) => a.id - b.id).flatMap(printSession),
    '',
    '------------------------------------------------------',
  ];
}

function printPeer({ tag, serverGroup, places }: ProfilePeer): string {
  const session = serverGroup === undefined ? (places[0]?.id ?? '') : '';
  const columns = [String(tag).padEnd(13), String(serverGroup ?? '').padEnd(15), String(session).padEnd(15)];
  return `  ${columns.join(' ')} ${wordOf(places)}`.trimEnd();
}

function printGroup(group: number, places: readonly WatchedState[]): readonly string[] {
  return [
    '',
    `  Server Group: ${String(group).padEnd(16)} OOD Stat: ${wordOf(places)}`,
    '   OOD SessID   OOD Stat',
    '   ----------   --------',
    ...places.map(({ id, isBusy }) => `   ${String(id).padEnd(12)} ${word(isBusy)}`),
  ];
}

function printSession(place: WatchedState): readonly string[] {
  return [
    '',
    ` OOD SessID: ${String(place.id).padEnd(19)} OOD Stat: ${word(place.isBusy)}`,
    `  Target: ${placeText(place)}`,
    `  Transport: ${transportWords[place.transport].padEnd(19)} Sip Profiles: 0`,
  ];
}

/** One dial peer and how its places are: `show dial-peer voip keepalive status`. */
interface PeerReport {
  readonly tag: number;
  readonly tenant?: number;
  /** What it is configured with. */
  readonly destination: string;
  readonly status: 'active' | 'busyout' | 'partial' | 'NA';
  readonly places: readonly WatchedState[];
}

function peerReports(
  { config, calls }: World,
  tag: number | undefined,
  tenant: number | undefined,
): readonly PeerReport[] {
  const { peers } = config.running.dialPlan;
  if (tag !== undefined && peers.get(tag)?.kind !== 'voip') throw new CommandError('% No such dial-peer');
  const rows = new Map(calls.dialPeers().peers.map((row) => [row.tag, row]));
  return [...peers.values()].flatMap((peer): PeerReport[] => {
    if (peer.kind === 'pots' || peer.keepalive === undefined) return [];
    if ((tag !== undefined && tag !== peer.tag) || (tenant !== undefined && tenant !== peer.tenant)) return [];
    const destination =
      peer.serverGroup === undefined ? (rows.get(peer.tag)?.sessionTarget ?? '') : `sess-svr-grp:${peer.serverGroup}`;
    const places = calls.watchedPlaces(peer.tag);
    const status = keepaliveStatus(places) ?? 'NA';
    return [
      { tag: peer.tag, ...(peer.tenant === undefined ? {} : { tenant: peer.tenant }), destination, status, places },
    ];
  });
}

function printPeers(peers: readonly PeerReport[]): readonly string[] {
  return [
    ' TAG        TENANT   DESTINATION                    OOD-SessID   PRI     WT      STATUS',
    ...peers.flatMap(printRows),
  ];
}

function printRows({ tag, tenant, destination, status, places }: PeerReport): readonly string[] {
  const only = places.length === 1 && !destination.startsWith('sess-svr-grp') ? places[0] : undefined;
  const head = ` ${String(tag).padEnd(10)} ${String(tenant ?? '-').padEnd(8)} `;
  if (only !== undefined) return [`${head}${destination.padEnd(30)} ${session(only)}${status}`];
  return [
    `${head}${destination.padEnd(30)} ${' '.repeat(29)}${status}`,
    ...places.map(
      (place) =>
        `${' '.repeat(22)}${placeText(place).padEnd(29)} ${session(place)}${place.isBusy ? 'busyout' : 'active'}`,
    ),
  ];
}

/** Its number; it has no priority or weight of a service record. */
function session({ id }: WatchedState): string {
  return `${String(id).padEnd(12)} -       -       `;
}

export const keepaliveShows = [
  show(
    'show voice class sip-options-keepalive [<tag:int(1-10000)>]',
    'Display how targets are asked whether they live',
    (world, { tag }) => reports(world, tag),
    (profiles) => profiles.flatMap(print),
  ),
  show(
    'show dial-peer voip keepalive status [<tag:int(1-2147483647)> | tenant <tenant:int(1-10000)>]',
    'Display whether the targets of dial peers live',
    (world, { tag, tenant }) => peerReports(world, tag, tenant),
    printPeers,
  ),
];
