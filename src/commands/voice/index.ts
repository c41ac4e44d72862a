/**
 * commands/voice: dial peers, voice ports and calls as an operator meets them.
 *
 * - `dial-peer` opens the two dial-peer modes; `pots-peer` and `voip-peer` hold what only one kind has.
 * - `voice-port` is the mode of a telephone port; `device` in it is ours.
 * - `csim` places a test call.
 * - `show-dial-peer`, `show-active-calls`, `show-voice-port` print records of the call room.
 *
 * Who tells whom: a command changes the tree or asks `CallFace`; a printer turns a record into lines and asks nobody.
 * **Standards:** none; the layouts are those of IOS.
 */
import { command, type Invocation } from '../../cli/index.ts';
import type { CommandSet } from '../command-set.ts';
import { printClock } from '../exec-system.ts';
import type { World } from '../world.ts';
import { csimCommands } from './csim.ts';
import { dialPeerCommands } from './dial-peer.ts';
import { printActiveCalls } from './show-active-calls.ts';
import { printDialPeerSummary } from './show-dial-peer.ts';
import { printVoicePortSummary } from './show-voice-port.ts';
import { voicePortCommands } from './voice-port.ts';

function show<const S extends string>(syntax: S, help: string, lines: (world: World) => readonly string[]) {
  const run = (_args: unknown, { world, terminal }: Invocation<World>): void => {
    for (const line of lines(world)) terminal.print(line);
  };
  return command<S, World>(syntax, help, run);
}

export const voiceCommands: CommandSet = {
  exec: [
    ...(csimCommands.exec ?? []),
    show('show dial-peer voice summary', 'Display summary of all voice dial peers', ({ calls }) =>
      printDialPeerSummary(calls.dialPeers()),
    ),
    show('show call active voice brief', 'Display active voice calls, short form', ({ calls }) =>
      printActiveCalls(calls.activeCalls(), printClock),
    ),
    show('show voice port summary', 'Display summary of all voice ports', ({ calls }) =>
      printVoicePortSummary(calls.ports()),
    ),
  ],
  config: [...(dialPeerCommands.config ?? []), ...(voicePortCommands.config ?? [])],
  modes: [...(dialPeerCommands.modes ?? []), ...(voicePortCommands.modes ?? [])],
  sections: [...(dialPeerCommands.sections ?? []), ...(voicePortCommands.sections ?? [])],
};
