import type { Timers } from './archive.ts';
import type { CommitResult, ConfigStore } from './store.ts';

/** What `Reverting` tells whoever keeps the log. */
export interface RevertEvents {
  begun(minutes: number): void;
  /** One minute is left. */
  warned(): void;
  confirmed(): void;
  reverted(): void;
  /** A service refused the earlier configuration: the changes stand. */
  refused(reason: string): void;
}

interface Pending<Tree> {
  readonly baseline: Tree;
  timer: { cancel(): void };
  minutes: number;
}

const minuteMs = 60_000;

/**
 * Changes on trial: unless they are confirmed in time, the configuration that ran when the trial began comes back. So a
 * change that cuts its author off undoes itself. One trial at a time.
 */
export class Reverting<Tree> {
  readonly #store: ConfigStore<Tree>;
  readonly #timers: Timers;
  readonly #events: RevertEvents;
  #pending: Pending<Tree> | undefined;

  constructor(store: ConfigStore<Tree>, timers: Timers, events: RevertEvents) {
    this.#store = store;
    this.#timers = timers;
    this.#events = events;
  }

  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  /** Begins a trial from the configuration that runs now. False: one is under way already. */
  begin(minutes: number): boolean {
    if (this.#pending !== undefined) return false;
    this.#pending = { baseline: this.#store.running, minutes, timer: this.#wait(minutes) };
    this.#events.begun(minutes);
    return true;
  }

  /** The changes stay. False: there is no trial. */
  confirm(): boolean {
    if (!this.#end()) return false;
    this.#events.confirmed();
    return true;
  }

  /** The trial lasts `minutes` from now. False: there is none. */
  postpone(minutes: number): boolean {
    if (this.#pending === undefined) return false;
    this.#pending.timer.cancel();
    this.#pending.timer = this.#wait(minutes);
    this.#pending.minutes = minutes;
    return true;
  }

  /** Takes the changes back at once. Undefined: there is no trial. */
  revert(): CommitResult | undefined {
    const pending = this.#end();
    if (pending === undefined) return undefined;
    const result = this.#store.commit(pending.baseline);
    if (result.kind === 'refused') this.#events.refused(result.reason);
    else this.#events.reverted();
    return result;
  }

  /** Forgets the trial: the changes stay, and nothing is told. */
  stop(): void {
    this.#end();
  }

  #wait(minutes: number): { cancel(): void } {
    if (minutes <= 1) return this.#timers.after(minutes * minuteMs, () => void this.revert());
    return this.#timers.after((minutes - 1) * minuteMs, () => {
      this.#events.warned();
      if (this.#pending !== undefined) this.#pending.timer = this.#wait(1);
    });
  }

  #end(): Pending<Tree> | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.timer.cancel();
    return pending;
  }
}
