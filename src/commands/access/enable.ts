import { CommandError, command, type Invocation, showCommand } from '../../cli/index.ts';
import type { CommandSet } from '../command-set.ts';
import { section } from '../section.ts';
import type { World } from '../world.ts';
import { changeAccess } from './change.ts';
import { clearPassword, shownPassword, storedSecret } from './password.ts';
import { same, secretType, verifySecret } from './secret.ts';

const secretSyntax = 'enable secret [0 | 5 | 8 | 9] <secret:line>';
const passwordSyntax = 'enable password [0 | 7] <password:line>';
const enableSyntax = 'enable [<level:int(0-15)>]';
const top = 15;
const tries = 3;

const enableSecret = command<typeof secretSyntax, World>(
  secretSyntax,
  'Assign the privileged level secret',
  async (args, invocation) => {
    if (invocation.form !== 'set') return changeAccess(invocation, ({ enableSecret: _, ...access }) => access);
    const stored = await storedSecret(args, args.secret, invocation.world);
    changeAccess(invocation, (access) => ({ ...access, enableSecret: stored }));
  },
  { negatable: true },
);

const enablePassword = command<typeof passwordSyntax, World>(
  passwordSyntax,
  'Assign the privileged level password',
  (args, invocation) => {
    if (invocation.form !== 'set') return changeAccess(invocation, ({ enablePassword: _, ...access }) => access);
    const clear = clearPassword(args, args.password);
    changeAccess(invocation, (access) => ({ ...access, enablePassword: clear }));
    invocation.terminal.print('% Warning: enable password is readable in the configuration; use enable secret');
  },
  { negatable: true },
);

/** Takes the place of the session's own `enable`, which asks nothing. */
const enable = command<typeof enableSyntax, World>(
  enableSyntax,
  'Turn on privileged commands',
  async ({ level = top }, invocation) => {
    const { session } = invocation;
    if (level > session.privilege) await prove(invocation);
    session.setPrivilege(level);
  },
  { privilege: 0 },
);

/** Asks for the secret, three times at most. The console asks only where there is one. */
async function prove({ world, terminal }: Invocation<World>): Promise<void> {
  const { line } = world;
  const { enableSecret: secret, enablePassword: password } = world.config.running.access;
  if (secret === undefined && password === undefined) {
    if (line === undefined || line.kind === 'con') return;
    throw new CommandError('% No password set');
  }
  for (let asked = 0; asked < tries; asked++) {
    const typed = await terminal.ask('Password: ', { hidden: true });
    if (typed === undefined) throw new CommandError('% Access denied');
    const right = secret === undefined ? same(password ?? '', typed) : await verifySecret(secret, typed);
    if (right) return;
  }
  await world.access.enableRefused(line ?? { kind: 'con', number: 0 });
  throw new CommandError(secret === undefined ? '% Bad passwords' : '% Bad secrets');
}

const showPrivilege = showCommand<'show privilege', { readonly level: number }, World>(
  'show privilege',
  'Show current privilege level',
  {
    read: (_, { session }) => ({ level: session.privilege }),
    print: ({ level }) => [`Current privilege level is ${level}`],
  },
  { privilege: 1 },
);

export const enableCommands: CommandSet = {
  exec: [enable, showPrivilege],
  config: [enableSecret, enablePassword],
  sections: [
    section('enable', ({ access: { enableSecret: secret, enablePassword: password } }) => [
      ...(secret === undefined ? [] : [`enable secret ${secretType(secret)} ${secret}`]),
      ...(password === undefined ? [] : [`enable password ${shownPassword(password)}`]),
    ]),
  ],
};
