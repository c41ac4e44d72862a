import { GatewayError } from '../errors.ts';
import type { Files } from '../files.ts';

interface File {
  readonly content: Buffer;
  readonly mode: number;
}

/** Files that live as long as the object: hand the same one to the next gateway to simulate a restart. */
export class MemoryFiles implements Files {
  readonly #files = new Map<string, File>();
  /** Names for which this returns true cannot be written; the old content stays. */
  failWrite: (name: string) => boolean = () => false;
  failRead: (name: string) => boolean = () => false;

  async read(name: string): Promise<Buffer | undefined> {
    const path = confined(name, 'file-unreadable');
    if (this.failRead(path)) throw new GatewayError('file-unreadable', `${name}: EIO`);
    const content = this.#files.get(path)?.content;
    return content === undefined ? undefined : Buffer.from(content);
  }

  async write(name: string, content: string | Buffer, mode = 0o600): Promise<void> {
    const path = confined(name, 'file-unwritable');
    if (this.failWrite(path)) throw new GatewayError('file-unwritable', `${name}: ENOSPC`);
    this.#files.set(path, { content: Buffer.from(content), mode });
  }

  async remove(name: string): Promise<void> {
    const path = confined(name, 'file-unwritable');
    for (const file of [...this.#files.keys()]) {
      if (file === path || file.startsWith(`${path}/`)) this.#files.delete(file);
    }
  }

  async list(folder: string): Promise<readonly string[]> {
    const path = confined(folder, 'file-unreadable');
    if (this.#files.has(path)) throw new GatewayError('file-unreadable', `${folder}: ENOTDIR`);
    const prefix = path === '' ? '' : `${path}/`;
    const names = new Set<string>();
    for (const file of this.#files.keys()) {
      if (!file.startsWith(prefix)) continue;
      const rest = file.slice(prefix.length);
      const slash = rest.indexOf('/');
      names.add(slash < 0 ? rest : rest.slice(0, slash + 1));
    }
    return [...names].sort();
  }

  async mode(name: string): Promise<number | undefined> {
    return this.#files.get(confined(name, 'file-unreadable'))?.mode;
  }
}

function confined(name: string, code: 'file-unreadable' | 'file-unwritable'): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || name.includes('\0') || name.includes('\\') || parts.includes('..')) {
    throw new GatewayError(code, `${name}: the name is not one of a file in here`);
  }
  return parts.join('/');
}
