import type { CommandSet } from '../command-set.ts';
import { printKept } from '../inert-mode.ts';
import { section } from '../section.ts';
import { clockCommands } from './clock.ts';
import { ntpCommands, printServers } from './ntp.ts';
import { ntpShows } from './show-ntp.ts';
import { printZone, zoneCommands } from './zone.ts';

/** `clock`, `ntp`, and what they show. */
export const timeCommands: CommandSet = {
  exec: [...clockCommands, ...ntpShows],
  config: [...zoneCommands, ...ntpCommands],
  sections: [
    section('clock', ({ time }) => printZone(time)),
    section('ntp', (tree) => [...printKept(tree, 'ntp', 'config'), ...printServers(tree.time.servers)]),
  ],
};
