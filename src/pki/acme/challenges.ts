const mostChallenges = 100;

/** The files of http-01 challenges under way: what our HTTP server shows below /.well-known/acme-challenge/. */
export class Challenges {
  readonly #shown = new Map<string, string>();

  /** False: too many are shown already. */
  show(token: string, authorization: string): boolean {
    if (this.#shown.size >= mostChallenges) return false;
    this.#shown.set(token, authorization);
    return true;
  }

  hide(token: string): void {
    this.#shown.delete(token);
  }

  find(token: string): string | undefined {
    return this.#shown.get(token);
  }
}
