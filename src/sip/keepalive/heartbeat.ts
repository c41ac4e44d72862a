import type { HeartbeatTiming } from '../settings.ts';

/** How a place is: active until it failed too often. */
export interface Heartbeat {
  readonly isBusy: boolean;
  /** In a row. */
  readonly failures: number;
  /** In a row, while it is busy. */
  readonly answers?: number;
}

export const firstHeartbeat: Heartbeat = { isBusy: false, failures: 0 };

/** Whether an answer says that calls are taken there: any does, but for these two. */
export function isAlive(status: number): boolean {
  return status !== 503 && status !== 505;
}

/** After an OPTIONS that was answered, or was not. */
export function beat(
  { isBusy, failures, answers = 0 }: Heartbeat,
  isAnswered: boolean,
  { retries, answers: wanted = 1 }: HeartbeatTiming,
): Heartbeat {
  if (isAnswered) return isBusy && answers + 1 < wanted ? { isBusy, failures, answers: answers + 1 } : firstHeartbeat;
  return { isBusy: isBusy || failures + 1 >= retries, failures: failures + 1 };
}

/** Milliseconds to the next OPTIONS. */
export function untilNext({ isBusy }: Heartbeat, { upSeconds, downSeconds }: HeartbeatTiming): number {
  return (isBusy ? downSeconds : upSeconds) * 1000;
}
