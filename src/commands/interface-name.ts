/** Interface types by full name; a word typed is the first it begins, as IOS abbreviates. */
const types = [
  'GigabitEthernet',
  'TenGigabitEthernet',
  'FastEthernet',
  'Ethernet',
  'Loopback',
  'Serial',
  'Tunnel',
  'Vlan',
  'Dialer',
  'Port-channel',
  'BVI',
  'Null',
  'Multilink',
  'Service-Engine',
  'Integrated-Service-Engine',
  'ISM',
  'Embedded-Service-Engine',
  'Cellular',
] as const;

/** `gi 0/0` as `GigabitEthernet0/0`; undefined when it names no interface. */
export function interfaceName(typed: string): string | undefined {
  const parts = /^([A-Za-z][A-Za-z-]{0,31}) ?(\d{1,10}(?:[/.:]\d{1,10}){0,4})$/.exec(typed.trim());
  const word = parts?.[1]?.toLowerCase();
  if (word === undefined) return undefined;
  const type = types.find((t) => t.toLowerCase().startsWith(word));
  return type === undefined ? undefined : `${type}${parts?.[2]}`;
}
