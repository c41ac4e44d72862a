import { CommandError, command, type Invocation, type Terminal } from '../cli/index.ts';
import { configurationChanges, printChanges } from '../config/index.ts';
import type { CommandSet } from './command-set.ts';
import { type ConfigurationParts, configurationNamed, configurationText, reasonOf } from './configuration-file.ts';
import { keptWithoutEffect } from './inert-mode.ts';
import { interfaceName } from './interface-name.ts';
import { printConfiguration, showRunning } from './running-config.ts';
import type { World } from './world.ts';

function printAll(terminal: Terminal, lines: Iterable<string>): void {
  for (const line of lines) terminal.print(line);
}

async function showStartup({ world, terminal }: Invocation<World>): Promise<void> {
  const text = await world.system.readStartup().catch((error: unknown) => {
    throw new CommandError(`%Error opening nvram:/startup-config (${reasonOf(error)})`);
  });
  if (text === undefined) throw new CommandError('startup-config is not present');
  terminal.print(`Using ${Buffer.byteLength(text)} bytes`);
  printAll(terminal, text.replace(/\n$/, '').split('\n'));
}

/** The blocks of a configuration that open with one of these lines, as a configuration of their own. */
function blocksOpening(lines: readonly string[], opens: (line: string) => boolean): readonly string[] {
  let inside = false;
  return lines.filter((line) => {
    if (!line.startsWith(' ')) inside = opens(line);
    return inside;
  });
}

/** `brief`: the bytes of certificates are left out. */
function withoutCertificates(lines: readonly string[]): readonly string[] {
  let hidden = false;
  return lines.filter((line) => {
    if (/^ certificate /.test(line)) hidden = true;
    else if (hidden && !line.startsWith('  ')) hidden = false;
    return !hidden || /^ certificate /.test(line);
  });
}

/** `linenum`: every line of the configuration behind its number. */
function numbered(lines: readonly string[]): readonly string[] {
  const heading = 3;
  return lines.map((line, i) => (i < heading ? line : `${String(i - heading + 1).padStart(5)} : ${line}`));
}

/** A part of the running configuration under the heading of the whole; several blocks are parted by a `!`. */
function part(lines: readonly string[]): readonly string[] {
  const text = lines.flatMap((line, i) => (i > 0 && !line.startsWith(' ') ? ['!', line] : [line]));
  const bytes = Buffer.byteLength(`${text.join('\n')}\n`);
  return ['Building configuration...', '', `Current configuration : ${bytes} bytes`, '!', ...text, 'end', ''];
}

const runningForms = 'show running-config [all | brief | full | linenum]';
const ofInterface = 'show running-config interface <name:line>';
const ofPeers = 'show running-config dial-peer [<tag:int(1-2147483647)>]';
const differences = 'show archive config differences [<old:word> [<new:word>]]';

/** Commands that print configurations, and what differs between two. */
export function showConfigurationCommands(parts: () => ConfigurationParts): CommandSet {
  const running = (world: World, all = false): readonly string[] =>
    showRunning(world.config.running, parts().sections, all);
  const lines = (world: World): readonly string[] =>
    printConfiguration(world.config.running, parts().sections).split('\n');

  return {
    exec: [
      command<typeof runningForms, World>(
        runningForms,
        'Current operating configuration',
        ({ all, brief, linenum }, { world, terminal }) => {
          const shown = running(world, all);
          printAll(terminal, brief ? withoutCertificates(shown) : linenum ? numbered(shown) : shown);
        },
      ),
      command<typeof ofInterface, World>(ofInterface, 'Configuration of an interface', ({ name }, i) => {
        const found = interfaceName(name);
        const block = blocksOpening(lines(i.world), (line) => line === `interface ${found}`);
        if (block.length === 0) throw new CommandError(`% Invalid interface type and number: ${name}`);
        printAll(i.terminal, part(block));
      }),
      command<typeof ofPeers, World>(ofPeers, 'Configuration of dial peers', ({ tag }, i) => {
        const opening = tag === undefined ? 'dial-peer voice ' : `dial-peer voice ${tag} `;
        printAll(i.terminal, part(blocksOpening(lines(i.world), (line) => line.startsWith(opening))));
      }),
      command<'write terminal', World>('write terminal', 'Write to terminal', (_, { world, terminal }) =>
        printAll(terminal, running(world)),
      ),
      command<'show startup-config', World>('show startup-config', 'Contents of startup configuration', (_, i) =>
        showStartup(i),
      ),
      command<'show configuration inert', World>(
        'show configuration inert',
        'Lines that are kept without effect, and why',
        (_, { world, terminal }) => printAll(terminal, printInert(world)),
      ),
      command<'show archive', World>('show archive', 'Archived configurations', (_, i) => showArchive(i)),
      command<typeof differences, World>(differences, 'Differences between two configurations', (args, i) =>
        showDifferences(args, i, parts()),
      ),
    ],
  };
}

function printInert(world: World): readonly string[] {
  return keptWithoutEffect(world.config.running).map(
    ({ place, line, reason }) => `${place === '' ? '' : `${place}: `}${line} (${reason})`,
  );
}

async function showArchive({ world, terminal }: Invocation<World>): Promise<void> {
  const listing = await world.archive.list();
  if (listing === undefined) throw new CommandError('Archive feature not enabled');
  const { maximum, names, next } = listing;
  terminal.print(`The maximum archive configurations allowed is ${maximum}.`);
  terminal.print(`There are currently ${names.length} archive configurations saved.`);
  terminal.print(`The next archive file will be named ${next}`);
  terminal.print(' Archive #  Name');
  for (let i = 0; i < Math.max(maximum, names.length); i++) {
    const name = names[i];
    const number = String(i + 1)
      .padStart(4)
      .padEnd(12);
    if (name === undefined) terminal.print(number.trimEnd());
    else terminal.print(`${number}${name}${i === names.length - 1 ? ' <- Most Recent' : ''}`);
  }
}

/** Without names: what running-config has that startup-config has not, and the other way round. */
async function showDifferences(
  names: { readonly old?: string | undefined; readonly new?: string | undefined },
  { world, terminal }: Invocation<World>,
  { sections }: ConfigurationParts,
): Promise<void> {
  const old = configurationNamed(names.old ?? 'startup-config');
  const next = configurationNamed(names.new ?? 'running-config');
  const changes = configurationChanges(
    await configurationText(old, world, sections),
    await configurationText(next, world, sections),
  );
  terminal.print('!Contextual Config Diffs:');
  if (changes.length === 0) terminal.print('!No changes were found');
  printAll(terminal, printChanges(changes));
  terminal.print('');
}
