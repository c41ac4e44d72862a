import { type Place, uriOf } from '../agent/redirection.ts';
import type { RegistrarSettings } from '../settings.ts';
import { registerTarget, registerTransport } from './register-target.ts';

/** So often a REGISTER is sent on; then it has failed. */
export const redirectionsAtMost = 5;

export function registrarPlace(registrar: RegistrarSettings): Place {
  const { host, isName, port } = registerTarget(registrar.target);
  return { host, isName, port, transport: registerTransport(registrar), uri: uriOf(registrar.scheme, host, port) };
}
