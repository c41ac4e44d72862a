import type { TrustpointSettings } from './settings.ts';

/** Why a trustpoint cannot enrol by SCEP with the key it names; undefined when it can, or enrols otherwise. */
export function scepKeyFault({
  enrollment: { method },
  ecKeyPair,
}: Pick<TrustpointSettings, 'enrollment' | 'ecKeyPair'>): string | undefined {
  const isScep = method?.kind === 'url' && /^http:/i.test(method.url);
  if (!isScep || ecKeyPair === undefined) return undefined;
  return 'a CA encrypts its SCEP answer for the key of the request, and an EC key cannot decrypt';
}
