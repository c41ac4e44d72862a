import { type GroupServer, isActive, type ServerGroup } from '../../call/index.ts';
import { CommandError } from '../../cli/index.ts';
import { show } from '../show.ts';
import type { World } from '../world.ts';

/** A group as configured and as it stands; `huntStops` as a list, so that `| json` has all of it. */
interface GroupReport extends Omit<ServerGroup, 'huntStops'> {
  readonly active: boolean;
  readonly last?: GroupServer;
  readonly huntStops: readonly { readonly rule: number; readonly from: number; readonly to: number }[];
}

function report(group: ServerGroup, { calls }: World): GroupReport {
  const last = calls.lastServer(group.tag);
  return {
    ...group,
    huntStops: Array.from(group.huntStops, ([rule, range]) => ({ rule, ...range })),
    active: isActive(group),
    ...(last === undefined ? {} : { last }),
  };
}

function reports(world: World, tag: number | undefined, peer: number | undefined): readonly GroupReport[] {
  const { dialPlan, voiceClasses } = world.config.running;
  if (peer !== undefined) {
    const found = dialPlan.peers.get(peer);
    const groupTag = found?.kind === 'voip' ? found.serverGroup : undefined;
    if (groupTag === undefined) throw new CommandError(`% Dial-peer ${peer} has no server-group`);
    return reports(world, groupTag, undefined).map((one) => ({ ...one, servers: world.calls.serversOf(peer) }));
  }
  if (tag === undefined) return Array.from(voiceClasses.serverGroups.values(), (group) => report(group, world));
  const group = voiceClasses.serverGroups.get(tag);
  if (group === undefined) throw new CommandError(`% voice class server-group ${tag} is not defined`);
  return [report(group, world)];
}

const rule = '-------------------------------------';

function print(group: GroupReport, isOfPeer: boolean): readonly string[] {
  const { tag, description, servers, roundRobin, shutdown } = group;
  const admin = shutdown ? 'Down' : 'Up';
  const scheme = roundRobin ? 'round-robin' : 'preference';
  const table = [
    '',
    ' Pref   Type   IP Address                               IP Port',
    ' ----   ----   ----------                               -------',
    ...servers.map(printServer),
  ];
  if (isOfPeer) {
    return [
      `Voice class server-group: ${tag}    AdminStatus: ${admin}`,
      ` Hunt-Scheme: ${scheme}`,
      ` Total Remote Targets: ${servers.length}`,
      ...table,
    ];
  }
  return [
    `Voice class server-group: ${tag}`,
    ` AdminStatus: ${admin.padEnd(18)} OperStatus: ${group.active ? 'Up' : 'Down'}`,
    ` Hunt-Scheme: ${scheme.padEnd(18)} Last returned server: ${group.last?.host ?? ''}`.trimEnd(),
    ` Description:${description === undefined ? '' : ` ${description}`}`,
    ` Total server entries: ${servers.length}`,
    ...table,
    rule,
    '',
    ...printHuntStops(group.huntStops),
  ];
}

function printServer({ kind, host, port, preference }: GroupServer): string {
  return ` ${String(preference).padEnd(6)} ${kind.padEnd(6)} ${host.padEnd(40)} ${port ?? ''}`.trimEnd();
}

function printHuntStops(stops: GroupReport['huntStops']): readonly string[] {
  if (stops.length === 0) return [];
  return [
    ` Total Huntstop tags: ${stops.length}`,
    ' Tag ID From Response code       To Response code',
    ' ------ -------------------      ------------------',
    ...stops.map(({ rule: tag, from, to }) => `  ${String(tag).padEnd(5)} ${String(from).padEnd(24)} ${to}`),
    ` ${rule}`,
  ];
}

export const serverGroupShow = show(
  'show voice class server-group [<tag:int(1-10000)> | dialpeer <peer:int(1-2147483647)>]',
  'Display groups of servers',
  (world, { tag, peer }) => reports(world, tag, peer),
  (groups, { peer }) => groups.flatMap((group) => print(group, peer !== undefined)),
);
