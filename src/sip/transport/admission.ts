/** Things in being that a source makes us hold, bounded in all and for each source. */
export class Admission {
  readonly #what: string;
  readonly #inAll: number;
  readonly #perSource: number;
  readonly #bySource = new Map<string, number>();
  #count = 0;

  /** `what`: the plural noun of a refusal, e.g. `TLS handshakes are in flight`. */
  constructor(what: string, inAll: number, perSource: number) {
    this.#what = what;
    this.#inAll = inAll;
    this.#perSource = perSource;
  }

  /** Undefined: begin, and `end` later. Else why not. */
  begin(source: string): string | undefined {
    const ofSource = this.#bySource.get(source) ?? 0;
    if (this.#count >= this.#inAll) return `${this.#inAll} ${this.#what}`;
    if (ofSource >= this.#perSource) return `${this.#perSource} ${this.#what} for this source`;
    this.#bySource.set(source, ofSource + 1);
    this.#count++;
    return undefined;
  }

  end(source: string): void {
    const ofSource = this.#bySource.get(source) ?? 0;
    if (ofSource === 0) return;
    if (ofSource === 1) this.#bySource.delete(source);
    else this.#bySource.set(source, ofSource - 1);
    this.#count--;
  }

  get count(): number {
    return this.#count;
  }
}
