/** RFC 5905 7.2: intervals are powers of two, in seconds. */
export const shortestPoll = 6;
export const longestPoll = 10;
const repeatsAtFirst = [4000, 8000, 16_000, 32_000];
/** So many answers in a row make the interval twice as long. */
const answersToGrow = 8;

/**
 * How often one server is asked: 64 seconds, growing to 1024 while it answers, back to 64 when it does not. Until it has
 * answered once it is asked a little sooner. RFC 4330 10: nobody is asked more often because he is silent.
 */
export class PollInterval {
  #exponent = shortestPoll;
  #shortest = shortestPoll;
  #answers = 0;
  #early = 0;

  get exponent(): number {
    return this.#exponent;
  }

  answered(): void {
    this.#early = repeatsAtFirst.length;
    if (++this.#answers < answersToGrow) return;
    this.#answers = 0;
    this.#exponent = Math.min(this.#exponent + 1, longestPoll);
  }

  missed(): void {
    this.#answers = 0;
    this.#exponent = this.#shortest;
  }

  /** The server asked for it: never as often again. */
  slowed(): void {
    this.#early = repeatsAtFirst.length;
    this.#answers = 0;
    this.#exponent = Math.min(this.#exponent + 1, longestPoll);
    this.#shortest = this.#exponent;
  }

  /** Until the next question, milliseconds. */
  nextMs(): number {
    return repeatsAtFirst[this.#early++] ?? 2 ** this.#exponent * 1000;
  }
}
