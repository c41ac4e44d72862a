import { CommandError, type Invocation } from '../../cli/index.ts';
import { type FileName, parseFileName, printFileName } from '../../config/index.ts';
import { confirmed, reasonOf } from '../configuration-file.ts';
import type { World } from '../world.ts';

/** A URL as the dialogs of IOS take it apart: what stays, and the name that is asked for. */
interface TransferUrl {
  /** `nvram:`, `tftp://host/`. */
  readonly place: string;
  readonly name: string;
}

function split(url: string): TransferUrl {
  const [place = ''] = /^[a-z0-9]+:(?:\/\/[^/]*\/?)?/i.exec(url) ?? [];
  return { place, name: url.slice(place.length) };
}

/** The URL with an end to its name; one that names only a place gets `name` too. */
export function withEnd(url: string, name: string, end: string): string {
  return `${split(url).name === '' ? url + name : url}${end}`;
}

/** Asks for the name, as IOS does before each file; undefined when the session ended. A URL typed in answer takes the place of all. */
export async function askName(
  what: 'Destination' | 'Source',
  url: string,
  { terminal }: Invocation<World>,
): Promise<string | undefined> {
  const { place, name } = split(url);
  const answer = (await terminal.ask(`${what} filename [${name}]? `))?.trim();
  if (answer === undefined) return undefined;
  if (answer === '') return url;
  return answer.includes(':') ? answer : place + answer;
}

/** The file behind a URL. Every scheme there is stands here. */
export async function readUrl(url: string, { world }: Invocation<World>): Promise<Buffer> {
  const name = fileNamed(url);
  const content = await world.fileSystem.readBytes(name).catch((error: unknown) => {
    throw new CommandError(`%Error opening ${printFileName(name)} (${reasonOf(error)})`);
  });
  if (content === undefined)
    throw new CommandError(`%Error opening ${printFileName(name)} (No such file or directory)`);
  return content;
}

/** Writes the file behind a URL, after a question when there is one. False when the answer was no. */
export async function writeUrl(url: string, content: string | Buffer, invocation: Invocation<World>): Promise<boolean> {
  const { world, terminal } = invocation;
  const name = fileNamed(url);
  const isThere = (await world.fileSystem.readBytes(name).catch(() => '')) !== undefined;
  if (isThere) {
    terminal.print('%Warning:There is a file already existing with this name');
    if (!(await confirmed(terminal, 'Do you want to over write?'))) return false;
  }
  await world.fileSystem.write(name, content).catch((error: unknown) => {
    throw new CommandError(`%Error opening ${printFileName(name)} (${reasonOf(error)})`);
  });
  return true;
}

/** A file that may be read and written; not startup-config. Throws the sentence of IOS for what is none. */
export function fileNamed(url: string): FileName {
  const name = parseFileName(url);
  if (name === undefined || name.path === '') throw new CommandError(`%Error opening ${url} (Invalid file name)`);
  if (printFileName(name) === 'nvram:startup-config')
    throw new CommandError(`%Error opening ${url} (Permission denied)`);
  return name;
}
