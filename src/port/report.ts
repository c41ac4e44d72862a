import type { VoicePortDevice } from './settings.ts';

export type PortState = 'shut' | 'on-hook' | 'ringing' | 'dialling' | 'off-hook';

/** One row of `show voice port summary`. */
export interface PortReport {
  readonly name: string;
  readonly description: string;
  readonly admin: 'up' | 'down';
  /** `dorm`: in service, no call on it. */
  readonly operational: 'up' | 'dorm' | 'down';
  readonly inStatus: 'on-hook' | 'off-hook';
  readonly outStatus: 'idle' | 'ringing';
  readonly state: PortState;
  readonly device: VoicePortDevice;
  /** Calls that rang here and calls that were dialled here, since start. */
  readonly rung: number;
  readonly dialled: number;
}
