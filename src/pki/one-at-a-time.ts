/** Lets pieces of work of one owner happen one after the other, and gives each its result. A piece must not wait for another of the same owner. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    // What one piece failed of is told to whoever asked for it; the next one starts all the same.
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}
