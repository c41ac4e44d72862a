import { type Place, uriOf } from '../agent/redirection.ts';
import type { RegistrarSettings } from '../settings.ts';
import { defaultPort } from '../target/index.ts';
import { registerTarget, registerTransport } from './register-target.ts';

/** So often a REGISTER is sent on; then it has failed. */
export const redirectionsAtMost = 5;

export function registrarPlace(registrar: RegistrarSettings): Place {
  const { host, isName, port } = registerTarget(registrar.target);
  return { host, isName, port, transport: registerTransport(registrar), uri: uriOf(registrar.scheme, host, port) };
}

/** The registrar itself, perhaps by another transport. Another port of its host may be anybody's. */
export function isOfRegistrar(place: Place, registrar: RegistrarSettings): boolean {
  const own = registrarPlace(registrar);
  if (place.host.toLowerCase() !== own.host.toLowerCase()) return false;
  return place.port === own.port || portOf(place) === portOf(own);
}

function portOf({ port, transport }: Place): number {
  return port ?? defaultPort(transport);
}
