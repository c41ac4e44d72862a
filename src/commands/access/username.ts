import { CommandError, command, type Invocation } from '../../cli/index.ts';
import { withEntry, withoutEntry } from '../../config/index.ts';
import type { CommandSet } from '../command-set.ts';
import { section } from '../section.ts';
import type { World } from '../world.ts';
import { changeAccess } from './change.ts';
import { clearPassword, storedSecret } from './password.ts';
import { secretType } from './secret.ts';
import type { UserSettings } from './settings.ts';

const mostUsers = 1000;
const userDefaults: UserSettings = { privilege: 1 };

function change(invocation: Invocation<World>, name: string, make: (user: UserSettings) => UserSettings): void {
  changeAccess(invocation, (access) => {
    const old = access.users.get(name);
    if (old === undefined && access.users.size >= mostUsers) throw new CommandError('% Too many users');
    const users = withEntry(invocation.world.config.batch, access.users, name, make(old ?? userDefaults));
    return { ...access, users };
  });
}

function remove(invocation: Invocation<World>, name: string): void {
  changeAccess(invocation, (access) => {
    const users = withoutEntry(invocation.world.config.batch, access.users, name);
    return users === access.users ? access : { ...access, users };
  });
}

function withPrivilege(user: UserSettings, privilege: number | undefined): UserSettings {
  return privilege === undefined ? user : { ...user, privilege };
}

const secretSyntax = 'username <name:word> [privilege <level:int(0-15)>] secret [0 | 5 | 8 | 9] <secret:line>';
const passwordSyntax = 'username <name:word> [privilege <level:int(0-15)>] password [0 | 7] <password:line>';
const privilegeSyntax = 'username <name:word> privilege <level:int(0-15)>';

const withSecret = command<typeof secretSyntax, World>(
  secretSyntax,
  'Specify the secret for the user',
  async (args, invocation) => {
    if (invocation.form !== 'set') return remove(invocation, args.name);
    const secret = await storedSecret(args, args.secret, invocation.world);
    change(invocation, args.name, (user) => ({ ...withPrivilege(user, args.level), secret }));
  },
  { negatable: true, noSyntax: 'username <name:word> [<rest:line>]' },
);

/** A password that could be read back would be one more secret to lose: it is kept as a secret. */
const withPassword = command<typeof passwordSyntax, World>(
  passwordSyntax,
  'Specify the password for the user',
  async (args, invocation) => {
    const clear = clearPassword(args, args.password);
    const secret = await storedSecret({}, clear, invocation.world);
    change(invocation, args.name, (user) => ({ ...withPrivilege(user, args.level), secret }));
    invocation.terminal.print(
      `% Warning: a type ${args['7'] ? 7 : 0} password protects nothing; it is kept as a type 9 secret`,
    );
  },
);

const withPrivilegeOnly = command<typeof privilegeSyntax, World>(
  privilegeSyntax,
  'Set user privilege level',
  ({ name, level }, invocation) => change(invocation, name, (user) => ({ ...user, privilege: level })),
);

export const usernameCommands: CommandSet = {
  config: [withSecret, withPassword, withPrivilegeOnly],
  sections: [section('username', ({ access }) => [...access.users].map(([name, user]) => printUser(name, user)))],
};

function printUser(name: string, { privilege, secret }: UserSettings): string {
  const level = privilege === userDefaults.privilege && secret !== undefined ? '' : ` privilege ${privilege}`;
  return `username ${name}${level}${secret === undefined ? '' : ` secret ${secretType(secret)} ${secret}`}`;
}
