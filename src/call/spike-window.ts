import type { SpikeSettings } from './admission-settings.ts';

/** Calls that began lately, counted in steps of a window that slides. Time comes in, in monotonic milliseconds. */
export class SpikeWindow {
  readonly #settings: SpikeSettings;
  /** Calls of each step; the newest is that of `#step`. */
  readonly #counts: number[];
  #step = 0;

  constructor(settings: SpikeSettings) {
    this.#settings = settings;
    this.#counts = Array.from({ length: settings.steps }, () => 0);
  }

  /** A call comes. False: it is one too many, and does not count. */
  take(now: number): boolean {
    if (this.count(now) >= this.#settings.calls) return false;
    const at = this.#step % this.#counts.length;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    return true;
  }

  /** Calls in the window. */
  count(now: number): number {
    this.#slide(Math.floor(now / this.#settings.stepMs));
    return this.#counts.reduce((sum, calls) => sum + calls, 0);
  }

  /** When the oldest calls fall out, in milliseconds. */
  get lengthMs(): number {
    return this.#settings.steps * this.#settings.stepMs;
  }

  #slide(step: number): void {
    const passed = Math.min(step - this.#step, this.#counts.length);
    for (let i = 1; i <= passed; i++) this.#counts[(this.#step + i) % this.#counts.length] = 0;
    // As many steps as there are places empty all of them, wherever the newest is.
    this.#step = step;
  }
}
