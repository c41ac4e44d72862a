/** `call spike`, `call threshold` and `call treatment`, as typed. */
export interface CallAdmissionSettings {
  readonly spike?: SpikeSettings;
  /** By `thresholdKey`. */
  readonly thresholds: ReadonlyMap<string, Threshold>;
  readonly treatment: TreatmentSettings;
  /** `call threshold poll-interval`: for how many seconds a measurement holds. */
  readonly pollSeconds: { readonly cpuAverage: number; readonly memory: number };
}

/** So many calls in a window of `steps` times `stepMs`. */
export interface SpikeSettings {
  readonly calls: number;
  readonly steps: number;
  readonly stepMs: number;
}

export const spikeDefaults = { steps: 5, stepMs: 200 } as const;

export const triggers = ['cpu-5sec', 'cpu-avg', 'io-mem', 'proc-mem', 'total-calls', 'total-mem'] as const;
/** `int-calls` is of an interface, the others are of the whole gateway: calls, or percent. */
export type Trigger = (typeof triggers)[number] | 'int-calls';

export interface Threshold {
  readonly trigger: Trigger;
  readonly interface?: string;
  readonly low: number;
  readonly high: number;
  /** `busyout` and `treatment` behind it. */
  readonly busyout?: true;
  readonly treatment?: true;
}

export function thresholdKey({ trigger, interface: name }: Pick<Threshold, 'trigger' | 'interface'>): string {
  return name === undefined ? trigger : `${trigger} ${name}`;
}

export interface TreatmentSettings {
  readonly on: boolean;
  readonly cause: 'busy' | 'no-QoS' | 'no-resource';
}

export const noCallAdmission: CallAdmissionSettings = {
  thresholds: new Map(),
  treatment: { on: false, cause: 'no-resource' },
  pollSeconds: { cpuAverage: 60, memory: 5 },
};
