import { type GroupServer, isSameServer, neverStops, type ServerGroup, type StatusRange } from '../../call/index.ts';
import { CommandError } from '../../cli/index.ts';
import { canonicalAddress } from '../../io/index.ts';
import { configMode, entryLens, opener, type Setting, settingsOf } from '../config-mode.ts';
import { blocks } from '../section.ts';
import type { Tree } from '../tree.ts';
import { withNumber, withoutNumber } from './numbered.ts';

const mostServers = 5;
const setting = settingsOf<ServerGroup>();
const lens = entryLens<number, ServerGroup>(
  (tree) => tree.voiceClasses.serverGroups,
  (tree, serverGroups) => ({ ...tree, voiceClasses: { ...tree.voiceClasses, serverGroups } }),
);

interface TypedServer {
  readonly address: string;
  readonly port?: number | undefined;
  readonly order?: number | undefined;
}

function serverSetting(kind: GroupServer['kind'], type: 'ipv4' | 'word', help: string): Setting<ServerGroup> {
  const read = ({ address, port, order }: TypedServer): GroupServer => {
    const host = kind === 'ipv4' ? address : canonicalAddress(address);
    if (host === undefined || (kind === 'ipv6' && !host.includes(':')))
      throw new CommandError(`% Invalid IPv6 address: ${address}`);
    return { kind, host, ...(port === undefined ? {} : { port }), preference: order ?? 0 };
  };
  const words = `${kind as 'ipv4'} <address:${type as 'ipv4'}> [port <port:int(1-65535)>]` as const;
  return setting(`${words} [preference <order:int(0-5)>]`, help, {
    standard: 'none',
    set: (group, typed) => withServer(group, read(typed)),
    unset: (group, typed) => ({
      ...group,
      servers: group.servers.filter((server) => !isSameServer(server, read(typed))),
    }),
    noSyntax: `${words} [preference <order:int(0-5)>]`,
    // One of the two prints all of them, so that they keep their order.
    print: ({ servers }) => (kind === 'ipv4' ? servers.map(printServer) : undefined),
  });
}

/** In the place of the same server, else behind the others. */
function withServer(group: ServerGroup, server: GroupServer): ServerGroup {
  const at = group.servers.findIndex((other) => isSameServer(other, server));
  if (at >= 0) return { ...group, servers: group.servers.with(at, server) };
  if (group.servers.length >= mostServers)
    throw new CommandError(`% A server-group has at most ${mostServers} servers`);
  return { ...group, servers: [...group.servers, server] };
}

function printServer({ kind, host, port, preference }: GroupServer): string {
  const words = [kind, host, ...(port === undefined ? [] : ['port', port])];
  return [...words, ...(preference === 0 ? [] : ['preference', preference])].join(' ');
}

/** A range that IOS takes. Throws its sentences for others. */
function checkedRange({ from, to }: StatusRange, others: readonly StatusRange[]): StatusRange {
  if (from > to) throw new CommandError('Error: Invalid SIP response code range configured for hunt-stop.');
  if (from === to && neverStops.has(from))
    throw new CommandError('Error: The specified response code cannot be used with Huntstop.');
  if (others.some((other) => from <= other.to && other.from <= to))
    throw new CommandError('Error: Overlap of response codes.');
  return { from, to };
}

export const serverGroupMode = configMode<ServerGroup>({
  name: 'config-class-server-group',
  prompt: 'config-class',
  lens,
  settings: [
    serverSetting('ipv4', 'ipv4', 'A server by its IPv4 address'),
    serverSetting('ipv6', 'word', 'A server by its IPv6 address'),
    setting('description <text:line>', 'Description of the group', {
      set: (group, { text }) => ({ ...group, description: text }),
      unset: ({ description: _, ...group }) => group,
      print: ({ description }) => (description === undefined ? undefined : `description ${description}`),
    }),
    setting('hunt-scheme round-robin', 'Servers take turns, whatever their preference', {
      standard: 'by preference',
      set: (group) => ({ ...group, roundRobin: true }),
      unset: (group) => ({ ...group, roundRobin: false }),
      noSyntax: 'hunt-scheme [round-robin]',
      print: ({ roundRobin }) => (roundRobin ? 'hunt-scheme round-robin' : undefined),
      default: 'no hunt-scheme',
    }),
    setting(
      'huntstop <rule:int(1-1000)> resp-code <from:int(400-599)> [to <to:int(400-599)>]',
      'Responses after which nobody else is asked',
      {
        standard: 'none',
        set: (group, { rule, from, to = from }, { terminal }) => {
          const others = [...group.huntStops].filter(([other]) => other !== rule).map(([, range]) => range);
          const range = checkedRange({ from, to }, others);
          if ([...neverStops].some((code) => from <= code && code <= to))
            terminal.print('Warning: Range includes code(s) that will not stop hunting.');
          return { ...group, huntStops: withNumber(group.huntStops, rule, range) };
        },
        unset: (group, { rule }) => ({ ...group, huntStops: withoutNumber(group.huntStops, rule) }),
        noSyntax: 'huntstop <rule:int(1-1000)> [<rest:line>]',
        print: ({ huntStops }) =>
          [...huntStops].map(([rule, { from, to }]) => `huntstop ${rule} resp-code ${from} to ${to}`),
      },
    ),
    setting('shutdown', 'Take no calls', {
      standard: 'off',
      set: (group) => ({ ...group, shutdown: true }),
      unset: (group) => ({ ...group, shutdown: false }),
      print: ({ shutdown }) => (shutdown ? 'shutdown' : undefined),
      default: 'no shutdown',
    }),
  ],
});

export const serverGroupOpener = opener('voice class server-group <tag:int(1-10000)>', 'Servers of a dial peer', {
  mode: 'config-class-server-group',
  focus: ({ tag }) => tag,
  create: (tree, { tag }, { world }) =>
    tree.voiceClasses.serverGroups.has(tag)
      ? tree
      : lens.write(
          tree,
          tag,
          { tag, servers: [], roundRobin: false, huntStops: new Map(), shutdown: false },
          world.config.batch,
        ),
  remove: (tree, { tag }, { world }) => lens.remove(tree, tag, world.config.batch),
});

export function printServerGroups(tree: Tree, all: boolean): readonly string[] {
  return blocks(
    Array.from(tree.voiceClasses.serverGroups.keys(), (tag) => [
      `voice class server-group ${tag}`,
      ...serverGroupMode.print(tree, tag, all),
    ]),
  );
}
