import { command } from '../cli/index.ts';
import type { CommandSet } from './command-set.ts';
import type { World } from './world.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `18:56:04.554 UTC Mon Oct 17 2016`, from milliseconds since the epoch. */
export function printClock(now: number): string {
  const at = new Date(now);
  const time = at.toISOString().slice(11, 23);
  return `${time} UTC ${days[at.getUTCDay()]} ${months[at.getUTCMonth()]} ${at.getUTCDate()} ${at.getUTCFullYear()}`;
}

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

export const systemCommands: CommandSet = {
  exec: [
    command<'show version', World>(
      'show version',
      'System software status',
      (_, { world, terminal }) => {
        terminal.print('dialpeer, a SIP voice gateway in software, in the command language of Cisco IOS 12.4');
        terminal.print('');
        terminal.print(`${world.config.running.hostname} uptime is ${printUptime(world.system.uptimeMs())}`);
      },
      { privilege: 1 },
    ),
    command<'show clock', World>(
      'show clock',
      'Display the system clock',
      (_, { world, terminal }) => terminal.print(printClock(world.system.now())),
      { privilege: 1 },
    ),
  ],
};
