import { CommandError } from '../../cli/index.ts';
import { clearOfType7, type7 } from '../secret.ts';
import type { World } from '../world.ts';
import { hashSecret, isSecret, type SecretType, saltBytes } from './secret.ts';

/** The words of `secret [0 | 5 | 8 | 9] X` and `password [0 | 7] X`, as the syntax gives them. */
export type TypeWords = { readonly [Type in '0' | '5' | '7' | '8' | '9']?: true | undefined };

/** What `secret ...` stores: the text itself where it is hashed already, else its hash. */
export async function storedSecret(types: TypeWords, text: string, { config }: World): Promise<string> {
  const type = (['5', '8', '9'] as const).find((one) => types[one]);
  if (type === undefined) return hashSecret(text, config.random.bytes(saltBytes));
  if (isSecret(type, text)) return text;
  throw new CommandError(notASecret(type));
}

function notASecret(type: SecretType): string {
  return [
    '% The secret is not a valid encrypted secret.',
    `% To give a secret in clear, leave out the type ${type}: it is encrypted when it is stored.`,
  ].join('\n');
}

/** What `password ...` means, in clear. Refuses what could not be read back. */
export function clearPassword(types: TypeWords, text: string): string {
  const clear = types['7'] ? clearOfType7(text) : text;
  type7(clear);
  return clear;
}

/** A password as running-config shows it: never in clear. */
export function shownPassword(clear: string): string {
  return `7 ${type7(clear)}`;
}
