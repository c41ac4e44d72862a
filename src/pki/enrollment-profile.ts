import type { Enrollment, EnrollmentProfile, PkiSettings, ProfileMethod, TrustpointSettings } from './settings.ts';

type Profiles = PkiSettings['profiles'];

/**
 * A trustpoint as its `enrollment profile` makes it: the profile says how it enrols, where its CA certificate comes from, and
 * where it renews. One without a profile, or whose profile is gone, is as it was.
 */
export function withProfile(settings: TrustpointSettings, profiles: Profiles): TrustpointSettings {
  const { profile: name } = settings.enrollment;
  const profile = name === undefined ? undefined : profiles?.get(name);
  return profile === undefined ? settings : { ...settings, enrollment: profiled(settings.enrollment, profile) };
}

function profiled(enrollment: Enrollment, profile: EnrollmentProfile): Enrollment {
  const {
    authentication,
    enrollment: own,
    reenrollUrl,
    credential,
    authenticationCommand,
    enrollmentCommand,
  } = profile;
  const method = own ?? authentication;
  // A command for the one needs no URL of its own.
  const asked = authentication ?? (authenticationCommand === undefined ? undefined : own);
  return {
    ...enrollment,
    ...(method !== undefined && { method: methodOf(method, enrollmentCommand, profile) }),
    ...(asked !== undefined && { authentication: methodOf(asked, authenticationCommand, profile) }),
    ...(asked === undefined && method !== undefined && { authentication: methodOf(method, undefined, profile) }),
    ...(reenrollUrl !== undefined && { reenrollUrl }),
    ...(credential !== undefined && { credential }),
  };
}

function methodOf(
  method: ProfileMethod,
  command: string | undefined,
  { parameters = new Map() }: EnrollmentProfile,
): NonNullable<Enrollment['method']> {
  if (method.kind === 'terminal') return { kind: 'terminal', pem: true };
  const http = command !== undefined && /^http:/i.test(method.url) && { http: { command, parameters } };
  return { kind: 'url', url: method.url, pem: false, ...http };
}

/** The whole settings as their profiles make them; the same object where no trustpoint has one. */
export function withProfiles(settings: PkiSettings): PkiSettings {
  const { trustpoints, profiles } = settings;
  if (![...trustpoints.values()].some(({ enrollment }) => enrollment.profile !== undefined)) return settings;
  const next = [...trustpoints].map(([name, one]): [string, TrustpointSettings] => [name, withProfile(one, profiles)]);
  return { ...settings, trustpoints: new Map(next) };
}

/** How the CA certificate of a trustpoint is had. */
export function authenticationOf({ enrollment }: TrustpointSettings): Enrollment['method'] {
  return enrollment.authentication ?? enrollment.method;
}

/** The trustpoint as it is when its CA certificate is asked for. */
export function forAuthentication(settings: TrustpointSettings): TrustpointSettings {
  return withMethod(settings, authenticationOf(settings));
}

/** The trustpoint as it is when it renews. */
export function forRenewal(settings: TrustpointSettings): TrustpointSettings {
  const { reenrollUrl: url } = settings.enrollment;
  return url === undefined ? settings : withMethod(settings, { kind: 'url', url, pem: false });
}

function withMethod(settings: TrustpointSettings, method: Enrollment['method']): TrustpointSettings {
  const { method: _, ...enrollment } = settings.enrollment;
  return { ...settings, enrollment: method === undefined ? enrollment : { ...enrollment, method } };
}
