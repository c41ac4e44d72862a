import { CommandError } from '../cli/index.ts';
import type { CommandSet } from './command-set.ts';
import { checkedInterface } from './interface.ts';
import { show } from './show.ts';
import type { InterfaceSettings } from './tree.ts';
import type { World } from './world.ts';

type Interfaces = readonly InterfaceSettings[];

/** One interface by its name, or all of them. */
function interfacesNamed({ config }: World, { name }: { readonly name?: string | undefined }): Interfaces {
  const { interfaces } = config.running;
  if (name === undefined) return [...interfaces.values()];
  const found = interfaces.get(checkedInterface(name));
  if (found === undefined) throw new CommandError(`% Invalid interface type and number: ${name}`);
  return [found];
}

function head({ name, shutdown }: InterfaceSettings): string {
  return `${name} is ${shutdown ? 'administratively down' : 'up'}, line protocol is ${shutdown ? 'down' : 'up'}`;
}

/** `192.0.2.1/24` */
function prefix({ address, mask }: NonNullable<InterfaceSettings['address']>): string {
  const bits = mask.split('.').reduce((sum, octet) => sum + Number(octet).toString(2).replaceAll('0', '').length, 0);
  return `${address}/${bits}`;
}

function elsewhere({ addressFrom }: InterfaceSettings): readonly string[] {
  if (addressFrom === undefined) return [];
  return [`  Internet address will be negotiated using ${addressFrom.startsWith('dhcp') ? 'DHCP' : 'IPCP'}`];
}

/** `show interfaces`: what is configured. The host's own interfaces, their speed and their counters are its own matter. */
function printInterfaces(interfaces: Interfaces): readonly string[] {
  return interfaces.flatMap((one) => [
    head(one),
    `  Hardware is ${typeOf(one.name)}, an interface of the host`,
    ...(one.description === undefined ? [] : [`  Description: ${one.description}`]),
    ...(one.address === undefined ? elsewhere(one) : [`  Internet address is ${prefix(one.address)}`]),
  ]);
}

/** `show ip interface` */
function printIpInterfaces(interfaces: Interfaces): readonly string[] {
  return interfaces.flatMap((one) => [
    head(one),
    ...(one.address !== undefined
      ? [`  Internet address is ${prefix(one.address)}`]
      : one.addressFrom !== undefined
        ? elsewhere(one)
        : ['  Internet protocol processing disabled']),
  ]);
}

/** Types shortened as IOS shortens them here. */
const shortTypes: Readonly<Record<string, string>> = { 'Port-channel': 'Po', TenGigabitEthernet: 'Te' };

/** Without the numbers at its end. */
function typeOf(name: string): string {
  let end = name.length;
  while (/[\d/.]/.test(name.charAt(end - 1))) end--;
  return name.slice(0, end);
}

/** `Gi0/0` for GigabitEthernet0/0. */
function shortName(name: string): string {
  const type = typeOf(name);
  return `${shortTypes[type] ?? type.slice(0, 2)}${name.slice(type.length)}`;
}

/** `show interfaces description` */
function printDescriptions(interfaces: Interfaces): readonly string[] {
  const row = (name: string, status: string, protocol: string, description: string): string =>
    `${name.padEnd(31)}${status.padEnd(15)}${protocol.padEnd(9)}${description}`.trimEnd();
  return [
    row('Interface', 'Status', 'Protocol', 'Description'),
    ...interfaces.map(({ name, shutdown, description = '' }) =>
      row(shortName(name), shutdown ? 'admin down' : 'up', shutdown ? 'down' : 'up', description),
    ),
  ];
}

const anyone = { privilege: 1 };

export const interfaceShowCommands: CommandSet = {
  exec: [
    show(
      'show interfaces description',
      'Interface status and description',
      ({ config }) => [...config.running.interfaces.values()],
      printDescriptions,
      anyone,
    ),
    show(
      'show interfaces [<name:line>]',
      'Interface status and configuration',
      interfacesNamed,
      printInterfaces,
      anyone,
    ),
    show(
      'show ip interface [<name:line>]',
      'IP interface status and configuration',
      interfacesNamed,
      printIpInterfaces,
      anyone,
    ),
  ],
};
