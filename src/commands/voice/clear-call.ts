import { compilePattern, type LegReport, patternError } from '../../call/index.ts';
import { CommandError, command } from '../../cli/index.ts';
import type { CommandSet } from '../command-set.ts';
import type { World } from '../world.ts';

const syntax =
  'clear call voice causecode <cause:int(1-127)> {id <id:word> | calling-number <calling:word> | called-number <called:word>}';

/** The call's number as `show call active voice brief` prints it: hexadecimal. */
function ofCall(id: string): (leg: LegReport) => boolean {
  if (!/^[0-9a-f]{1,12}$/i.test(id)) throw new CommandError(`% Invalid call identifier: ${id}`);
  const call = Number.parseInt(id, 16);
  return (leg) => leg.call === call;
}

/** Numbers that a pattern like those of dial peers describes, the whole of each: nobody wants to clear 1001 with 100. */
function ofNumber(pattern: string, number: (leg: LegReport) => string): (leg: LegReport) => boolean {
  const compiled = compilePattern(/[$T]$/.test(pattern) ? pattern : `${pattern}$`);
  if (compiled === undefined) throw new CommandError(patternError);
  return (leg) => compiled.match(number(leg)) !== undefined;
}

export const clearCallCommands: CommandSet = {
  exec: [
    command<typeof syntax, World>(syntax, 'End active calls', ({ cause, id, calling, called }, { world }) => {
      const isMeant =
        id !== undefined
          ? ofCall(id)
          : calling === undefined
            ? ofNumber(called ?? '', (leg) => leg.called)
            : ofNumber(calling, (leg) => leg.calling);
      if (world.calls.clear(isMeant, cause) === 0) throw new CommandError('% No such call');
    }),
    command<'clear call voice stale-entry', World>(
      'clear call voice stale-entry',
      'Clear entries of calls that are no more',
      (_, { terminal }) => terminal.print('No stale entry found'),
    ),
  ],
};
