/** The names of legs in `debug ccsip messages`: what is said when a leg is gone already is still of that leg. */
const mostNames = 1000;

/** Remembers the names of the last legs that were asked for, while somebody watches. */
export class LegNames {
  readonly #live: (callId: string) => string | undefined;
  readonly #recent = new Map<string, string>();

  constructor(live: (callId: string) => string | undefined) {
    this.#live = live;
  }

  of(callId: string): string | undefined {
    const name = this.#live(callId);
    if (name === undefined) return this.#recent.get(callId);
    if (this.#recent.get(callId) === name) return name;
    this.#recent.set(callId, name);
    if (this.#recent.size > mostNames) this.#forgetOldest();
    return name;
  }

  #forgetOldest(): void {
    for (const oldest of this.#recent.keys()) {
      this.#recent.delete(oldest);
      return;
    }
  }
}
