/** Something that wants to be woken at a time. Base of what `Deadlines` holds: the queue's links live in the object. */
export abstract class Timed {
  /** When to wake it, in milliseconds; infinity when nothing is pending. */
  abstract readonly deadline: number;
  /** The queue's own: the moment it stands under, and its neighbours there. */
  moment: Moment | undefined = undefined;
  before: Timed | undefined = undefined;
  after: Timed | undefined = undefined;
}

/** All that is due in one millisecond. */
export class Moment {
  readonly at: number;
  first: Timed | undefined = undefined;
  constructor(at: number) {
    this.at = at;
  }
}

/**
 * Deadlines of many objects behind one real timer. Setting and cancelling cost the same however many there are: objects due
 * in the same millisecond share a list, and only those lists are kept in order (a heap). A cancelled object is let go at
 * once; nothing keeps it until its time. Deadlines are rounded up to whole milliseconds, so nothing is woken early.
 */
export class Deadlines<T extends Timed> {
  readonly #moments = new Map<number, Moment>();
  readonly #heap: Moment[] = [];
  #size = 0;

  /** Objects with a deadline. */
  get size(): number {
    return this.#size;
  }

  /** Sets, moves or cancels (deadline infinity) according to the object's present `deadline`. */
  set(timed: T): void {
    const at = Math.ceil(timed.deadline);
    if (timed.moment !== undefined) {
      if (timed.moment.at === at) return;
      this.cancel(timed);
    }
    if (at === Number.POSITIVE_INFINITY) return;
    let moment = this.#moments.get(at);
    if (moment === undefined) {
      moment = new Moment(at);
      this.#moments.set(at, moment);
      this.#push(moment);
    }
    const { first } = moment;
    timed.after = first;
    if (first !== undefined) first.before = timed;
    moment.first = timed;
    timed.moment = moment;
    this.#size++;
  }

  cancel(timed: T): void {
    const { moment, before, after } = timed;
    if (moment === undefined) return;
    if (before === undefined) moment.first = after;
    else before.after = after;
    if (after !== undefined) after.before = before;
    timed.moment = undefined;
    timed.before = undefined;
    timed.after = undefined;
    this.#size--;
  }

  /** When `due` will next have something; infinity when nothing is pending. */
  get next(): number {
    const heap = this.#heap;
    for (let top = heap[0]; top !== undefined; top = heap[0]) {
      if (top.first !== undefined) return top.at;
      this.#pop();
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Takes out one object whose deadline has come; undefined when there is none. */
  due(now: number): T | undefined {
    if (this.next > now) return undefined;
    // The queue of T holds nothing but T: only `set` puts objects in.
    const timed = this.#heap[0]!.first as T;
    this.cancel(timed);
    return timed;
  }

  #push(moment: Moment): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(moment);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent]!;
      if (above.at <= moment.at) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = moment;
  }

  #pop(): void {
    const heap = this.#heap;
    this.#moments.delete(heap[0]!.at);
    const last = heap.pop()!;
    const { length } = heap;
    if (length === 0) return;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length && heap[child + 1]!.at < heap[child]!.at) child++;
      if (heap[child]!.at >= last.at) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}
