/**
 * Things that may be ended to make room, by their source. The first to go is what was used longest ago of the source that holds most;
 * of several that hold as much, the one that does so, unused, for longest. Every step takes the same time, however many there are.
 */
export class Shares<Item> {
  /** The items of a source, used longest ago first. */
  readonly #bySource = new Map<string, Set<Item>>();
  /** The sources that hold so many, unchanged and unused for longest first. */
  readonly #holders: Set<string>[] = [];
  #most = 0;

  add(source: string, item: Item): void {
    const items = this.#bySource.get(source) ?? new Set();
    if (items.has(item)) return;
    this.#bySource.set(source, items);
    items.add(item);
    this.#moved(source, items.size - 1, items.size);
  }

  /** Does nothing for what is not here. */
  remove(source: string, item: Item): void {
    const items = this.#bySource.get(source);
    if (items?.delete(item) !== true) return;
    if (items.size === 0) this.#bySource.delete(source);
    this.#moved(source, items.size + 1, items.size);
  }

  /** It is in use just now. Does nothing for what is not here. */
  used(source: string, item: Item): void {
    const items = this.#bySource.get(source);
    if (items?.delete(item) !== true) return;
    items.add(item);
    this.#moved(source, items.size, items.size);
  }

  /** How many a source holds. */
  of(source: string): number {
    return this.#bySource.get(source)?.size ?? 0;
  }

  /** How many the source holds that holds most. */
  get most(): number {
    return this.#most;
  }

  /** What is to go first. */
  get first(): Item | undefined {
    for (const source of this.#holders[this.#most] ?? [])
      for (const item of this.#bySource.get(source) ?? []) return item;
    return undefined;
  }

  #moved(source: string, from: number, to: number): void {
    this.#holders[from]?.delete(source);
    if (to > 0) {
      const holders = this.#holders[to] ?? new Set();
      this.#holders[to] = holders.add(source);
    }
    if (to > this.#most) this.#most = to;
    while (this.#most > 0 && this.#holders[this.#most]?.size === 0) this.#most--;
  }
}
