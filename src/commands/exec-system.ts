import type { CommandSet } from './command-set.ts';
import { show } from './show.ts';

interface InterfaceRow {
  readonly name: string;
  readonly address: string | undefined;
  /** The address is to come from elsewhere. */
  readonly addressFrom: string | undefined;
  readonly status: 'up' | 'administratively down';
}

/** `show ip interface brief`. The host's own interfaces are its own matter: these are the ones configured here. */
function printInterfaces(rows: readonly InterfaceRow[]): readonly string[] {
  return [
    'Interface                  IP-Address      OK? Method Status                Protocol',
    ...rows.map(({ name, address, addressFrom, status }) => {
      const head = `${name.padEnd(26)} ${(address ?? 'unassigned').padEnd(15)} YES ${method(address, addressFrom)}`;
      return `${head} ${status.padEnd(21)} ${status === 'up' ? 'up' : 'down'}`;
    }),
  ];
}

function method(address: string | undefined, addressFrom: string | undefined): string {
  if (addressFrom !== undefined) return addressFrom.startsWith('dhcp') ? 'DHCP  ' : 'IPCP  ';
  return address === undefined ? 'unset ' : 'manual';
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
    show(
      'show ip interface brief',
      'Brief summary of IP status and configuration',
      ({ config }): readonly InterfaceRow[] =>
        Array.from(config.running.interfaces.values(), ({ name, address, addressFrom, shutdown }) => ({
          name,
          addressFrom,
          address: address?.address,
          status: shutdown ? 'administratively down' : 'up',
        })),
      printInterfaces,
      { privilege: 1 },
    ),
    show(
      'show sessions',
      'Information about connections to other hosts',
      () => ({ connections: [] }),
      // From here nobody logs in elsewhere.
      () => ['% No connections open'],
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
