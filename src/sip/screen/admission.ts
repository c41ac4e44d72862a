/** Bounds on things in being, and how it goes with them: a row of `show sip-ua overload`. */
export interface AdmissionReport {
  readonly what: string;
  readonly now: number;
  readonly bound: number;
  readonly perSource: number;
  readonly refused: number;
  /** Those that were ended early, to make room for a source that held less. */
  readonly ended: number;
}

/** Things in being that a source makes us hold, bounded in all and for each source. */
export class Admission {
  readonly #what: string;
  #inAll = 0;
  #perSource = 0;
  readonly #bySource = new Map<string, number>();
  #count = 0;
  #refused = 0;
  #ended = 0;

  /** `what`: the plural noun of a refusal, e.g. `TLS handshakes in flight`. */
  constructor(what: string, share: { readonly inAll: number; readonly ofSource: number }) {
    this.#what = what;
    this.limit(share);
  }

  /** Other bounds from now on; what is in being stays. */
  limit({ inAll, ofSource }: { readonly inAll: number; readonly ofSource: number }): void {
    this.#inAll = inAll;
    this.#perSource = ofSource;
  }

  /**
   * Undefined: begin, and `end` later. Else why not. `makeRoom` may `end` one of another source when there are too many in all; it is told
   * how many `source` holds.
   */
  begin(source: string, makeRoom?: (held: number) => boolean): string | undefined {
    const ofSource = this.#bySource.get(source) ?? 0;
    const isHeavy = ofSource >= this.#perSource;
    if (!isHeavy && this.#isFull && makeRoom?.(ofSource) === true) this.#ended++;
    const isFull = this.#isFull;
    if (isFull || isHeavy) {
      this.#refused++;
      return isFull ? `${this.#inAll} ${this.#what}` : `${this.#perSource} ${this.#what} of this source`;
    }
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

  get #isFull(): boolean {
    return this.#count >= this.#inAll;
  }

  get count(): number {
    return this.#count;
  }

  report(): AdmissionReport {
    const [what, bound, perSource] = [this.#what, this.#inAll, this.#perSource];
    return { what, now: this.#count, bound, perSource, refused: this.#refused, ended: this.#ended };
  }
}
