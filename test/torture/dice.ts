/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 to `below - 1`. */
  roll(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  }

  /** One of `all`, which is not empty. */
  pick<T>(all: readonly T[]): T {
    return all[this.roll(all.length)]!;
  }

  chance(percent: number): boolean {
    return this.roll(100) < percent;
  }

  between(low: number, high: number): number {
    return low + this.roll(high - low + 1);
  }
}
