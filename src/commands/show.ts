import { type Args, type Command, type CommandOptions, showCommand } from '../cli/index.ts';
import type { World } from './world.ts';

/**
 * A `show`: `read` takes a record from the world, `print` makes lines of it. The record is also what `| json` prints and what a
 * program is given, so it holds values, not texts.
 */
export function show<const S extends string, R>(
  syntax: S,
  help: string,
  read: (world: World, args: Args<S>) => R | Promise<R>,
  print: (record: R, args: Args<S>, world: World) => Iterable<string>,
  options: CommandOptions = {},
): Command<World> {
  return showCommand<S, R, World>(
    syntax,
    help,
    {
      read: (args, { world }) => read(world, args),
      print: (record, args, { world }) => print(record, args, world),
    },
    options,
  );
}
