import { largestConfigurationBytes, type TextStore } from './startup-file.ts';

/** A file as an operator names it: `nvram:startup-config`, `flash:archive/west-1`. */
export interface FileName {
  readonly device: Device;
  /** Below the device, `/` between its parts; empty for the device itself. */
  readonly path: string;
}

type Device = (typeof devices)[number];
const devices = ['nvram', 'flash'] as const;

/** What a real router calls its flash memory; here it is all one. */
const flashNames = new Set(['flash', 'bootflash', 'disk0', 'disk1', 'slot0', 'usbflash0']);

/** The part of io's `Files` that operators' files need. */
export interface FileStore extends TextStore {
  remove(name: string): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
}

export interface DirectoryEntry {
  /** A folder's ends in `/`. */
  readonly name: string;
  /** Bytes; 0 for a folder. */
  readonly size: number;
}

const mostFiles = 500;
const longestPath = 200;

/** The name that was typed, in flash unless it says otherwise; undefined when it is none. A part that leads upwards is none. */
export function parseFileName(typed: string): FileName | undefined {
  const colon = typed.indexOf(':');
  const device = deviceNamed(colon < 0 ? 'flash' : typed.slice(0, colon).toLowerCase());
  const path = typed.slice(colon + 1).replace(/^\//, '');
  if (device === undefined || path.length > longestPath) return undefined;
  if (path === '') return { device, path };
  return path.split('/').every((part) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part)) ? { device, path } : undefined;
}

function deviceNamed(name: string): Device | undefined {
  if (name === 'nvram') return name;
  return flashNames.has(name) ? 'flash' : undefined;
}

export function printFileName({ device, path }: FileName): string {
  return `${device}:${path}`;
}

/**
 * The files that operators make, read and remove. They lie in a folder of their own: the keys and certificates beside
 * it cannot be named from here. Of what the gateway itself keeps, only startup-config can.
 */
export class FileSystem {
  readonly #files: FileStore;

  constructor(files: FileStore) {
    this.#files = files;
  }

  /** The text, or undefined when there is no such file. Rejects when it cannot be read or is no text. */
  async read(name: FileName): Promise<string | undefined> {
    const content = await this.readBytes(name);
    if (content?.includes(0)) throw new Error('Not a text file');
    return content?.toString('utf8');
  }

  /** The content, text or not. */
  async readBytes(name: FileName): Promise<Buffer | undefined> {
    const content = await this.#files.read(place(name));
    if (content !== undefined && content.length > largestConfigurationBytes) throw new Error('File too large');
    return content;
  }

  /** Replaces the file in one step. Rejects when it could not be written, or when there are too many. */
  async write(name: FileName, content: string | Buffer): Promise<void> {
    const beside = await this.#files.list(folderOf(place(name)));
    if (beside.length >= mostFiles) throw new Error('No space left on device');
    await this.#files.write(place(name), content, 0o600);
  }

  async remove(name: FileName): Promise<void> {
    await this.#files.remove(place(name));
  }

  /** What lies in a device or a folder, by name. */
  async list(folder: FileName): Promise<readonly DirectoryEntry[]> {
    const names = await this.#files.list(place(folder));
    const entries: DirectoryEntry[] = [];
    for (const name of names.slice(0, mostFiles)) {
      const path = folder.path === '' ? name : `${folder.path}/${name}`;
      entries.push({ name, size: await this.#size({ device: folder.device, path }) });
    }
    if (folder.device !== 'nvram' || folder.path !== '') return entries;
    const startup = await this.#files.read(startupConfig.path);
    return startup === undefined ? entries : [...entries, { name: startupConfig.path, size: startup.length }];
  }

  async #size(name: FileName): Promise<number> {
    return name.path.endsWith('/') ? 0 : ((await this.#files.read(place(name)))?.length ?? 0);
  }
}

export const startupConfig: FileName = { device: 'nvram', path: 'startup-config' };

/** Where a file lies below the NVRAM folder. */
function place({ device, path }: FileName): string {
  if (device === 'nvram' && path === startupConfig.path) return path;
  return path === '' ? `files/${device}` : `files/${device}/${path}`;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
