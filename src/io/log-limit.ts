import type { Clock, Timer } from './clock.ts';

const windowMs = 1000;
const linesAtMost = 20;

/** How often one message was written lately. */
interface Flow {
  windowStart: number;
  /** Let through in this window. */
  passed: number;
  /** Not let through in this window, and since the flood began. */
  dropped: number;
  droppedInAll: number;
  /** Runs during a flood only: the end of this window. */
  timer: Timer | undefined;
}

/** The measure of each message by name: 20 a second. The names are those of the catalogues, so there are not many. */
export class LogLimit {
  readonly #clock: Clock;
  readonly #ended: (name: string, dropped: number) => void;
  readonly #flows = new Map<string, Flow>();

  /** `ended` is told when a flood is over: after a second in which nothing was dropped. */
  constructor(clock: Clock, ended: (name: string, dropped: number) => void) {
    this.#clock = clock;
    this.#ended = ended;
  }

  /** Counts a message. False: it is one too many. */
  passes(name: string): boolean {
    const flow = this.#flowOf(name);
    if (flow.passed < linesAtMost) {
      flow.passed++;
      return true;
    }
    flow.dropped++;
    flow.droppedInAll++;
    flow.timer ??= this.#clock.after(flow.windowStart + windowMs - this.#clock.monotonic(), () =>
      this.#turn(name, flow),
    );
    return false;
  }

  /** Ends every flood. */
  flush(): void {
    for (const [name, flow] of this.#flows) if (flow.timer !== undefined) this.#end(name, flow);
  }

  #flowOf(name: string): Flow {
    const now = this.#clock.monotonic();
    const old = this.#flows.get(name);
    if (old !== undefined && (old.timer !== undefined || now - old.windowStart < windowMs)) return old;
    const flow: Flow = { windowStart: now, passed: 0, dropped: 0, droppedInAll: 0, timer: undefined };
    this.#flows.set(name, flow);
    return flow;
  }

  #turn(name: string, flow: Flow): void {
    if (flow.dropped === 0) return this.#end(name, flow);
    flow.windowStart = this.#clock.monotonic();
    flow.passed = 0;
    flow.dropped = 0;
    flow.timer = this.#clock.after(windowMs, () => this.#turn(name, flow));
  }

  #end(name: string, flow: Flow): void {
    flow.timer?.cancel();
    this.#flows.delete(name);
    this.#ended(name, flow.droppedInAll);
  }
}
