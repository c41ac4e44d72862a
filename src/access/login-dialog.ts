import { type LineIo, visible } from '../cli/index.ts';

/** How a console finds out who sits at it. */
export interface LoginDialog {
  /** `login local` asks for a name too; `login` for the line's password only. */
  readonly asks: 'user' | 'password';
  /** Shown before. */
  readonly banner: readonly string[];
  check(user: string, password: string): Promise<boolean>;
  /** Logs a failure and resolves when the next try may begin. */
  failed(user: string): Promise<void>;
}

/** Asks until somebody is let in; resolves to the user (empty where none is asked for), or to undefined at the end of the input. */
export async function askLogin(io: LineIo, dialog: LoginDialog): Promise<string | undefined> {
  for (const line of [...dialog.banner, '', 'User Access Verification', '']) io.print(visible(line));
  for (;;) {
    const user = dialog.asks === 'user' ? plain(await io.readLine('Username: ')) : '';
    if (user === undefined) return undefined;
    if (user === '' && dialog.asks === 'user') continue;
    const password = plain(await io.readLine('Password: ', { hidden: true }));
    if (password === undefined) return undefined;
    if (await dialog.check(user, password)) return user;
    await dialog.failed(user);
    io.print(dialog.asks === 'user' ? '% Login invalid' : '% Bad passwords');
    io.print('');
  }
}

/** What was typed, without the control character that ended it. */
function plain(line: string | undefined): string | undefined {
  return line?.replace(/[\x03\x1a]$/, '');
}
