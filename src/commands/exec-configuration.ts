import { CommandError, command, type Invocation, type Terminal } from '../cli/index.ts';
import type { CommandSet } from './command-set.ts';
import { keptWithoutEffect } from './inert-mode.ts';
import { printConfiguration, underHeading } from './running-config.ts';
import type { Section } from './section.ts';
import { show } from './show.ts';
import type { World } from './world.ts';

function printAll(terminal: Terminal, lines: Iterable<string>): void {
  for (const line of lines) terminal.print(line);
}

async function save({ world, terminal }: Invocation<World>): Promise<void> {
  terminal.print('Building configuration...');
  try {
    await world.system.writeStartup();
  } catch (error) {
    throw new CommandError(`%Error writing startup-config: ${reasonOf(error)}`);
  }
  terminal.print('[OK]');
}

/** What went wrong, in the words of whoever found out. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function readStartup({ system }: World): Promise<{ readonly text: string }> {
  const text = await system.readStartup().catch((error: unknown) => {
    throw new CommandError(`%Error opening nvram:/startup-config (${reasonOf(error)})`);
  });
  if (text === undefined) throw new CommandError('startup-config is not present');
  return { text };
}

async function copyToStartup(invocation: Invocation<World>): Promise<void> {
  const name = await invocation.terminal.ask('Destination filename [startup-config]? ');
  if (name === undefined) return;
  if (!['', 'startup-config', 'nvram:startup-config'].includes(name.trim())) {
    throw new CommandError(`%Error opening ${name.trim()} (Only startup-config can be written)`);
  }
  await save(invocation);
}

/** `[confirm]` is answered with Return or `y`. */
async function confirmed(terminal: Terminal, question: string): Promise<boolean> {
  const answer = await terminal.ask(`${question} [confirm]`);
  return answer !== undefined && /^\s*(?:y(?:es)?)?\s*$/i.test(answer);
}

/** Asks to save what is not saved yet. A startup-config that cannot be read counts as another one. */
async function reload(invocation: Invocation<World>, sections: readonly Section[]): Promise<void> {
  const { world, terminal } = invocation;
  const startup = await world.system.readStartup().catch(() => undefined);
  if (startup !== printConfiguration(world.config.running, sections)) {
    terminal.print('');
    const answer = await terminal.ask('System configuration has been modified. Save? [yes/no]: ');
    if (answer === undefined) return;
    if (/^\s*y/i.test(answer)) await save(invocation);
  }
  if (await confirmed(terminal, 'Proceed with reload?')) world.system.reload();
}

/** Commands that read, store and start configurations. */
export function configurationCommands(sections: readonly Section[]): CommandSet {
  return {
    exec: [
      show(
        'show running-config',
        'Current operating configuration',
        ({ config }) => ({ text: printConfiguration(config.running, sections) }),
        ({ text }) => underHeading(text),
      ),
      show('show startup-config', 'Contents of startup configuration', readStartup, ({ text }) => [
        `Using ${Buffer.byteLength(text)} bytes`,
        ...text.replace(/\n$/, '').split('\n'),
      ]),
      show(
        'show configuration inert',
        'Lines that are kept without effect, and why',
        ({ config }) => keptWithoutEffect(config.running),
        printInert,
        { ours: true },
      ),
      command<'write [memory]', World>('write [memory]', 'Write running configuration to memory', (_, i) => save(i)),
      command<'write terminal', World>('write terminal', 'Write to terminal', (_, { world, terminal }) =>
        printAll(terminal, underHeading(printConfiguration(world.config.running, sections))),
      ),
      command<'copy running-config startup-config', World>(
        'copy running-config startup-config',
        'Copy the running configuration to startup-config',
        (_, i) => copyToStartup(i),
      ),
      command<'reload', World>('reload', 'Halt and perform a cold restart', (_, i) => reload(i, sections)),
    ],
  };
}

function printInert(kept: ReturnType<typeof keptWithoutEffect>): readonly string[] {
  return kept.map(({ place, line, reason }) => `${place === '' ? '' : `${place}: `}${line} (${reason})`);
}
