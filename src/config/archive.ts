import { type FileName, type FileSystem, printFileName } from './file-system.ts';

/** `archive`, as typed. */
export interface ArchiveSettings {
  /** What the names begin with; `-1`, `-2` ... is added. Absent: nothing can be archived. */
  readonly path?: FileName;
  /** How many are kept. */
  readonly maximum: number;
  /** Every `write memory` archives too. */
  readonly writeMemory: boolean;
  /** Minutes between two archivings by itself. */
  readonly timePeriodMinutes?: number;
}

export const archiveDefaults: ArchiveSettings = { maximum: 10, writeMemory: false };

/** The part of io's `Clock` that is needed here. */
export interface Timers {
  after(delayMs: number, fire: () => void): { cancel(): void };
}

export interface ArchiveParts {
  readonly fileSystem: FileSystem;
  readonly timers: Timers;
  /** The running configuration as text. */
  readonly text: () => string;
  /** Archiving by itself did not succeed. */
  readonly failed: (reason: string) => void;
}

export interface ArchiveListing {
  readonly maximum: number;
  /** Oldest first. */
  readonly names: readonly string[];
  readonly next: string;
}

const minuteMs = 60_000;

/** Earlier running configurations, kept as files. The names are numbered on, also over a restart; the oldest goes first. */
export class ConfigArchive {
  readonly #parts: ArchiveParts;
  #settings: ArchiveSettings;
  #timer: { cancel(): void } | undefined;
  /** The last archiving: they happen one after the other, so that no two take the same number. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ArchiveParts, settings: ArchiveSettings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#schedule();
  }

  reconfigure(settings: ArchiveSettings): void {
    const rescheduled = settings.timePeriodMinutes !== this.#settings.timePeriodMinutes;
    this.#settings = settings;
    if (rescheduled) this.#schedule();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Writes the running configuration as the next archive and removes what is too many. Gives the name; rejects when it failed. */
  save(): Promise<string> {
    const saved = this.#last.catch(() => undefined).then(() => this.#save());
    this.#last = saved;
    return saved;
  }

  /** Undefined when no path is set. */
  async list(): Promise<ArchiveListing | undefined> {
    const { path, maximum } = this.#settings;
    if (path === undefined) return undefined;
    const numbers = await this.#numbers(path);
    return {
      maximum,
      names: numbers.map((number) => printFileName(numbered(path, number))),
      next: printFileName(numbered(path, (numbers.at(-1) ?? 0) + 1)),
    };
  }

  async #save(): Promise<string> {
    const { path, maximum } = this.#settings;
    if (path === undefined) throw new Error('no archive path is configured');
    const numbers = await this.#numbers(path);
    const name = numbered(path, (numbers.at(-1) ?? 0) + 1);
    await this.#parts.fileSystem.write(name, this.#parts.text());
    const old = numbers.slice(0, Math.max(0, numbers.length + 1 - maximum));
    for (const number of old) await this.#parts.fileSystem.remove(numbered(path, number));
    return printFileName(name);
  }

  /** The numbers there are, ascending. */
  async #numbers({ device, path }: FileName): Promise<readonly number[]> {
    const slash = path.lastIndexOf('/') + 1;
    const beginning = `${path.slice(slash)}-`;
    const entries = await this.#parts.fileSystem.list({ device, path: path.slice(0, Math.max(0, slash - 1)) });
    return entries
      .filter(({ name }) => name.startsWith(beginning) && /^[0-9]{1,9}$/.test(name.slice(beginning.length)))
      .map(({ name }) => Number(name.slice(beginning.length)))
      .sort((a, b) => a - b);
  }

  #schedule(): void {
    this.stop();
    const { timePeriodMinutes } = this.#settings;
    if (timePeriodMinutes === undefined) return;
    this.#timer = this.#parts.timers.after(timePeriodMinutes * minuteMs, () => {
      this.save().catch((error: unknown) => this.#parts.failed(error instanceof Error ? error.message : String(error)));
      this.#schedule();
    });
  }
}

function numbered({ device, path }: FileName, number: number): FileName {
  return { device, path: `${path}-${number}` };
}
