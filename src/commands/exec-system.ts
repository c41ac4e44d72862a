import type { CommandSet } from './command-set.ts';
import { secondPrinter } from './display-time.ts';
import { show } from './show.ts';
import type { World } from './world.ts';

/** `1 week, 2 days, 3 hours, 4 minutes`, as IOS counts uptime. */
function printUptime(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(minutes / 10_080), 'week'],
    [Math.floor(minutes / 1440) % 7, 'day'],
    [Math.floor(minutes / 60) % 24, 'hour'],
    [minutes % 60, 'minute'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  const shown = first < 0 ? parts.slice(-1) : parts.slice(first);
  return shown.map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`).join(', ');
}

function version({ config, system }: World) {
  const { running } = config;
  return {
    product: 'dialpeer',
    model: 'IOS 12.4',
    hostname: running.hostname,
    uptimeMs: system.uptimeMs(),
    startedAt: system.now() - system.uptimeMs(),
    voicePorts: running.voicePorts.size,
    dialPeers: running.dialPlan.peers.size,
    interfaces: running.interfaces.size,
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function printVersion(shown: ReturnType<typeof version>, _args: unknown, world: World): readonly string[] {
  return [
    `${shown.product}, a SIP voice gateway in software, in the command language of Cisco ${shown.model}`,
    '',
    `${shown.hostname} uptime is ${printUptime(shown.uptimeMs)}`,
    `System restarted at ${secondPrinter(world)(shown.startedAt)}`,
    '',
    count(shown.interfaces, 'interface'),
    count(shown.voicePorts, 'FXS voice port'),
    count(shown.dialPeers, 'dial peer'),
  ];
}

interface InterfaceRow {
  readonly name: string;
  readonly address: string | undefined;
  readonly status: 'up' | 'administratively down';
}

/** `show ip interface brief`. The host's own interfaces are its own matter: these are the ones configured here. */
function printInterfaces(rows: readonly InterfaceRow[]): readonly string[] {
  return [
    'Interface                  IP-Address      OK? Method Status                Protocol',
    ...rows.map(({ name, address, status }) => {
      const head = `${name.padEnd(26)} ${(address ?? 'unassigned').padEnd(15)} YES ${address === undefined ? 'unset ' : 'manual'}`;
      return `${head} ${status.padEnd(21)} ${status === 'up' ? 'up' : 'down'}`;
    }),
  ];
}

/** `show hosts`: the names of `ip host`; what the resolver of the host knows is not kept here. */
function printHosts({ domain, nameServers, hosts }: HostTable): readonly string[] {
  return [
    `Default domain is ${domain ?? 'not set'}`,
    'Name/address lookup uses domain service',
    `Name servers are ${nameServers.length === 0 ? '255.255.255.255' : nameServers.join(', ')}`,
    '',
    'Codes: UN - unknown, EX - expired, OK - OK, ?? - revalidate',
    '       temp - temporary, perm - permanent',
    '       NA - Not Applicable None - Not defined',
    '',
    'Host                      Port  Flags      Age Type   Address(es)',
    ...[...hosts].map(([name, addresses]) => `${name.padEnd(26)}None  (perm, OK)  0   IP    ${addresses.join(' ')}`),
  ];
}

interface HostTable {
  readonly domain: string | undefined;
  readonly nameServers: readonly string[];
  readonly hosts: ReadonlyMap<string, readonly string[]>;
}

export const systemCommands: CommandSet = {
  exec: [
    show('show version', 'System hardware and software status', version, printVersion, { privilege: 1 }),
    show(
      'show ip interface brief',
      'Brief summary of IP status and configuration',
      ({ config }): readonly InterfaceRow[] =>
        Array.from(config.running.interfaces.values(), ({ name, address, shutdown }) => ({
          name,
          address: address?.address,
          status: shutdown ? 'administratively down' : 'up',
        })),
      printInterfaces,
      { privilege: 1 },
    ),
    show(
      'show hosts',
      'IP domain-name, lookup style, nameservers, and host table',
      ({ config: { running } }): HostTable => ({
        domain: running.domainName,
        nameServers: running.nameServers,
        hosts: running.hosts,
      }),
      printHosts,
      { privilege: 1 },
    ),
  ],
};
