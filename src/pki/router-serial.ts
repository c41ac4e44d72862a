import type { Files, Log, Random } from '../io/index.ts';
import type { PkiMessages } from './messages.ts';
import { reasonOf } from './outcome.ts';
import { putAside } from './put-aside.ts';

const file = 'router-serial';

/** The router's serial number, eight hex digits: kept in NVRAM, made when there is none. A failure is logged; a number there always is. */
export async function loadRouterSerial(files: Files, random: Random, log: Log<PkiMessages>): Promise<string> {
  try {
    const content = await files.read(file);
    const saved = content?.toString('latin1').trim();
    if (saved !== undefined && /^[0-9A-F]{8}$/.test(saved)) return saved;
    if (content !== undefined) await putAside(files, file, content, log);
    const made = makeSerial(random);
    await files.write(file, `${made}\n`);
    return made;
  } catch (error) {
    log('NVRAM_WRITE', { file, reason: reasonOf(error) });
    return makeSerial(random);
  }
}

function makeSerial(random: Random): string {
  return random.bytes(4).toString('hex').toUpperCase();
}
