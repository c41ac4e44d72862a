import { constants } from 'node:fs';
import { open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { GatewayError } from '../errors.ts';
import type { Files } from '../files.ts';
import { errorCode } from './gateway-error.ts';
import { makeFolder } from './make-folder.ts';

/** A file being written bears this before its name; one left by a kill is overwritten by the next write. */
const unfinished = '.unfinished-';

/** Files below a folder of the host. Nothing outside is reached, also not by a link inside. */
export class NodeFiles implements Files {
  readonly #root: string;
  /** Last write of each name still under way: writes to one name happen in the order asked for. */
  readonly #writing = new Map<string, Promise<void>>();

  constructor(root: string) {
    this.#root = root;
  }

  async read(name: string): Promise<Buffer | undefined> {
    try {
      const file = await open(await this.#existing(name));
      try {
        return await file.readFile();
      } finally {
        await file.close();
      }
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw unreadable(name, error);
    }
  }

  write(name: string, content: string | Buffer, mode = 0o600): Promise<void> {
    const before = this.#writing.get(name) ?? Promise.resolve();
    const written = before
      .catch(() => undefined)
      .then(() => this.#replace(name, content, mode))
      .finally(() => {
        if (this.#writing.get(name) === written) this.#writing.delete(name);
      });
    this.#writing.set(name, written);
    return written;
  }

  async remove(name: string): Promise<void> {
    try {
      const folder = await this.#inside(dirname(confined(name)));
      await rm(join(folder, lastPart(name)), { recursive: true, force: true });
    } catch (error) {
      if (isAbsent(error)) return;
      throw unwritable(name, error);
    }
  }

  async list(folder: string): Promise<readonly string[]> {
    let isThere = false;
    try {
      const path = await this.#existing(folder);
      isThere = true;
      const entries = await readdir(path, { withFileTypes: true });
      return entries
        .filter((entry) => !entry.name.startsWith(unfinished))
        .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
        .sort();
    } catch (error) {
      if (isAbsent(error) && !(isThere && errorCode(error) === 'ENOTDIR')) return [];
      throw unreadable(folder, error);
    }
  }

  async mode(name: string): Promise<number | undefined> {
    try {
      return (await stat(await this.#existing(name))).mode & 0o777;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw unreadable(name, error);
    }
  }

  async #replace(name: string, content: string | Buffer, mode: number): Promise<void> {
    try {
      const path = confined(name);
      const made = await makeFolder(join(this.#root, dirname(path)), 0o700);
      const folder = await this.#inside(dirname(path));
      const temporary = join(folder, unfinished + lastPart(path));
      try {
        await writeWhole(temporary, content, mode);
        await rename(temporary, join(folder, lastPart(path)));
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await syncFolder(folder);
      if (made !== undefined) await syncFolder(dirname(made));
    } catch (error) {
      throw unwritable(name, error);
    }
  }

  /** The real path of something there is. */
  #existing(name: string): Promise<string> {
    return this.#inside(confined(name));
  }

  async #inside(path: string): Promise<string> {
    const root = await realpath(this.#root);
    const real = await realpath(join(root, path));
    if (real !== root && !real.startsWith(root + sep)) throw new Error('the name leads out of its folder');
    return real;
  }
}

async function writeWhole(path: string, content: string | Buffer, mode: number): Promise<void> {
  const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
  const file = await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode);
  try {
    await file.chmod(mode);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The name itself when it is relative and stays below; throws otherwise. '' and '.' are the root. */
function confined(name: string): string {
  const parts = name.split('/');
  const last = parts.at(-1) === '' ? parts.slice(0, -1) : parts;
  if (name.startsWith('/') || name.includes('\0') || name.includes('\\') || last.includes('..')) {
    throw new Error('the name is not one of a file in here');
  }
  return last.join('/') || '.';
}

function lastPart(name: string): string {
  const last = confined(name).split('/').at(-1) ?? '';
  if (last === '' || last === '.') throw new Error('the name is not one of a file in here');
  return last;
}

function isAbsent(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}

function unreadable(name: string, error: unknown): GatewayError {
  return new GatewayError('file-unreadable', `${name}: ${reason(error)}`, { cause: error });
}

function unwritable(name: string, error: unknown): GatewayError {
  return new GatewayError('file-unwritable', `${name}: ${reason(error)}`, { cause: error });
}

/** Without the path of the host that Node puts into its messages. */
function reason(error: unknown): string {
  const code = errorCode(error);
  if (code !== '') return code;
  return error instanceof Error ? error.message : String(error);
}
