import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './gateway-error.ts';

/**
 * Makes a folder and those above it that are missing. Resolves to the topmost one made; undefined when it was there. Unlike
 * `recursive` of Node it ends where the host makes no folders and says that there is none (`/proc`).
 */
export async function makeFolder(path: string, mode: number): Promise<string | undefined> {
  const made = await makeOne(path, mode);
  if (made !== 'parent missing') return made === 'made' ? path : undefined;
  const parent = dirname(path);
  const topmost = parent === path ? undefined : await makeFolder(parent, mode);
  // Somebody else may have made it meanwhile.
  const again = await makeOne(path, mode);
  if (again === 'parent missing') throw new Error(`ENOENT: no folder can be made at ${path}`);
  return topmost ?? (again === 'made' ? path : undefined);
}

async function makeOne(path: string, mode: number): Promise<'made' | 'there' | 'parent missing'> {
  try {
    await mkdir(path, { mode });
    return 'made';
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return 'there';
    if (errorCode(error) === 'ENOENT') return 'parent missing';
    throw error;
  }
}
