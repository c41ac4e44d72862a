import { registerTransport } from './register-target.ts';
import type { WantedRegistration } from './wanted-registration.ts';

/** What another configuration means for a registration. */
export type RegistrationChange =
  | 'none'
  /** What we prove, or how we connect: what failed may succeed now, and what is registered stays so. */
  | 'means'
  /** Where we are reached. */
  | 'place'
  /** What is asked of the registrar, or the way to it. */
  | 'registrar';

export function changeOf(before: WantedRegistration, after: WantedRegistration): RegistrationChange {
  if (isOther(before, after, ({ registrar, sip }) => [registrar, sip.outboundProxy])) return 'registrar';
  if (before.place !== after.place) return 'place';
  return isOther(before, after, connecting) || provesOtherwise(before, after) ? 'means' : 'none';
}

function connecting({ registrar, sip, tenant }: WantedRegistration): unknown {
  const profile = sip.tenants.get(tenant)?.tlsProfile;
  return registerTransport(registrar) === 'tls'
    ? [sip.transports, sip.tlsVersions, sip.signaling, profile]
    : sip.transports;
}

/** There may be many credentials, of which few are this number's: they are read only where one of them is another. */
function provesOtherwise(before: WantedRegistration, after: WantedRegistration): boolean {
  const isSame =
    before.sip.credentials === after.sip.credentials &&
    before.sip.authentication === after.sip.authentication &&
    before.authentication === after.authentication;
  return !isSame && isOther(before, after, proofs);
}

/** Everything that could answer a challenge (`credentialFor`). */
function proofs({ number, registrar, authentication, sip }: WantedRegistration): unknown {
  const isAsked = ({ realm }: { readonly realm?: string }): boolean =>
    registrar.authRealm === undefined || realm === undefined || realm === registrar.authRealm;
  const credentials = sip.credentials.filter((entry) => entry.number === undefined || entry.number === number);
  const entries = [authentication, sip.authentication].map((list) => list.filter(({ challenge }) => !challenge));
  return [credentials, ...entries].map((list) => list.filter(isAsked));
}

function isOther<T>(before: T, after: T, part: (of: T) => unknown): boolean {
  return JSON.stringify(part(before)) !== JSON.stringify(part(after));
}
