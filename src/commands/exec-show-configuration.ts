import { CommandError, command, type Terminal } from '../cli/index.ts';
import { configurationChanges, largestConfigurationBytes, printChanges } from '../config/index.ts';
import { underBlock } from './block.ts';
import type { CommandSet } from './command-set.ts';
import { type ConfigurationParts, configurationNamed, configurationText, reasonOf } from './configuration-file.ts';
import { keptWithoutEffect } from './inert-mode.ts';
import { interfaceName } from './interface-name.ts';
import { type KeptWithoutEffect, keptGroups, withoutEffect } from './kept.ts';
import { undefinedReferences } from './references.ts';
import { printConfiguration, showRunning, underHeading } from './running-config.ts';
import { show } from './show.ts';
import type { World } from './world.ts';

function printAll(terminal: Terminal, lines: Iterable<string>): void {
  for (const line of lines) terminal.print(line);
}

async function readStartup({ system }: World): Promise<{ readonly text: string }> {
  const text = await system.readStartup().catch((error: unknown) => {
    throw new CommandError(`%Error opening nvram:/startup-config (${reasonOf(error)})`);
  });
  if (text === undefined) throw new CommandError('startup-config is not present');
  return { text };
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
  const lines = (world: World): readonly string[] =>
    printConfiguration(world.config.running, parts().sections).split('\n');

  return {
    exec: [
      show(
        runningForms,
        'Current operating configuration',
        ({ config }, { all }) => ({ text: printConfiguration(config.running, parts().sections, all) }),
        ({ text }, { brief, linenum }) => {
          const shown = underHeading(text);
          return brief ? withoutCertificates(shown) : linenum ? numbered(shown) : shown;
        },
      ),
      show(
        ofInterface,
        'Configuration of an interface',
        (world, { name }) => {
          const found = interfaceName(name);
          const block = blocksOpening(lines(world), (line) => line === `interface ${found}`);
          if (block.length === 0) throw new CommandError(`% Invalid interface type and number: ${name}`);
          return { lines: block };
        },
        (block) => part(block.lines),
      ),
      show(
        ofPeers,
        'Configuration of dial peers',
        (world, { tag }) => {
          const opening = tag === undefined ? 'dial-peer voice ' : `dial-peer voice ${tag} `;
          return { lines: blocksOpening(lines(world), (line) => line.startsWith(opening)) };
        },
        (block) => part(block.lines),
        { ours: true },
      ),
      command<'write terminal', World>('write terminal', 'Write to terminal', (_, { world, terminal }) =>
        printAll(terminal, showRunning(world.config.running, parts().sections)),
      ),
      show('show startup-config', 'Contents of startup configuration', readStartup, ({ text }) => [
        `Using ${Buffer.byteLength(text)} out of ${largestConfigurationBytes} bytes`,
        ...text.replace(/\n$/, '').split('\n'),
      ]),
      show(
        'show configuration inert',
        'Lines that are kept without effect, and why',
        ({ config, pki }) => [
          ...keptWithoutEffect(config.running, (sealed) => pki.configKey.openPassword(sealed) !== undefined),
          ...undefinedReferences(config.running).map(({ block, line, names }) =>
            withoutEffect(block, line, `${names} is not defined`),
          ),
        ],
        printInert,
        { ours: true },
      ),
      show('show archive', 'Archived configurations', readArchive, printArchive),
      show(
        differences,
        'Differences between two configurations',
        (world, names) => readDifferences(names, world, parts()),
        printDifferences,
      ),
    ],
  };
}

function printInert(kept: readonly KeptWithoutEffect[]): readonly string[] {
  return keptGroups(kept).flatMap(({ title, rows }) => [
    `${title}:`,
    ...rows.map(({ block, line, reason }) => `  ${underBlock(block, line)} (${reason})`),
  ]);
}

type ArchiveListing = NonNullable<Awaited<ReturnType<World['archive']['list']>>>;

/** Undefined listing: `archive` says no path. */
async function readArchive({ archive }: World): Promise<{ readonly listing: ArchiveListing | undefined }> {
  return { listing: await archive.list() };
}

function printArchive({ listing }: { readonly listing: ArchiveListing | undefined }): readonly string[] {
  if (listing === undefined) return ['Archive feature not enabled'];
  const { maximum, names, next } = listing;
  const rows = Array.from({ length: Math.max(maximum, names.length) }, (_, i) => {
    const number = String(i + 1)
      .padStart(4)
      .padEnd(12);
    const name = names[i];
    if (name === undefined) return number.trimEnd();
    return `${number}${name}${i === names.length - 1 ? ' <- Most Recent' : ''}`;
  });
  return [
    `The maximum archive configurations allowed is ${maximum}.`,
    `There are currently ${names.length} archive configurations saved.`,
    `The next archive file will be named ${next}`,
    ' Archive #  Name',
    ...rows,
  ];
}

/** Without names: what running-config has that startup-config has not, and the other way round. */
async function readDifferences(
  names: { readonly old?: string | undefined; readonly new?: string | undefined },
  world: World,
  { sections }: ConfigurationParts,
): Promise<ReturnType<typeof configurationChanges>> {
  const old = configurationNamed(names.old ?? 'startup-config');
  const next = configurationNamed(names.new ?? 'running-config');
  return configurationChanges(
    await configurationText(old, world, sections),
    await configurationText(next, world, sections),
  );
}

function printDifferences(changes: ReturnType<typeof configurationChanges>): readonly string[] {
  const none = changes.length === 0 ? ['!No changes were found'] : [];
  return ['!Contextual Config Diffs:', ...none, ...printChanges(changes), ''];
}
