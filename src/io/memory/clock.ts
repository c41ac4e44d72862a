import type { Clock, Timer } from '../clock.ts';

class SimulatedTimer implements Timer {
  readonly due: number;
  readonly order: number;
  fire: (() => void) | undefined;

  constructor(due: number, order: number, fire: () => void) {
    this.due = due;
    this.order = order;
    this.fire = fire;
  }

  cancel(): void {
    this.fire = undefined;
  }

  before(other: SimulatedTimer): boolean {
    return this.due < other.due || (this.due === other.due && this.order < other.order);
  }
}

/** Time that moves only when it is told to. Timers due at the same instant fire in the order they were set. */
export class SimulatedClock implements Clock {
  #elapsed = 0;
  #order = 0;
  /** A binary heap, the next timer at its head. */
  readonly #heap: SimulatedTimer[] = [];
  /** Wall clock at the beginning; may be changed to simulate a clock that is set. */
  epoch: number;

  constructor(epoch: number) {
    this.epoch = epoch;
  }

  now(): number {
    return this.epoch + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(delayMs: number, fire: () => void): Timer {
    const timer = new SimulatedTimer(this.#elapsed + Math.max(0, delayMs), this.#order++, fire);
    this.#push(timer);
    return timer;
  }

  /** When the next timer is due, on the monotonic scale; undefined when none is pending. */
  get nextDue(): number | undefined {
    while (this.#heap[0] !== undefined && this.#heap[0].fire === undefined) this.#pop();
    return this.#heap[0]?.due;
  }

  /** Timers set and neither fired nor cancelled. */
  get pending(): number {
    return this.#heap.filter((timer) => timer.fire !== undefined).length;
  }

  /** Moves to the next timer, if it is due by `until`, and fires it. False: none was. */
  step(until: number): boolean {
    const due = this.nextDue;
    if (due === undefined || due > until) return false;
    const fire = this.#pop()?.fire;
    this.#elapsed = Math.max(this.#elapsed, due);
    fire?.();
    return true;
  }

  /** Moves on without firing anything; never backwards. */
  moveTo(elapsed: number): void {
    this.#elapsed = Math.max(this.#elapsed, elapsed);
  }

  #push(timer: SimulatedTimer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!timer.before(heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): SimulatedTimer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.before(heap[child]!)) child++;
      if (!heap[child]!.before(last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
