import type { AuthenticationEntry, SipPassword } from '../settings.ts';

/** A user and a password, both in clear. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** The credential of an entry; undefined when its password is sealed with a key we do not have. */
export function unsealed(entry: { readonly username: string; readonly password: SipPassword }): Credential | undefined {
  const { username, password } = entry;
  return 'clear' in password ? { username, password: password.clear } : undefined;
}

/**
 * What answers a challenge of this realm: the entry of that realm, else the one without. Entries that are for challenging
 * others answer nothing: an answer of ours could be played back to us.
 */
export function credentialOf(realm: string, entries: readonly AuthenticationEntry[]): Credential | undefined {
  const answering = entries.filter(({ challenge }) => !challenge);
  const entry = answering.find((one) => one.realm === realm) ?? answering.find((one) => one.realm === undefined);
  return entry === undefined ? undefined : unsealed(entry);
}
