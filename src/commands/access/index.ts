/**
 * commands/access: who may come in, by which way, and who is in.
 *
 * - `settings.ts` is the part of the tree; `username.ts`, `enable.ts`, `privilege.ts`, `lines.ts`, `ssh.ts` and `banner.ts` the commands
 *   that change it, each with its printer.
 * - `secret.ts` makes and checks stored passwords, `password.ts` reads the forms they are typed in, `public-key.ts` the
 *   keys of `ip ssh pubkey-chain`.
 * - `show.ts` and `terminal-lines.ts` print records of `AccessFace` (`face.ts`), which the ways in answer.
 *
 * Who tells whom: a command changes the tree; the ways in read it through the gateway; a printer asks nobody.
 * **Standards:** RFC 4253 6.6, RFC 5656 and RFC 8709 (public keys), RFC 7914 (scrypt), RFC 8018 (PBKDF2).
 */
import type { CommandSet } from '../command-set.ts';
import { bannerCommands } from './banner.ts';
import { enableCommands } from './enable.ts';
import { lineCommands } from './lines.ts';
import { privilegeCommands } from './privilege.ts';
import { accessShowCommands } from './show.ts';
import { sshCommands } from './ssh.ts';
import { terminalLineCommands } from './terminal-lines.ts';
import { usernameCommands } from './username.ts';

const sets = [
  usernameCommands,
  enableCommands,
  privilegeCommands,
  lineCommands,
  sshCommands,
  bannerCommands,
  accessShowCommands,
  terminalLineCommands,
];

export const accessCommands: CommandSet = {
  exec: sets.flatMap((set) => set.exec ?? []),
  config: sets.flatMap((set) => set.config ?? []),
  modes: sets.flatMap((set) => set.modes ?? []),
  sections: sets.flatMap((set) => set.sections ?? []),
};
