import { CommandError, command, type Invocation } from '../cli/index.ts';
import { commandsOf, configurationChanges, reuse } from '../config/index.ts';
import type { CommandSet } from './command-set.ts';
import {
  type ConfigurationParts,
  configurationNamed,
  configurationText,
  loadTold,
  reasonOf,
} from './configuration-file.ts';
import { printConfiguration } from './running-config.ts';
import type { Section } from './section.ts';
import type { Tree } from './tree.ts';
import type { World } from './world.ts';

const warning = [
  'This will apply all necessary additions and deletions',
  'to replace the current running configuration with the',
  'contents of the specified configuration file, which is',
  'assumed to be a complete configuration, not a partial',
];
const question = 'configuration. Enter Y if you are sure you want to proceed. ? [no]: ';
const nothingPending = '%No Rollback Confirmed Change pending';

interface ReplaceOptions {
  readonly list?: true | undefined;
  readonly force?: true | undefined;
  /** The replacement is on trial for so long. */
  readonly minutes?: number | undefined;
}

/** Makes a file the running configuration, as one change: all of it or, when a line is wrong or a service refuses, nothing. */
async function replace(
  file: string,
  options: ReplaceOptions,
  invocation: Invocation<World>,
  parts: ConfigurationParts,
): Promise<void> {
  const { world, terminal } = invocation;
  const text = await configurationText(configurationNamed(file), world, parts.sections);
  if (options.force !== true) {
    for (const line of warning) terminal.print(line);
    const answer = await terminal.ask(question);
    if (answer === undefined || !/^\s*y/i.test(answer)) return;
  }
  const { tree, problems } = await loadTold(text, parts, terminal);
  if (problems.length > 0) throw new CommandError('%Rollback aborted: the file has wrong lines. Nothing was changed.');
  const old = world.config.running;
  const next = reuse(old, tree);
  if (options.list === true && next !== old) {
    for (const line of listed(old, next, parts.sections)) terminal.print(line);
  }
  begin(options.minutes, invocation);
  try {
    world.config.commit(next);
  } catch (error) {
    if (options.minutes !== undefined) world.reverting.stop();
    throw error;
  }
  terminal.print('');
  terminal.print(`Total number of passes: ${next === old ? 0 : 1}`);
  terminal.print('Rollback Done');
  terminal.print('');
}

/** What would have to be typed to the same end. */
function listed(old: Tree, next: Tree, sections: readonly Section[]): readonly string[] {
  const changes = configurationChanges(printConfiguration(old, sections), printConfiguration(next, sections));
  return ['!Pass 1', '', '!List of Commands:', ...commandsOf(changes), 'end', ''];
}

function begin(minutes: number | undefined, { world, terminal }: Invocation<World>): void {
  if (minutes === undefined) return;
  if (!world.reverting.begin(minutes)) throw new CommandError('%Rollback Confirmed Change is already pending');
  terminal.print(
    `Rollback Confirmed Change: The configuration reverts in ${minutes} minute${minutes === 1 ? '' : 's'}`,
  );
  terminal.print('Enter "configure confirm" if you wish to keep what you have configured');
}

function configureOnTrial(minutes: number, invocation: Invocation<World>): void {
  begin(minutes, invocation);
  invocation.terminal.print('');
  invocation.terminal.print('Enter configuration commands, one per line.  End with CNTL/Z.');
  invocation.session.enter('config');
}

function confirm({ world }: Invocation<World>): void {
  if (!world.reverting.confirm()) throw new CommandError(nothingPending);
}

function revertNow({ world, terminal }: Invocation<World>): void {
  const result = world.reverting.revert();
  if (result === undefined) throw new CommandError(nothingPending);
  if (result.kind === 'refused') throw new CommandError(result.reason);
  terminal.print('Rollback Done');
}

async function archive({ world, terminal }: Invocation<World>): Promise<void> {
  const name = await world.archive.save().catch((error: unknown) => {
    throw new CommandError(`%Error archiving the configuration (${reasonOf(error)})`);
  });
  terminal.print(`Archived as ${name}`);
}

const replaceSyntax = 'configure replace <file:word> [list | force | time <minutes:int(1-120)>]...';
const trialSyntax = 'configure terminal revert timer <minutes:int(1-120)>';
const postponeSyntax = 'configure revert timer <minutes:int(1-120)>';

/** Commands that change the configuration as a whole, or on trial. */
export function replaceCommands(parts: () => ConfigurationParts): CommandSet {
  return {
    exec: [
      command<typeof replaceSyntax, World>(
        replaceSyntax,
        'Replace the running configuration with a file',
        ({ file, ...options }, i) => replace(file, options, i, parts()),
      ),
      command<typeof trialSyntax, World>(
        trialSyntax,
        'Configure; what is not confirmed in time is taken back',
        ({ minutes }, i) => configureOnTrial(minutes, i),
      ),
      command<'configure confirm', World>('configure confirm', 'Keep the changes that are on trial', (_, i) =>
        confirm(i),
      ),
      command<'configure revert now', World>('configure revert now', 'Take back the changes on trial at once', (_, i) =>
        revertNow(i),
      ),
      command<typeof postponeSyntax, World>(
        postponeSyntax,
        'Change the time left to confirm',
        ({ minutes }, { world }) => {
          if (!world.reverting.postpone(minutes)) throw new CommandError(nothingPending);
        },
      ),
      command<'archive config', World>('archive config', 'Archive the running configuration', (_, i) => archive(i)),
    ],
  };
}
