import type { Names } from './locate.ts';

/** How long an answer holds: short enough to follow a name that moves, long enough that a thousand calls ask once. */
const freshMs = 10_000;
const entriesAtMost = 1000;

interface Entry {
  readonly askedAt: number;
  readonly answer: Promise<unknown>;
  isRefusal: boolean;
}

/**
 * Answers about names, kept for some seconds, refusals too; whoever asks while another does gets the same answer. Who may go by
 * older answers asks through `heldFor`.
 */
export class NameCache implements Names {
  readonly #names: Names;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();

  /** `now`: monotonic milliseconds. */
  constructor(names: Names, now: () => number) {
    this.#names = names;
    this.#now = now;
  }

  addresses(name: string): ReturnType<Names['addresses']> {
    return this.heldFor(freshMs).addresses(name);
  }

  services(name: string): ReturnType<Names['services']> {
    return this.heldFor(freshMs).services(name);
  }

  pointers(name: string): ReturnType<Names['pointers']> {
    return this.heldFor(freshMs).pointers(name);
  }

  /** The same names, where an answer is good enough that was given `ms` ago. A refusal is not for longer than for others. */
  heldFor(ms: number): Names {
    return {
      addresses: (name) => this.#ask(`a ${name.toLowerCase()}`, ms, () => this.#names.addresses(name)),
      services: (name) => this.#ask(`s ${name.toLowerCase()}`, ms, () => this.#names.services(name)),
      pointers: (name) => this.#ask(`p ${name.toLowerCase()}`, ms, () => this.#names.pointers(name)),
    };
  }

  /** The names are served by somebody else now, or have changed. */
  clear(): void {
    this.#entries.clear();
  }

  #ask<T>(key: string, heldMs: number, ask: () => Promise<T>): Promise<T> {
    const now = this.#now();
    const known = this.#entries.get(key);
    const isFresh = known !== undefined && now < known.askedAt + (known.isRefusal ? Math.min(freshMs, heldMs) : heldMs);
    // The key tells the kind of question, so the answer is of its kind.
    if (isFresh) return known.answer as Promise<T>;
    const answer = ask();
    const entry: Entry = { askedAt: now, answer, isRefusal: false };
    answer.catch(() => {
      entry.isRefusal = true;
    });
    this.#entries.delete(key);
    const oldest = this.#entries.size >= entriesAtMost ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(key, entry);
    return answer;
  }
}
