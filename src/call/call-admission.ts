import type { ProcessUsage } from '../io/index.ts';
import { type CallAdmissionSettings, type Threshold, type Trigger, thresholdKey } from './admission-settings.ts';
import type { Release } from './cause.ts';
import type { CallAdmissionReport, ThresholdReport } from './report.ts';
import { SpikeWindow } from './spike-window.ts';

/** What is measured. */
export interface AdmissionMeasures {
  /** Monotonic milliseconds. */
  now(): number;
  usage(): Pick<ProcessUsage, 'load' | 'memory'>;
  calls(): number;
  /** Calls with a leg at the address of this interface. */
  callsAt(interfaceName: string): number;
}

/** Why a call is not taken, and when it may be tried again. */
export interface NotAdmitted {
  readonly release: Release;
  readonly retryAfterSeconds: number;
  /** For the log. */
  readonly reason: string;
}

/** For how long the CPU of five seconds is known. */
const fiveSeconds = 5;
const retryAfterSeconds = 5;

type ProcessTrigger = Exclude<Trigger, 'total-calls' | 'int-calls'>;

const releases: Readonly<Record<CallAdmissionSettings['treatment']['cause'], Release>> = {
  busy: { cause: 17 },
  'no-QoS': { cause: 47, status: 580 },
  'no-resource': { cause: 42 },
};

/**
 * Whether a call more can be borne: not when too many came in a short time, nor while what a threshold watches is above its high
 * mark, from when it reached that until it is down at the low one again.
 */
export class CallAdmission {
  readonly #measures: AdmissionMeasures;
  #settings: CallAdmissionSettings;
  #window: SpikeWindow | undefined;
  readonly #exceeded = new Set<string>();
  readonly #samples = new Map<Trigger, { readonly at: number; readonly percent: number }>();
  #spikes = 0;
  #accepted = 0;
  readonly #rejected = new Map<Trigger, number>();

  constructor(measures: AdmissionMeasures, settings: CallAdmissionSettings) {
    this.#measures = measures;
    this.#settings = settings;
    this.reconfigure(settings);
  }

  reconfigure(settings: CallAdmissionSettings): void {
    const { spike } = settings;
    if (spike === undefined) this.#window = undefined;
    else if (this.#window === undefined || spike !== this.#settings.spike) this.#window = new SpikeWindow(spike);
    for (const key of this.#exceeded) if (!settings.thresholds.has(key)) this.#exceeded.delete(key);
    this.#settings = settings;
  }

  /** A call comes. Undefined: it is taken. */
  judge(): NotAdmitted | undefined {
    for (const threshold of this.#settings.thresholds.values()) {
      if (!this.#isExceeded(threshold, this.#measure(threshold))) continue;
      this.#rejected.set(threshold.trigger, (this.#rejected.get(threshold.trigger) ?? 0) + 1);
      const reason = `call threshold ${thresholdKey(threshold)} high ${threshold.high}`;
      return { release: this.#release, retryAfterSeconds, reason };
    }
    const window = this.#window;
    if (window !== undefined && !window.take(this.#measures.now())) {
      this.#spikes++;
      const reason = `call spike ${this.#settings.spike?.calls}`;
      return { release: this.#release, retryAfterSeconds: Math.ceil(window.lengthMs / 1000), reason };
    }
    this.#accepted++;
    return undefined;
  }

  report(): CallAdmissionReport {
    const { spike, thresholds, treatment, pollSeconds } = this.#settings;
    const inWindow = this.#window?.count(this.#measures.now()) ?? 0;
    return {
      spike: spike && { ...spike, inWindow, triggered: inWindow >= spike.calls, rejected: this.#spikes },
      thresholds: Array.from(thresholds.values(), (threshold): ThresholdReport => {
        const value = this.#measure(threshold);
        return { ...threshold, value, available: !this.#isExceeded(threshold, value) };
      }),
      pollSeconds,
      treatment: { ...treatment, accepted: this.#accepted, rejected: [...this.#rejected] },
    };
  }

  get #release(): Release {
    const { on, cause } = this.#settings.treatment;
    return releases[on ? cause : 'no-resource'];
  }

  #isExceeded(threshold: Threshold, value: number): boolean {
    const key = thresholdKey(threshold);
    if (value >= threshold.high) this.#exceeded.add(key);
    else if (value <= threshold.low) this.#exceeded.delete(key);
    return this.#exceeded.has(key);
  }

  #measure({ trigger, interface: name = '' }: Threshold): number {
    if (trigger === 'total-calls') return this.#measures.calls();
    if (trigger === 'int-calls') return this.#measures.callsAt(name);
    const now = this.#measures.now();
    const known = this.#samples.get(trigger);
    if (known !== undefined && now - known.at < this.#heldSeconds(trigger) * 1000) return known.percent;
    const sample = { at: now, percent: this.#percent(trigger) };
    this.#samples.set(trigger, sample);
    return sample.percent;
  }

  #heldSeconds(trigger: ProcessTrigger): number {
    const { cpuAverage, memory } = this.#settings.pollSeconds;
    if (trigger === 'cpu-5sec') return fiveSeconds;
    return trigger === 'cpu-avg' ? cpuAverage : memory;
  }

  #percent(trigger: ProcessTrigger): number {
    const { load, memory } = this.#measures.usage();
    switch (trigger) {
      case 'cpu-5sec':
        return percent(load.fiveSeconds, 1);
      case 'cpu-avg':
        return percent(load.oneMinute, 1);
      case 'proc-mem':
        return percent(memory.heapUsed, memory.heapLimit);
      case 'io-mem':
        return percent(memory.external, memory.heapLimit);
      case 'total-mem':
        return percent(memory.heapUsed + memory.external, memory.heapLimit);
    }
  }
}

function percent(part: number, whole: number): number {
  return Math.round((part / whole) * 100);
}
