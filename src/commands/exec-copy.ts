import { CommandError, command, type Invocation } from '../cli/index.ts';
import { type FileName, parseFileName, printFileName, startupConfig } from '../config/index.ts';
import type { CommandSet } from './command-set.ts';
import {
  type ConfigurationName,
  type ConfigurationParts,
  configurationNamed,
  configurationText,
  confirmed,
  loadTold,
  reasonOf,
} from './configuration-file.ts';
import { askRemote, isRemoteUrl, type RemoteName, writeRemote } from './remote-file.ts';
import type { World } from './world.ts';

/** Writes startup-config, and an archive when `write-memory` is set. */
export async function save({ world, terminal }: Invocation<World>): Promise<void> {
  terminal.print('Building configuration...');
  await world.system.writeStartup().catch((error: unknown) => {
    throw new CommandError(`%Error writing startup-config: ${reasonOf(error)}`);
  });
  terminal.print('[OK]');
  if (!world.config.running.archive.writeMemory) return;
  await world.archive.save().catch((error: unknown) => {
    throw new CommandError(`%Error archiving the configuration (${reasonOf(error)})`);
  });
}

async function copy(from: string, to: string, invocation: Invocation<World>, parts: ConfigurationParts): Promise<void> {
  const { terminal } = invocation;
  const source =
    from.toLowerCase() === 'tftp:' ? await askRemote(terminal, from, 'Source', '') : configurationNamed(from);
  if (source === undefined) return;
  if (isRemoteUrl(to)) return upload(source, to, invocation, parts);
  const offered = configurationNamed(to);
  if (typeof offered === 'object' && 'url' in offered) return;
  const shown = offered === 'running-config' ? offered : offered.path;
  const answer = await terminal.ask(`Destination filename [${shown}]? `);
  if (answer === undefined) return;
  const destination = answer.trim() === '' ? offered : renamed(offered, answer.trim());
  if (destination === 'running-config') return merge(source, invocation, parts);
  if (source === 'running-config' && isStartup(destination)) return save(invocation);
  await store(source, destination, invocation, parts);
}

/** Writes to a TFTP server, after the questions of IOS. */
async function upload(
  source: ConfigurationName,
  to: string,
  { world, terminal }: Invocation<World>,
  { sections }: ConfigurationParts,
): Promise<void> {
  const usual = `${world.config.running.hostname.toLowerCase()}-confg`;
  const destination = await askRemote(terminal, to, 'Destination', usual);
  if (destination === undefined) return;
  const text = await configurationText(source, world, sections);
  await writeRemote(destination, text, world);
  terminal.print('!');
  terminal.print(`${Buffer.byteLength(text)} bytes copied`);
}

/** A bare name typed in the dialog lies on the device the line named. */
function renamed(offered: LocalName, typed: string): LocalName {
  const device = offered === 'running-config' || typed.includes(':') ? '' : `${offered.device}:`;
  const name = configurationNamed(`${device}${typed}`);
  if (typeof name === 'object' && 'url' in name) throw new CommandError(`%Error opening ${typed} (Invalid file name)`);
  return name;
}

type LocalName = Exclude<ConfigurationName, RemoteName>;

function isStartup(name: FileName): boolean {
  return printFileName(name) === printFileName(startupConfig);
}

/** Types a file over the running configuration, as one change: the good lines of it, as when it is typed. */
async function merge(
  source: ConfigurationName,
  { world, terminal }: Invocation<World>,
  parts: ConfigurationParts,
): Promise<void> {
  const text = await configurationText(source, world, parts.sections);
  const base = world.config.running;
  const { tree } = await loadTold(text, parts, terminal, base);
  if (world.config.running !== base)
    throw new CommandError('% The configuration changed meanwhile; nothing was copied');
  if (tree !== base) world.config.commit(tree);
  terminal.print(`${Buffer.byteLength(text)} bytes copied`);
}

async function store(
  source: ConfigurationName,
  destination: FileName,
  { world, terminal }: Invocation<World>,
  { sections }: ConfigurationParts,
): Promise<void> {
  const name = printFileName(destination);
  if (destination.path === '') throw new CommandError(`%Error opening ${name} (Is a directory)`);
  const text = await configurationText(source, world, sections);
  if (!isStartup(destination) && (await exists(world, destination))) {
    terminal.print('%Warning:There is a file already existing with this name');
    if (!(await confirmed(terminal, 'Do you want to over write?'))) return;
  }
  await world.fileSystem.write(destination, text).catch((error: unknown) => {
    throw new CommandError(`%Error opening ${name} (${reasonOf(error)})`);
  });
  terminal.print(`${Buffer.byteLength(text)} bytes copied`);
}

/** A file that is there and cannot be read is there too. */
async function exists(world: World, name: FileName): Promise<boolean> {
  return (await world.fileSystem.read(name).catch(() => '')) !== undefined;
}

function fileNamed(typed: string): FileName {
  const name = typed.toLowerCase() === 'startup-config' ? startupConfig : parseFileName(typed);
  if (name === undefined) throw new CommandError(`%Error opening ${typed} (Invalid file name)`);
  return name;
}

async function erase({ world, terminal }: Invocation<World>): Promise<void> {
  const question = 'Erasing the nvram filesystem will remove all configuration files! Continue?';
  if (!(await confirmed(terminal, question))) return;
  await remove(world, startupConfig);
  terminal.print('[OK]');
  terminal.print('Erase of nvram: complete');
}

async function remove(world: World, name: FileName): Promise<void> {
  await world.fileSystem.remove(name).catch((error: unknown) => {
    throw new CommandError(`%Error deleting ${printFileName(name)} (${reasonOf(error)})`);
  });
}

async function deleteFile(typed: string, force: boolean, { world, terminal }: Invocation<World>): Promise<void> {
  const named = fileNamed(typed);
  const answer = force ? '' : await terminal.ask(`Delete filename [${named.path}]? `);
  if (answer === undefined) return;
  const name = answer.trim() === '' ? named : fileNamed(`${named.device}:${answer.trim()}`);
  const shown = printFileName(name);
  if (name.path === '') throw new CommandError(`%Error deleting ${shown} (Is a directory)`);
  if (!force && !(await confirmed(terminal, `Delete ${shown}?`))) return;
  if (!(await exists(world, name))) throw new CommandError(`%Error deleting ${shown} (No such file or directory)`);
  await remove(world, name);
}

/** The new file is whole before the old one goes. */
async function rename(from: string, to: string, { world, terminal }: Invocation<World>): Promise<void> {
  const source = fileNamed(from);
  const offered = fileNamed(to);
  const answer = await terminal.ask(`Destination filename [${offered.path}]? `);
  if (answer === undefined) return;
  const destination = answer.trim() === '' ? offered : fileNamed(`${offered.device}:${answer.trim()}`);
  const failed = (reason: string): CommandError =>
    new CommandError(`%Error renaming ${printFileName(source)} (${reason})`);
  if (source.path === '' || destination.path === '') throw failed('Is a directory');
  const content = await world.fileSystem.readBytes(source).catch((error: unknown) => {
    throw failed(reasonOf(error));
  });
  if (content === undefined) throw failed('No such file or directory');
  if (await exists(world, destination)) throw failed('File exists');
  await world.fileSystem.write(destination, content).catch((error: unknown) => {
    throw failed(reasonOf(error));
  });
  await remove(world, source);
}

async function directory(typed: string | undefined, { world, terminal }: Invocation<World>): Promise<void> {
  const folder = fileNamed(typed ?? 'nvram:');
  const entries = await world.fileSystem.list(folder).catch((error: unknown) => {
    throw new CommandError(`%Error opening ${printFileName(folder)} (${reasonOf(error)})`);
  });
  terminal.print(`Directory of ${folder.device}:/${folder.path}`);
  terminal.print('');
  if (entries.length === 0) terminal.print('No files in directory');
  entries.forEach(({ name, size }, i) => {
    const rights = name.endsWith('/') ? 'drw-' : '-rw-';
    const plain = name.replace(/\/$/, '');
    terminal.print(
      `${String(i + 1).padStart(5)}  ${rights}${String(size).padStart(12)}${' '.repeat(20)}<no date>  ${plain}`,
    );
  });
  terminal.print('');
}

async function more(typed: string, { world, terminal }: Invocation<World>, parts: ConfigurationParts): Promise<void> {
  const text = await configurationText(configurationNamed(typed), world, parts.sections);
  for (const line of text.replace(/\n$/, '').split('\n')) terminal.print(line);
}

const running = 'running-config';
const startup = 'startup-config';

/** Commands that store configurations and handle the files they are stored in. */
export function copyCommands(parts: () => ConfigurationParts): CommandSet {
  const copies = <const S extends string>(syntax: S, help: string, ends: (args: Named) => readonly [string, string]) =>
    command<string, World>(syntax, help, (args, i) => copy(...ends(args), i, parts()));
  return {
    exec: [
      command<'write [memory]', World>('write [memory]', 'Write running configuration to memory', (_, i) => save(i)),
      copies('copy running-config startup-config', 'Save the running configuration', () => [running, startup]),
      copies('copy running-config <to:word>', 'Copy to flash:NAME, nvram:NAME or tftp://HOST/NAME', ({ to }) => [
        running,
        `${to}`,
      ]),
      copies('copy startup-config running-config', 'Update (merge with) the running configuration', () => [
        startup,
        running,
      ]),
      copies('copy startup-config <to:word>', 'Copy to flash:NAME, nvram:NAME or tftp://HOST/NAME', ({ to }) => [
        startup,
        `${to}`,
      ]),
      copies('copy <from:word> running-config', 'Update (merge with) the running configuration', ({ from }) => [
        `${from}`,
        running,
      ]),
      copies('copy <from:word> startup-config', 'Copy to startup-config', ({ from }) => [`${from}`, startup]),
      copies('copy <from:word> <to:word>', 'Copy a file', ({ from, to }) => [`${from}`, `${to}`]),
      command<'erase {startup-config | nvram:}', World>(
        'erase {startup-config | nvram:}',
        'Erase startup-config',
        (_, i) => erase(i),
      ),
      command<'write erase', World>('write erase', 'Erase startup-config', (_, i) => erase(i)),
      command<'delete [/force] <file:word>', World>('delete [/force] <file:word>', 'Delete a file', (args, i) =>
        deleteFile(args.file, args['/force'] === true, i),
      ),
      command<'rename <from:word> <to:word>', World>('rename <from:word> <to:word>', 'Rename a file', (args, i) =>
        rename(args.from, args.to, i),
      ),
      command<'dir [<folder:word>]', World>('dir [<folder:word>]', 'List files of nvram: or flash:', ({ folder }, i) =>
        directory(folder, i),
      ),
      command<'more <file:word>', World>('more <file:word>', 'Display the contents of a file', ({ file }, i) =>
        more(file, i, parts()),
      ),
    ],
  };
}

/** What the line of a `copy` names with words of its own. */
interface Named {
  readonly from?: unknown;
  readonly to?: unknown;
}
