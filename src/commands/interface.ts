import { CommandError } from '../cli/index.ts';
import { canonicalAddress } from '../io/index.ts';
import type { CommandSet } from './command-set.ts';
import { configMode, entryLens, opener, settingsOf } from './config-mode.ts';
import { interfaceName } from './interface-name.ts';
import { blocks, section } from './section.ts';
import type { InterfaceSettings } from './tree.ts';

const setting = settingsOf<InterfaceSettings>();
const lens = entryLens<string, InterfaceSettings>(
  (tree) => tree.interfaces,
  (tree, interfaces) => ({ ...tree, interfaces }),
);

/** `interface NAME`: an address that others name, `bind` and `ip http source-interface`. The host owns the real ones. */
const interfaceMode = configMode<InterfaceSettings>({
  name: 'config-if',
  prompt: 'config-if',
  lens,
  settings: [
    setting('description <text:line>', 'Interface specific description', {
      set: (record, { text }) => ({ ...record, description: text }),
      unset: ({ description: _, ...record }) => record,
      print: (record) => (record.description === undefined ? undefined : `description ${record.description}`),
    }),
    setting('ip address <address:ipv4> <mask:mask>', 'Set the IP address of an interface', {
      set: (record, { address, mask }) => ({ ...withoutAddress(record), address: { address, mask } }),
      unset: withoutAddress,
      print: ({ address, addressFrom }) => {
        if (addressFrom !== undefined) return `ip address ${addressFrom}`;
        return address === undefined ? 'no ip address' : `ip address ${address.address} ${address.mask}`;
      },
    }),
    setting(
      'ip address {dhcp [client-id <interface:word>] [hostname <host:word>] | negotiated}',
      'Kept without effect: the host asks for its addresses itself',
      {
        set: (record, args) => ({ ...withoutAddress(record), addressFrom: addressFrom(args) }),
        unset: withoutAddress,
        print: () => undefined,
      },
    ),
    setting('ipv6 address <prefix:word>', 'Set the IPv6 address of an interface', {
      set: (record, { prefix }) => ({ ...record, ipv6: ipv6Prefix(prefix) }),
      unset: ({ ipv6: _, ...record }) => record,
      print: ({ ipv6 }) =>
        ipv6 === undefined ? undefined : `ipv6 address ${ipv6.address.toUpperCase()}/${ipv6.prefixLength}`,
    }),
    setting('shutdown', 'Shutdown the selected interface', {
      set: (record) => ({ ...record, shutdown: true }),
      unset: (record) => ({ ...record, shutdown: false }),
      print: (record) => (record.shutdown ? 'shutdown' : undefined),
      default: 'no shutdown',
    }),
  ],
});

function withoutAddress({ address: _, addressFrom: _from, ...record }: InterfaceSettings): InterfaceSettings {
  return record;
}

interface SourceWords {
  readonly negotiated?: true | undefined;
  readonly interface?: string | undefined;
  readonly host?: string | undefined;
}

function addressFrom({ negotiated, interface: client, host }: SourceWords): string {
  if (negotiated) return 'negotiated';
  const identity = client === undefined ? '' : ` client-id ${checkedInterface(client)}`;
  return `dhcp${identity}${host === undefined ? '' : ` hostname ${host}`}`;
}

/** `2001:db8::1/64` */
function ipv6Prefix(typed: string): NonNullable<InterfaceSettings['ipv6']> {
  const [text = '', length = '', ...more] = typed.split('/', 3);
  const address = text.includes(':') ? canonicalAddress(text) : undefined;
  const prefixLength = /^\d{1,3}$/.test(length) ? Number(length) : 129;
  if (address?.includes(':') !== true || prefixLength > 128 || more.length > 0) {
    throw new CommandError(`% Invalid IPv6 address or prefix: ${typed}`);
  }
  return { address, prefixLength };
}

/** The interface as IOS writes its name. Throws when the words name none. */
export function checkedInterface(typed: string): string {
  const name = interfaceName(typed);
  if (name === undefined) throw new CommandError(`% Invalid interface type and number: ${typed}`);
  return name;
}

export const interfaceCommands: CommandSet = {
  config: [
    opener('interface <name:line>', 'Select an interface to configure', {
      mode: 'config-if',
      focus: ({ name }) => checkedInterface(name),
      create: (tree, args, { world }) => {
        const name = checkedInterface(args.name);
        return tree.interfaces.has(name) ? tree : lens.write(tree, name, { name, shutdown: false }, world.config.batch);
      },
      remove: (tree, { name }, { world }) => lens.remove(tree, checkedInterface(name), world.config.batch),
    }),
  ],
  modes: [interfaceMode.definition],
  sections: [
    section('interface', (tree, all) =>
      blocks(tree.interfaces.keys().map((name) => [`interface ${name}`, ...interfaceMode.print(tree, name, all)])),
    ),
  ],
};
