const inAll = 512;
const perSource = 64;

/** Handshakes in flight as server, bounded in all and for each source: one costs two milliseconds of CPU. */
export class Handshakes {
  readonly #bySource = new Map<string, number>();
  #count = 0;

  /** Undefined: begin, and `end` later. Else why not. */
  begin(source: string): string | undefined {
    const ofSource = this.#bySource.get(source) ?? 0;
    if (this.#count >= inAll) return `${inAll} TLS handshakes are in flight`;
    if (ofSource >= perSource) return `${perSource} TLS handshakes of this source are in flight`;
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
