import { CommandError } from '../cli/index.ts';
import { printFileName } from '../config/index.ts';
import { reasonOf } from './configuration-file.ts';
import { fileNamed } from './crypto/transfer-url.ts';
import { isRemoteUrl, writeRemote } from './remote-file.ts';
import type { World } from './world.ts';

/** Writes what a `show` printed: `| redirect`, `| append`, `| tee`. As on IOS a file that is there is not asked about. */
export async function saveOutput(world: World, url: string, text: string, appends: boolean): Promise<void> {
  if (isRemoteUrl(url)) {
    if (appends) throw new CommandError(`%Error opening ${url} (Append is not supported)`);
    return writeRemote({ url }, text, world);
  }
  const name = fileNamed(url);
  try {
    const before = appends ? await world.fileSystem.read(name) : undefined;
    await world.fileSystem.write(name, `${before ?? ''}${text}`);
  } catch (error) {
    throw new CommandError(`%Error opening ${printFileName(name)} (${reasonOf(error)})`);
  }
}
