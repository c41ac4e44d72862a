import type { Random } from '../../io/index.ts';

const reserve = 6144;
const width = 12;

/**
 * Tags, branches and Call-IDs: 96 unguessable bits each (RFC 3261 19.3 asks for 32), drawn from the system's random bytes by the
 * thousand, because a draw costs more than a message.
 */
export class TokenSource {
  readonly #random: Random;
  #hex = '';
  #next = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  tag(): string {
    return this.#token();
  }

  /** With the cookie of RFC 3261 8.1.1.7. */
  branch(): string {
    return `z9hG4bK${this.#token()}`;
  }

  callId(host: string): string {
    return `${this.#token().toUpperCase()}@${host}`;
  }

  /** A number from 0 to one less than `limit`. */
  below(limit: number): number {
    return Number.parseInt(this.#token().slice(0, 8), 16) % limit;
  }

  #token(): string {
    if (this.#next === this.#hex.length) {
      this.#hex = this.#random.bytes(reserve).toString('hex');
      this.#next = 0;
    }
    const start = this.#next;
    this.#next = start + width * 2;
    return this.#hex.slice(start, this.#next);
  }
}
