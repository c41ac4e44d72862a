import { clearOfType7, type7 } from '../secret.ts';

/** A password of the PKI as it is kept: in clear, or sealed with the configuration key. */
interface KeptPassword {
  readonly password?: string;
  readonly sealedPassword?: string;
}

/** `6 TEXT` is sealed, `7 HEX` encoded, `0 TEXT` and anything else is clear. */
export function readPassword(typed: string): KeptPassword {
  const [kind, rest] = [typed.slice(0, 2), typed.slice(2).trim()];
  if (kind === '6 ' && rest !== '') return { sealedPassword: rest };
  if (kind === '7 ') return { password: clearOfType7(rest) };
  const password = kind === '0 ' && rest !== '' ? rest : typed;
  type7(password);
  return { password };
}

/** As running-config shows it; undefined when there is none. */
export function printPassword({ password, sealedPassword }: KeptPassword): string | undefined {
  if (sealedPassword !== undefined) return `password 6 ${sealedPassword}`;
  return password === undefined ? undefined : `password 7 ${type7(password)}`;
}
