import { type DistinguishedName, nameValues } from './x500-name.ts';

/** What IOS calls a registration authority by: `ou=ioscs RA` in its name, given by the CA it registers for. */
const unit = 'ioscs ra';

/** Whether a name is that of a registration authority. */
export function isRegistrar(subject: DistinguishedName): boolean {
  return nameValues(subject, 'ou').some((value) => value.toLowerCase() === unit);
}
