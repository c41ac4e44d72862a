import { type Credential, credentialOf, unsealed } from '../auth/index.ts';
import type { AuthenticationEntry, RegistrarSettings, SipSettings } from '../settings.ts';

/** Of the settings of SIP, what a registration goes by. */
export type RegisterUse = Pick<
  SipSettings,
  | 'authentication'
  | 'credentials'
  | 'outboundProxy'
  | 'registerExhausted'
  | 'signaling'
  | 'tenants'
  | 'timers'
  | 'tlsVersions'
  | 'transports'
>;

/** A number to register, and with whom. */
export interface WantedRegistration {
  readonly number: string;
  readonly peer: number;
  /** Of the number's dial peer. */
  readonly authentication: readonly AuthenticationEntry[];
  readonly registrar: RegistrarSettings;
  readonly domain: string | undefined;
  /** 0: nobody's. */
  readonly tenant: number;
  /** Other text when we are reached at another place. */
  readonly place: string;
  readonly sip: RegisterUse;
}

/**
 * What answers a challenge of this realm: of this very number, then of its dial peer, then for any number, then of `sip-ua`.
 * A registrar that is said to have a realm is answered in no other.
 */
export function credentialFor(wanted: WantedRegistration, realm: string): Credential | undefined {
  const { number, authentication, registrar, sip } = wanted;
  if (registrar.authRealm !== undefined && registrar.authRealm !== realm) return undefined;
  const ofRealm = sip.credentials.filter((entry) => entry.realm === realm);
  const own = ofRealm.find((entry) => entry.number === number);
  const any = ofRealm.find((entry) => entry.number === undefined);
  return (
    (own === undefined ? undefined : unsealed(own)) ??
    credentialOf(realm, authentication) ??
    (any === undefined ? undefined : unsealed(any)) ??
    credentialOf(realm, sip.authentication)
  );
}
