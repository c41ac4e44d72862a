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

function version({ config, system, pki }: World) {
  const { running } = config;
  return {
    product: 'dialpeer',
    release: system.release,
    model: 'IOS 12.4',
    hostname: running.hostname,
    serialNumber: pki.serialNumber,
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

/** What it is, in our words; where each thing stands and how its line begins is IOS's, since scripts read it by that. */
function printVersion(shown: ReturnType<typeof version>, _args: unknown, world: World): readonly string[] {
  return [
    `${shown.product} Software (SIP-GATEWAY), Version ${shown.release}, RELEASE SOFTWARE`,
    `A SIP voice gateway in software, in the command language of Cisco ${shown.model}`,
    '',
    `${shown.hostname} uptime is ${printUptime(shown.uptimeMs)}`,
    `System restarted at ${secondPrinter(world)(shown.startedAt)}`,
    `System image file is "${shown.product}-${shown.release}"`,
    '',
    `Processor board ID ${shown.serialNumber}`,
    count(shown.interfaces, 'interface'),
    count(shown.voicePorts, 'FXS voice port'),
    count(shown.dialPeers, 'dial peer'),
    '',
    // Startup-config is read at boot: what 0x2102 says on a router.
    'Configuration register is 0x2102',
  ];
}

interface Part {
  readonly name: string;
  readonly description: string;
  readonly product: string;
  readonly release: string;
  readonly serialNumber: string;
}

/** There is one thing that could be ordered: the program. */
function inventory({ system, pki }: World): readonly Part[] {
  const { release } = system;
  const description = 'dialpeer SIP voice gateway in software';
  return [{ name: 'chassis', description, product: 'DIALPEER', release, serialNumber: pki.serialNumber }];
}

function printInventory(parts: readonly Part[]): readonly string[] {
  return parts.flatMap(({ name, description, product, release, serialNumber }) => [
    `NAME: "${name}", DESCR: "${description}"`,
    `PID: ${product.padEnd(18)}, VID: ${release}, SN: ${serialNumber}`,
    '',
  ]);
}

const anyone = { privilege: 1 };

export const versionCommands: CommandSet = {
  exec: [
    show('show version', 'System hardware and software status', version, printVersion, anyone),
    show('show inventory [raw]', 'Show the physical inventory', inventory, printInventory, anyone),
  ],
};
