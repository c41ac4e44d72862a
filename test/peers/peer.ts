import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const { CI, PATH = '' } = process.env;

/**
 * Whether the programs a test needs are there, as options for the test: a reason to skip, or nothing.
 * Where CI=true a missing program is an error instead.
 */
export function needs(...programs: readonly string[]): { readonly skip: string | false; readonly timeout: number } {
  const missing = programs.filter((program) => !installed(program));
  if (missing.length === 0) return { skip: false, timeout: 180_000 };
  const reason = `not installed: ${missing.join(', ')} (see test/peers/install)`;
  if (CI === 'true') throw new Error(reason);
  return { skip: reason, timeout: 180_000 };
}

function installed(program: string): boolean {
  // A whole path stands for itself: a library has no program.
  const folders = program.startsWith('/') ? ['/'] : [...PATH.split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
