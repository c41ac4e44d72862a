import type { Clock, Files, Log } from '../io/index.ts';
import type { PkiMessages } from './messages.ts';
import { reasonOf } from './outcome.ts';
import { putAside } from './put-aside.ts';

const mostTimes = 10_000;

/** When each certificate was installed, by its file in NVRAM; kept in a file beside them. Nothing rests on it. */
export class InstallTimes {
  readonly #files: Files;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #log: Log<PkiMessages>;
  readonly #file: string;
  #times: ReadonlyMap<string, number> = new Map();

  constructor(file: string, files: Files, clock: Pick<Clock, 'now'>, log: Log<PkiMessages>) {
    this.#file = file;
    this.#files = files;
    this.#clock = clock;
    this.#log = log;
  }

  async load(): Promise<void> {
    try {
      const content = await this.#files.read(this.#file);
      const times = content === undefined ? new Map<string, number>() : parse(content.toString('utf8'));
      if (times !== undefined) this.#times = times;
      else if (content !== undefined) await putAside(this.#files, this.#file, content, this.#log);
    } catch (error) {
      this.#log('CERT_UNREADABLE', { file: this.#file, reason: reasonOf(error) });
    }
  }

  find(file: string): number | undefined {
    return this.#times.get(file);
  }

  /** Some files came just now, others went. */
  async record(fresh: readonly string[], gone: readonly string[]): Promise<void> {
    if (fresh.length === 0 && gone.length === 0) return;
    const kept = [...this.#times].filter(([file]) => !gone.includes(file) && !fresh.includes(file));
    const now = this.#clock.now();
    const all = [...kept, ...fresh.map((file): [string, number] => [file, now])];
    this.#times = new Map(all.slice(-mostTimes));
    try {
      await this.#files.write(this.#file, `${JSON.stringify(Object.fromEntries(this.#times))}\n`, 0o600);
    } catch (error) {
      this.#log('NVRAM_WRITE', { file: this.#file, reason: reasonOf(error) });
    }
  }
}

/** Total; undefined for anything but what was written. */
function parse(text: string): ReadonlyMap<string, number> | undefined {
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null || Array.isArray(read)) return undefined;
    const entries = Object.entries(read).slice(0, mostTimes);
    const times = entries.filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1]));
    return times.length === entries.length ? new Map(times) : undefined;
  } catch {
    return undefined;
  }
}
