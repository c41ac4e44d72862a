/** Lines remembered unless it is said otherwise, as on IOS. */
export const historySize = 20;

/** The lines typed before, oldest first, and where the operator stands in them. */
export class History {
  readonly #lines: string[] = [];
  #size = historySize;
  #at = 0;
  /** What was being typed when the operator went up. */
  #draft = '';

  /** Remembers a line unless it is empty or the last one again. */
  add(line: string): void {
    if (line.trim() === '' || line === this.#lines.at(-1)) return;
    this.#lines.push(line);
    this.#trim();
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  resize(size: number): void {
    this.#size = size;
    this.#trim();
  }

  #trim(): void {
    this.#lines.splice(0, this.#lines.length - this.#size);
  }

  rewind(): void {
    this.#at = this.#lines.length;
    this.#draft = '';
  }

  /** The line one up or down from here; undefined at the ends. */
  step(by: -1 | 1, current: string): string | undefined {
    const next = this.#at + by;
    if (next < 0 || next > this.#lines.length) return undefined;
    if (this.#at === this.#lines.length) this.#draft = current;
    this.#at = next;
    return next === this.#lines.length ? this.#draft : this.#lines[next];
  }
}
