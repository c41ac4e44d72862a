/** The part of io's `Files` that startup-config needs. */
export interface TextStore {
  read(name: string): Promise<Buffer | undefined>;
  write(name: string, content: string | Buffer, mode?: number): Promise<void>;
}

/** What was found where startup-config lives. */
export type StartupContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  /** It is there and cannot be used; it was left untouched. */
  | { readonly kind: 'unreadable'; readonly reason: string };

const fileName = 'startup-config';
/** Far above any real configuration; what is larger is not one. */
export const largestConfigurationBytes = 32 * 1024 * 1024;

/** startup-config in the NVRAM folder. */
export class StartupFile {
  readonly #files: TextStore;
  /** Set once the file was found unreadable: it is not written over until the operator has moved it away. */
  #unreadable = false;

  constructor(files: TextStore) {
    this.#files = files;
  }

  /** Never rejects: what cannot be read is told as a value. */
  async read(): Promise<StartupContent> {
    try {
      const content = await this.#files.read(fileName);
      this.#unreadable = false;
      if (content === undefined) return { kind: 'absent' };
      return this.#decode(content);
    } catch (error) {
      return this.#refuse(error instanceof Error ? error.message : String(error));
    }
  }

  /** Replaces startup-config in one step. Rejects when it could not be written, or when what is there is unreadable. */
  async write(text: string): Promise<void> {
    if (this.#unreadable && (await this.read()).kind === 'unreadable') {
      throw new Error('startup-config is unreadable and was left untouched');
    }
    await this.#files.write(fileName, text, 0o600);
  }

  #decode(content: Buffer): StartupContent {
    if (content.length > largestConfigurationBytes)
      return this.#refuse(`larger than ${largestConfigurationBytes} bytes`);
    if (content.includes(0)) return this.#refuse('not a text file');
    return { kind: 'text', text: content.toString('utf8') };
  }

  #refuse(reason: string): StartupContent {
    this.#unreadable = true;
    return { kind: 'unreadable', reason };
  }
}
