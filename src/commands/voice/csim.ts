import type { SimulatedCall } from '../../call/index.ts';
import { command } from '../../cli/index.ts';
import type { CommandSet } from '../command-set.ts';
import type { World } from '../world.ts';
import { portName } from './port-name.ts';

/** The lines of `csim start` after the call; the one with the cause is ours. */
export function printSimulatedCall({ answered, cause, reason }: SimulatedCall): readonly string[] {
  const failed = answered ? 0 : 1;
  return [
    '',
    ...(answered ? [] : [`csim: setup failed, cause = ${cause} (${reason})`]),
    `csim: loop = 1, failed = ${failed}`,
    `csim: call attempted = 1, setup failed = ${failed}, tone failed = 0`,
    '',
  ];
}

/** IOS's hidden call simulator. `voice-port` is ours: who the call is dialled by. */
const syntax = 'csim start <number:word> [voice-port <port:word>]';
const start = command<typeof syntax, World>(
  syntax,
  'Place a test call',
  async ({ number, port }, { world, terminal }) => {
    const from = port === undefined ? undefined : portName(port);
    terminal.print(`csim: called number = ${number}, loop count = 1 ping count = 0`);
    for (const line of printSimulatedCall(await world.calls.simulate(number, from))) terminal.print(line);
  },
  { hidden: true },
);

export const csimCommands: CommandSet = { exec: [start] };
