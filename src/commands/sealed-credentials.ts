import type { SipPassword } from '../sip/settings.ts';
import type { KeptWithoutEffect } from './kept.ts';
import type { Tree } from './tree.ts';

const reason = 'this gateway has no key to a password of type 6';

/** SIP credentials whose password is sealed with the key of another router: nothing is answered with them. */
export function sealedCredentials({ sip, dialPlan }: Tree): readonly KeptWithoutEffect[] {
  const isSealed = ({ password }: { readonly password: SipPassword }): boolean => 'sealed' in password;
  const line = (word: string, username: string): string => `${word} username ${username}`;
  return [
    ...sip.credentials
      .filter(isSealed)
      .map(({ username }) => ({ place: 'sip-ua', line: line('credentials', username), reason })),
    ...sip.authentication
      .filter(isSealed)
      .map(({ username }) => ({ place: 'sip-ua', line: line('authentication', username), reason })),
    ...[...dialPlan.peers.values()].flatMap(({ tag, authentication = [] }) =>
      authentication
        .filter(isSealed)
        .map(({ username }) => ({ place: `dial-peer voice ${tag}`, line: line('authentication', username), reason })),
    ),
  ];
}
