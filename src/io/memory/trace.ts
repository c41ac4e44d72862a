import type { Trace } from '../trace.ts';
import type { SimulatedInternet } from './internet.ts';

/** Between any two hosts of the simulated internet is one router. */
const router = '192.0.2.254';

/** The router answers probes that end at it, the host those that reach it, unless the way is cut. */
export function memoryTrace(internet: SimulatedInternet, own: readonly string[]): Trace {
  return {
    hop: ({ host, hop, probes, timeoutMs, source = own[0] ?? '' }) =>
      new Promise((resolve) => {
        if (!own.includes(source)) return resolve({ kind: 'unusable', reason: `bind: ${source} is not of this host` });
        const isReached = hop === 1 || (internet.has(host) && !internet.isCut(source, host));
        const ms = isReached ? hop * internet.latencyMs : timeoutMs;
        const from = hop === 1 ? router : host;
        const probe = isReached ? ({ kind: 'reply', from, ms, mark: undefined } as const) : ({ kind: 'lost' } as const);
        internet.clock.after(ms, () =>
          resolve({ kind: 'probes', probes: Array.from({ length: probes }, () => probe) }),
        );
      }),
  };
}
