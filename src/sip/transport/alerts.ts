/** The alerts of a TLS set-up that failed; absent: none that we know of. */
export interface TlsAlerts {
  readonly sent?: string;
  readonly received?: string;
}

/** What OpenSSL tells the peer when it fails for a reason; the library itself reports only what it received. */
const sentFor: readonly (readonly [RegExp, string])[] = [
  [/unsupported protocol|version too low|wrong version number|wrong ssl version/, 'protocol_version'],
  [
    /no shared cipher|no suitable (key share|groups|signature)|no shared (signature|group)|no cipher/,
    'handshake_failure',
  ],
  [/inappropriate fallback/, 'inappropriate_fallback'],
  [/length mismatch|bad extension|bad length|decode error/, 'decode_error'],
  [/unexpected message/, 'unexpected_message'],
  [/bad record mac|decryption failed/, 'bad_record_mac'],
];

const withoutCertificate = /peer did not return a certificate/;

/** `isNewest`: TLS 1.3 was spoken, as far as both sides offered it. */
export function alertsOf(reason: string, isNewest: boolean): TlsAlerts {
  const received = / alert (?<name>[a-z ]+)/.exec(reason)?.groups?.['name'];
  if (received !== undefined) return { received: received.trim().replaceAll(' ', '_') };
  if (withoutCertificate.test(reason)) return { sent: isNewest ? 'certificate_required' : 'handshake_failure' };
  const sent = sentFor.find(([words]) => words.test(reason))?.[1];
  return sent === undefined ? {} : { sent };
}
