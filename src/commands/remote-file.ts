import { CommandError, type Terminal } from '../cli/index.ts';
import type { World } from './world.ts';

/** A file at a `tftp:` URL. */
export interface RemoteName {
  readonly url: string;
}

const largestConfiguration = 4 * 1024 * 1024;

export function isRemoteUrl(typed: string): boolean {
  return /^tftp:/i.test(typed);
}

/** The text of a file there. Throws the sentence of IOS with the reason. */
export async function remoteText({ url }: RemoteName, world: World): Promise<string> {
  try {
    return (await world.remoteFiles.read(url, largestConfiguration)).toString('utf8');
  } catch (error) {
    throw opening(url, error);
  }
}

export async function writeRemote({ url }: RemoteName, text: string, world: World): Promise<void> {
  try {
    await world.remoteFiles.write(url, Buffer.from(text));
  } catch (error) {
    throw opening(url, error);
  }
}

function opening(url: string, error: unknown): CommandError {
  return new CommandError(`%Error opening ${url} (${error instanceof Error ? error.message : String(error)})`);
}

/** Asks for host and file as IOS does, offering what the URL has; undefined when the session ended. */
export async function askRemote(
  terminal: Terminal,
  typed: string,
  end: 'Source' | 'Destination',
  usualFile: string,
): Promise<RemoteName | undefined> {
  const [place = typed, typedHost = ''] = /^tftp:(?:\/\/([^/]*)\/?)?/i.exec(typed) ?? [];
  const typedFile = typed.slice(place.length);
  const host = await ask(terminal, 'Address or name of remote host', typedHost);
  const file = host === undefined ? undefined : await ask(terminal, `${end} filename`, typedFile || usualFile);
  return file === undefined ? undefined : { url: `tftp://${host}/${file}` };
}

async function ask(terminal: Terminal, question: string, offered: string): Promise<string | undefined> {
  const answer = (await terminal.ask(`${question} [${offered}]? `))?.trim();
  return answer === '' ? offered : answer;
}
