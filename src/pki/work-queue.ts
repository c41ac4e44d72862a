/** What must happen one after the other: making keys takes time, and NVRAM is written in the order things were committed. */
export class WorkQueue {
  readonly #failed: (error: unknown) => void;
  #last: Promise<void> = Promise.resolve();

  /** `failed` hears of work that rejected; the next one starts all the same. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  add(work: () => Promise<void>): void {
    this.#last = this.#last.then(work).catch(this.#failed);
  }

  /** Resolves when what was added so far is done. */
  reached(): Promise<void> {
    return this.#last;
  }

  /** Resolves when nothing is left, what was added meanwhile included. */
  async settled(): Promise<void> {
    for (let seen: Promise<void> | undefined; seen !== this.#last; ) {
      seen = this.#last;
      await seen;
    }
  }
}
