import type { SipPassword } from '../sip/settings.ts';
import { type KeptWithoutEffect, withoutEffect } from './kept.ts';
import type { Tree } from './tree.ts';

/** Whether a password of type 6 can be opened with the configuration key there is. */
export type Opens = (sealed: string) => boolean;

const reason = 'its password of type 6 cannot be opened: the configuration key it was sealed with is missing';

/** SIP credentials whose password `opens` cannot open: nothing is answered with them. */
export function sealedCredentials({ sip, dialPlan }: Tree, opens: Opens): readonly KeptWithoutEffect[] {
  const isSealed = ({ password }: { readonly password: SipPassword }): boolean =>
    'sealed' in password && !opens(password.sealed);
  const line = (word: string, username: string): string => `${word} username ${username}`;
  const places = [
    [['sip-ua'], sip] as const,
    ...[...sip.tenants.values()].map((tenant) => [[`voice class tenant ${tenant.tag}`], tenant] as const),
  ];
  return [
    ...places.flatMap(([block, { credentials, authentication }]) => [
      ...credentials
        .filter(isSealed)
        .map(({ username }) => withoutEffect(block, line('credentials', username), reason)),
      ...authentication
        .filter(isSealed)
        .map(({ username }) => withoutEffect(block, line('authentication', username), reason)),
    ]),
    ...[...dialPlan.peers.values()].flatMap(({ tag, kind, authentication = [] }) =>
      authentication
        .filter(isSealed)
        .map(({ username }) =>
          withoutEffect([`dial-peer voice ${tag} ${kind}`], line('authentication', username), reason),
        ),
    ),
  ];
}
