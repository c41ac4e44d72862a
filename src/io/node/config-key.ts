import { readFile } from 'node:fs/promises';
import { GatewayError } from '../errors.ts';

const longest = 4096;

/**
 * The configuration key from a file outside of NVRAM, or from a descriptor as `/dev/fd/3`: a line, read anew each time, so
 * that it can be changed. A pipe gives its text once: what it gave is remembered.
 */
export function configKeyReader(path: string): () => Promise<string> {
  let before: string | undefined;
  return async () => {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (before !== undefined) return before;
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      throw new GatewayError('file-unreadable', `the file of the configuration key cannot be read: ${code}`);
    });
    const key = text.replace(/\r?\n$/, '') || before;
    if (key === undefined || key.length > longest || key.includes('\n')) {
      throw new GatewayError('file-unreadable', 'the file of the configuration key does not hold one line');
    }
    before = key;
    return key;
  };
}
