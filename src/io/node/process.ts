import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { ProcessMeter, ProcessUsage } from '../usage.ts';

const sampleMs = 5000;
/** Five minutes of samples. */
const mostSamples = 61;

interface Sample {
  readonly at: number;
  readonly cpuMs: number;
}

/** Measures this process. A sample every five seconds is all it keeps; its timer holds nothing up. */
export class NodeProcess implements ProcessMeter {
  readonly #samples: Sample[] = [sample()];

  constructor() {
    setInterval(() => this.#sample(), sampleMs).unref();
  }

  readonly descriptorsAtMost = descriptorsAtMost();

  usage(): ProcessUsage {
    const { voluntaryContextSwitches, involuntaryContextSwitches } = process.resourceUsage();
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
    const now = sample();
    return {
      pid: process.pid,
      cpuMs: now.cpuMs,
      switches: voluntaryContextSwitches + involuntaryContextSwitches,
      load: {
        fiveSeconds: this.#load(now, sampleMs),
        oneMinute: this.#load(now, 60_000),
        fiveMinutes: this.#load(now, 300_000),
      },
      memory: { resident: rss, heapUsed, heapTotal, heapLimit: getHeapStatistics().heap_size_limit, external },
    };
  }

  #sample(): void {
    this.#samples.push(sample());
    if (this.#samples.length > mostSamples) this.#samples.shift();
  }

  waitedMs(): number {
    return performance.eventLoopUtilization().idle;
  }

  /** Against the youngest sample that is old enough, else the oldest. */
  #load(now: Sample, ageMs: number): number {
    const before = this.#samples.findLast(({ at }) => now.at - at >= ageMs) ?? this.#samples[0] ?? now;
    return now.at === before.at ? 0 : (now.cpuMs - before.cpuMs) / (now.at - before.at);
  }
}

function sample(): Sample {
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), cpuMs: (user + system) / 1000 };
}

/** Linux says it in a file; elsewhere nobody does. */
function descriptorsAtMost(): number | undefined {
  let limits = '';
  try {
    limits = readFileSync('/proc/self/limits', 'latin1');
  } catch {
    return undefined;
  }
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}
