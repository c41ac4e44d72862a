/** Largest connection id, as on IOS. */
export const largestId = 16_380;

/** Small numbers lent out, always the smallest one free: an id that became free is soon another connection's. */
export class ConnectionIds {
  readonly #taken: boolean[] = [];
  /** No id below this one is free. */
  #lowest = 1;
  #count = 0;

  /** Undefined when all are taken. */
  take(): number | undefined {
    let id = this.#lowest;
    while (this.#taken[id] === true) id++;
    if (id > largestId) return undefined;
    this.#taken[id] = true;
    this.#lowest = id + 1;
    this.#count++;
    return id;
  }

  release(id: number): void {
    if (this.#taken[id] !== true) return;
    this.#taken[id] = false;
    this.#lowest = Math.min(this.#lowest, id);
    this.#count--;
  }

  get count(): number {
    return this.#count;
  }
}
