import { isExpansion } from '../../call/index.ts';
import { CommandError, command } from '../../cli/index.ts';
import { withEntry, withoutEntry } from '../../config/index.ts';
import type { CommandSet } from '../command-set.ts';
import { show } from '../show.ts';
import type { Tree } from '../tree.ts';
import type { World } from '../world.ts';

const syntax = 'num-exp <extension:word> <number:word>';

const numExp = command<typeof syntax, World>(
  syntax,
  'Number that an extension stands for',
  ({ extension, number }, { world: { config }, form }) => {
    const { running, batch } = config;
    const { expansions = new Map<string, string>() } = running.dialPlan;
    if (form === 'set' && !isExpansion(extension, number))
      throw new CommandError(`% Invalid number expansion: ${extension} ${number}`);
    const next =
      form === 'set' ? withEntry(batch, expansions, extension, number) : withoutEntry(batch, expansions, extension);
    const { expansions: _, ...dialPlan } = running.dialPlan;
    config.commit({ ...running, dialPlan: next.size === 0 ? dialPlan : { ...dialPlan, expansions: next } });
  },
  { negatable: true, noSyntax: 'num-exp <extension:word> [<number:word>]' },
);

export function printExpansions({ dialPlan: { expansions } }: Tree): readonly string[] {
  return Array.from(expansions ?? [], ([extension, number]) => `num-exp ${extension} ${number}`);
}

const showNumExp = show(
  'show num-exp [<dialled:word>]',
  'Display what extensions stand for',
  ({ config, calls }, { dialled }) => {
    const all = Array.from(config.running.dialPlan.expansions ?? [], ([extension, number]) => ({ extension, number }));
    return dialled === undefined ? all : [{ extension: dialled, number: calls.expanded(dialled) }];
  },
  (expansions) =>
    expansions.map(
      ({ extension, number }) => `Dest Digit Pattern = ${`'${extension}'`.padEnd(10)} Translation = '${number}'`,
    ),
);

export const numExpCommands: CommandSet = { exec: [showNumExp], config: [numExp] };
