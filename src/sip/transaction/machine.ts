import { Timed } from './deadlines.ts';
import {
  longestInterval,
  type RepeatingTimer,
  repeatingStarts,
  repeatsWhenReliable,
  type SingleTimer,
  singleDuration,
  singleStarts,
  type TimerStep,
  type TimerValues,
  timerEvents,
} from './timers.ts';

/** What one event does in one state. Absent `to`: the state stays. */
export interface Row<State extends string, Action extends string> {
  readonly to?: State;
  /** Executed by the driver. */
  readonly timers?: readonly TimerStep[];
  /** Handed to the owner, to be executed in order. */
  readonly do: readonly Action[];
}

/** A state machine is data: for each state, the events it hears. An event without a row is ignored. */
export type Machine<State extends string, Event extends string, Action extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Event, Row<State, Action>>>>>
>;

type AnyMachine = Readonly<Record<string, Readonly<Record<string, Row<string, string> | undefined>>>>;

const nothing: readonly never[] = [];
const never = Number.POSITIVE_INFINITY;

/**
 * Drives a table without owning a clock: time comes in with each event, actions go out as the table's own arrays. Two timers
 * may run at a time, one that repeats and one that ends something; when either is due is told by `deadline`.
 */
export class TimedMachine<State extends string, Event extends string, Action extends string> extends Timed {
  state: State;
  readonly #machine: AnyMachine;
  readonly #last: State;
  readonly #values: TimerValues;
  readonly #isReliable: boolean;
  #repeating: RepeatingTimer = 'A';
  #interval = 0;
  #repeatAt = never;
  #sent = 0;
  #single: SingleTimer = 'B';
  #singleAt = never;

  /** `last` is the state in which nothing is awaited any more: reaching it stops the timers. */
  constructor(
    machine: Machine<State, Event, Action>,
    first: State,
    last: State,
    values: TimerValues,
    isReliable: boolean,
  ) {
    super();
    this.#machine = machine;
    this.state = first;
    this.#last = last;
    this.#values = values;
    this.#isReliable = isReliable;
  }

  get isOver(): boolean {
    return this.state === this.#last;
  }

  get isReliable(): boolean {
    return this.#isReliable;
  }

  get deadline(): number {
    return Math.min(this.#repeatAt, this.#singleAt);
  }

  /** Hears one event and returns what the owner must do, which is nothing when the state does not know the event. */
  receive(event: Event, now: number): readonly Action[] {
    return this.#hear(event, now);
  }

  /** Fires the timer that is due first, if one is. Call again while `deadline` has passed. */
  tick(now: number): readonly Action[] {
    if (this.deadline > now) return nothing;
    if (this.#repeatAt < this.#singleAt && this.#sent < this.#values.resends) {
      this.#repeatAt = never;
      this.#sent++;
      return this.#hear(timerEvents[this.#repeating], now);
    }
    // Either it is time, or the number of repetitions is used up: then the next one would be due now, and time is up.
    this.#repeatAt = never;
    this.#singleAt = never;
    return this.#hear(timerEvents[this.#single], now);
  }

  #hear(event: string, now: number): readonly Action[] {
    const row = this.#machine[this.state]?.[event];
    if (row === undefined) return nothing;
    // The constructor took a machine of these very unions; only their names were forgotten in between.
    const known = row as Row<State, Action>;
    if (known.to !== undefined) this.state = known.to;
    if (known.timers !== undefined) {
      for (const step of known.timers) this.#step(step, now);
    }
    if (this.isOver) {
      this.#repeatAt = never;
      this.#singleAt = never;
    }
    return known.do;
  }

  #step(step: TimerStep, now: number): void {
    const single = singleStarts[step];
    if (single !== undefined) {
      this.#startSingle(single, now);
      return;
    }
    const repeating = repeatingStarts[step];
    if (repeating !== undefined) this.#startRepeating(repeating, now);
    else if (step === 'stop repeating') this.#repeatAt = never;
    else if (step === 'stop single') this.#singleAt = never;
    else {
      const longest = longestInterval(this.#repeating, this.#values);
      this.#interval = step === 'repeat at T2' ? this.#values.t2 : Math.min(2 * this.#interval, longest);
      this.#repeatAt = now + this.#interval;
    }
  }

  #startRepeating(timer: RepeatingTimer, now: number): void {
    if (this.#isReliable && !repeatsWhenReliable(timer)) return;
    this.#repeating = timer;
    this.#sent = 0;
    this.#interval = this.#values.t1;
    this.#repeatAt = now + this.#interval;
  }

  /** A timer of no length fires here and now, so that what it would have kept is not kept. */
  #startSingle(timer: SingleTimer, now: number): void {
    const duration = singleDuration(timer, this.#values, this.#isReliable);
    this.#single = timer;
    this.#singleAt = now + duration;
    if (duration === 0) this.#hear(timerEvents[timer], now);
  }
}
