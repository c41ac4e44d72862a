import type { Files, Log } from '../io/index.ts';
import type { PkiMessages } from './messages.ts';
import { reasonOf } from './outcome.ts';

/** Moves a file of NVRAM that makes no sense out of the way and says so: nothing is written over what may be saved of it. */
export async function putAside(files: Files, file: string, content: Buffer, log: Log<PkiMessages>): Promise<void> {
  const aside = `damaged/${file.replaceAll('/', '-')}`;
  try {
    await files.write(aside, content, 0o600);
    await files.remove(file);
    log('NVRAM_DAMAGED', { file, aside });
  } catch (error) {
    log('NVRAM_WRITE', { file: aside, reason: reasonOf(error) });
  }
}
