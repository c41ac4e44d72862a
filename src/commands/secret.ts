import { CommandError } from '../cli/index.ts';
import { decodeType7, encodeType7 } from '../pki/index.ts';

/** A password as it was typed: `0` in clear, `6` or `7` scrambled already, undefined in clear. */
export type PasswordKind = '0' | '6' | '7' | undefined;

/** A password in clear as running-config shows it: type 7, the same each time, so that a saved configuration does not change by itself. */
export function type7(clear: string): string {
  if (clear.length > longest || [...clear].some((letter) => letter > '\xff')) {
    throw new CommandError(`% A password has at most ${longest} characters, of Latin-1`);
  }
  return encodeType7(clear, seedFor(clear));
}

/** What type 7 hides. Throws for what is none. */
export function clearOfType7(scrambled: string): string {
  const clear = decodeType7(scrambled);
  if (!clear.ok) throw new CommandError(`Invalid encrypted password: ${scrambled}`);
  return clear.value;
}

/** The two words that read a password back: `7 HEX`, or `6 TEXT`, which only the configuration key opens. */
export function hiddenPassword(kind: PasswordKind, typed: string): readonly [string, string] {
  if (kind === '6') return ['6', typed];
  return ['7', type7(kind === '7' ? clearOfType7(typed) : typed)];
}

const longest = 128;

function seedFor(password: string): number {
  return [...Buffer.from(password, 'latin1')].reduce((sum, byte) => sum + byte, 0) % 16;
}
