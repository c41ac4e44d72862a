import type { Echo } from '../echo.ts';
import type { SimulatedInternet } from './internet.ts';

/** Every host of the simulated internet answers an echo, unless the way is cut. */
export function memoryEcho(internet: SimulatedInternet, own: readonly string[]): Echo {
  return {
    send: ({ host, timeoutMs, source = own[0] ?? '' }) =>
      new Promise((resolve) => {
        if (!own.includes(source)) return resolve({ kind: 'unusable', reason: `bind: ${source} is not of this host` });
        const isReached = internet.has(host) && !internet.isCut(source, host);
        const ms = isReached ? 2 * internet.latencyMs : timeoutMs;
        internet.clock.after(ms, () => resolve(isReached ? { kind: 'reply', ms } : { kind: 'lost' }));
      }),
  };
}
