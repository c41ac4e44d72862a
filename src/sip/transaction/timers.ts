/** Durations of RFC 3261 17 in milliseconds, and how often a request or response may be sent again. */
export interface TimerValues {
  readonly t1: number;
  readonly t2: number;
  readonly t4: number;
  /** How long an answered INVITE client transaction absorbs repeated failures over UDP (timer D): more than 32 s. */
  readonly d: number;
  /** Times a message is sent again before its transaction times out: earlier than after 64*T1, or later. Infinity: what fits in 64*T1. */
  readonly resends: number;
}

export const defaultTimers: TimerValues = { t1: 500, t2: 4000, t4: 5000, d: 32_000, resends: Number.POSITIVE_INFINITY };

/** Timers that come again, each time later. The first is `t1` after the start. */
export type RepeatingTimer = 'A' | 'E' | 'G' | '2xx' | 'rel1xx';
/** Timers that fire once. */
export type SingleTimer = 'B' | 'D' | 'F' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M' | 'no ack' | 'no prack' | 'guard';

/** What a row does to the timers; starting one replaces the other of its sort. */
export type TimerStep =
  | `start ${RepeatingTimer | SingleTimer}`
  /** Arm the repeating timer again: at the next of its intervals, or at T2. */
  | 'repeat'
  | 'repeat at T2'
  | 'stop repeating'
  | 'stop single';

/**
 * Length of a single timer. Over a reliable transport those that only wait for retransmissions are zero
 * (RFC 3261 17.1.1.2, 17.1.2.2, 17.2.1, 17.2.2).
 */
export function singleDuration(timer: SingleTimer, values: TimerValues, isReliable: boolean): number {
  switch (timer) {
    case 'D':
      return isReliable ? 0 : values.d;
    case 'I':
    case 'K':
      return isReliable ? 0 : values.t4;
    case 'J':
      return isReliable ? 0 : 64 * values.t1;
    case 'B':
      return isReliable ? 64 * values.t1 : untilSpent(values);
    case 'no prack':
      return untilSpent(values);
    default:
      return 64 * values.t1;
  }
}

/** Six repetitions of doubled intervals fill 64*T1; each one beyond them takes as long again, since no interval is longer. */
function untilSpent({ t1, resends }: TimerValues): number {
  const further = Number.isFinite(resends) ? Math.max(0, resends - 6) : 0;
  return 64 * t1 * (1 + further);
}

/** Longest interval of a repeating timer: A and that of RFC 3262 double up to 64*T1, the others up to T2. */
export function longestInterval(timer: RepeatingTimer, values: TimerValues): number {
  return timer === 'A' || timer === 'rel1xx' ? 64 * values.t1 : values.t2;
}

/** The 2xx to an INVITE and what wants a PRACK are repeated over reliable transports too (RFC 3261 13.3.1.4, RFC 3262 3). */
export const repeatsWhenReliable = (timer: RepeatingTimer): boolean => timer === '2xx' || timer === 'rel1xx';

/** Which timer a step starts; names are looked up, not cut from the step, since this is the path of every message. */
export const singleStarts: Readonly<Partial<Record<TimerStep, SingleTimer>>> = {
  'start B': 'B',
  'start D': 'D',
  'start F': 'F',
  'start H': 'H',
  'start I': 'I',
  'start J': 'J',
  'start K': 'K',
  'start L': 'L',
  'start M': 'M',
  'start no ack': 'no ack',
  'start no prack': 'no prack',
  'start guard': 'guard',
};

export const repeatingStarts: Readonly<Partial<Record<TimerStep, RepeatingTimer>>> = {
  'start A': 'A',
  'start E': 'E',
  'start G': 'G',
  'start 2xx': '2xx',
  'start rel1xx': 'rel1xx',
};

/** The event each timer is when it fires. */
export const timerEvents: Readonly<Record<RepeatingTimer | SingleTimer, string>> = {
  A: 'timer A',
  B: 'timer B',
  D: 'timer D',
  E: 'timer E',
  F: 'timer F',
  G: 'timer G',
  H: 'timer H',
  I: 'timer I',
  J: 'timer J',
  K: 'timer K',
  L: 'timer L',
  M: 'timer M',
  '2xx': 'timer 2xx',
  rel1xx: 'timer rel1xx',
  'no ack': 'timer no ack',
  'no prack': 'timer no prack',
  guard: 'timer guard',
};
