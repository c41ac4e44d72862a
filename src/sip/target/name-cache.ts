import type { Names } from './locate.ts';

/** How long an answer holds: short enough to follow a name that moves, long enough that a thousand calls ask once. */
const freshMs = 10_000;
const entriesAtMost = 1000;

interface Entry {
  readonly until: number;
  readonly answer: Promise<unknown>;
}

/** Answers about names, kept for some seconds, refusals too; whoever asks while another does gets the same answer. */
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
    return this.#ask(`a ${name.toLowerCase()}`, () => this.#names.addresses(name));
  }

  services(name: string): ReturnType<Names['services']> {
    return this.#ask(`s ${name.toLowerCase()}`, () => this.#names.services(name));
  }

  pointers(name: string): ReturnType<Names['pointers']> {
    return this.#ask(`p ${name.toLowerCase()}`, () => this.#names.pointers(name));
  }

  /** The names are served by somebody else now, or have changed. */
  clear(): void {
    this.#entries.clear();
  }

  #ask<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const now = this.#now();
    const known = this.#entries.get(key);
    // The key tells the kind of question, so the answer is of its kind.
    if (known !== undefined && now < known.until) return known.answer as Promise<T>;
    const answer = ask();
    answer.catch(() => undefined);
    this.#entries.delete(key);
    const oldest = this.#entries.size >= entriesAtMost ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(key, { until: now + freshMs, answer });
    return answer;
  }
}
