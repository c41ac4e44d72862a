import { CommandError, type Language, type Terminal } from '../cli/index.ts';
import { type FileName, parseFileName, printFileName, startupConfig } from '../config/index.ts';
import { caretLine, type LoadedConfiguration, loadConfiguration } from './load-configuration.ts';
import { isRemoteUrl, type RemoteName, remoteText } from './remote-file.ts';
import { printConfiguration } from './running-config.ts';
import type { Section } from './section.ts';
import type { Tree } from './tree.ts';
import type { World } from './world.ts';
import { isYes } from './yes-answer.ts';

/** What the commands about configurations work with, beside the world. */
export interface ConfigurationParts {
  readonly sections: readonly Section[];
  readonly language: Language<World>;
}

/** A configuration as an operator names it: the running one, a file of ours, or one at a URL. */
export type ConfigurationName = 'running-config' | FileName | RemoteName;

/** Throws for what is no name. */
export function configurationNamed(typed: string): ConfigurationName {
  const plain = typed.toLowerCase();
  if (plain === 'running-config' || plain === 'system:running-config') return 'running-config';
  if (plain === 'startup-config') return startupConfig;
  if (isRemoteUrl(typed)) return { url: typed };
  const name = parseFileName(typed);
  if (name === undefined) throw new CommandError(`%Error opening ${typed} (Invalid file name)`);
  return name;
}

/** The text of a configuration. Throws when there is no such file, or when it cannot be read. */
export async function configurationText(
  name: ConfigurationName,
  world: World,
  sections: readonly Section[],
): Promise<string> {
  if (name === 'running-config') return printConfiguration(world.config.running, sections);
  if ('url' in name) return remoteText(name, world);
  const opening = `%Error opening ${printFileName(name)}`;
  const text = await world.fileSystem.read(name).catch((error: unknown) => {
    throw new CommandError(`${opening} (${reasonOf(error)})`);
  });
  if (text === undefined) throw new CommandError(`${opening} (No such file or directory)`);
  return text;
}

/** Reads a configuration over `base`, or over an empty router, and tells each line that was refused. */
export async function loadTold(
  text: string,
  { language }: ConfigurationParts,
  terminal: Terminal,
  base?: Tree,
): Promise<LoadedConfiguration> {
  const loaded = await loadConfiguration(text, {
    language,
    ...(base === undefined ? {} : { base }),
    onFault: (error) => {
      throw error;
    },
  });
  for (const problem of loaded.problems) {
    const place = `Line ${problem.line}: `;
    terminal.print(`${place}${problem.text.trim()}`);
    for (const line of caretLine(problem, place.length)) terminal.print(line);
    terminal.print(problem.message);
  }
  return loaded;
}

/** What went wrong, in the words of whoever found out. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `[confirm]` is answered with Return or `y`. */
export async function confirmed(terminal: Terminal, question: string): Promise<boolean> {
  const answer = await terminal.ask(`${question} [confirm]`.trimStart());
  return answer !== undefined && isYes(answer);
}
