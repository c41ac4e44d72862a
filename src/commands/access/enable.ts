import { CommandError, command, type Invocation } from '../../cli/index.ts';
import { withEntry, withoutEntry } from '../../config/index.ts';
import type { CommandSet } from '../command-set.ts';
import { section } from '../section.ts';
import type { World } from '../world.ts';
import { changeAccess } from './change.ts';
import { clearPassword, shownPassword, storedSecret } from './password.ts';
import { same, secretType, verifySecret } from './secret.ts';
import { type EnableSettings, topLevel } from './settings.ts';

const secretSyntax = 'enable secret [level <level:int(1-15)>] [0 | 5 | 8 | 9] <secret:line>';
const passwordSyntax = 'enable password [level <level:int(1-15)>] [0 | 7] <password:line>';
const enableSyntax = 'enable [<level:int(0-15)>]';
const tries = 3;

/** What is asked for at a level becomes another; what asks for nothing is no entry. */
function change(invocation: Invocation<World>, level: number, make: (old: EnableSettings) => EnableSettings): void {
  const { batch } = invocation.world.config;
  changeAccess(invocation, (access) => {
    const next = make(access.enable.get(level) ?? {});
    const isEmpty = next.secret === undefined && next.password === undefined;
    const enable = isEmpty ? withoutEntry(batch, access.enable, level) : withEntry(batch, access.enable, level, next);
    return enable === access.enable ? access : { ...access, enable };
  });
}

const enableSecret = command<typeof secretSyntax, World>(
  secretSyntax,
  'Assign the privileged level secret',
  async (args, invocation) => {
    const { level = topLevel } = args;
    if (invocation.form !== 'set') return change(invocation, level, ({ secret: _, ...others }) => others);
    const secret = await storedSecret(args, args.secret, invocation.world);
    change(invocation, level, (old) => ({ ...old, secret }));
  },
  { negatable: true, noSyntax: 'enable secret [level <level:int(1-15)>] [<secret:line>]' },
);

const enablePassword = command<typeof passwordSyntax, World>(
  passwordSyntax,
  'Assign the privileged level password',
  (args, invocation) => {
    const { level = topLevel } = args;
    if (invocation.form !== 'set') return change(invocation, level, ({ password: _, ...others }) => others);
    const password = clearPassword(args, args.password);
    change(invocation, level, (old) => ({ ...old, password }));
    invocation.terminal.print('% Warning: enable password is readable in the configuration; use enable secret');
  },
  { negatable: true, noSyntax: 'enable password [level <level:int(1-15)>] [<password:line>]' },
);

/** Takes the place of the session's own `enable`, which asks nothing. */
const enable = command<typeof enableSyntax, World>(
  enableSyntax,
  'Turn on privileged commands',
  async ({ level = topLevel }, invocation) => {
    const { session } = invocation;
    if (level > session.privilege) await prove(level, invocation);
    session.setPrivilege(level);
  },
  { privilege: 0 },
);

/** Asks for the secret of a level, three times at most. The console is let through where no level has one. */
async function prove(level: number, { world, terminal }: Invocation<World>): Promise<void> {
  const { line } = world;
  const { enable: levels } = world.config.running.access;
  const { secret, password } = levels.get(level) ?? {};
  if (secret === undefined && password === undefined) {
    if (levels.size === 0 && (line === undefined || line.kind === 'con')) return;
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

function printLevel([level, { secret, password }]: readonly [number, EnableSettings]): readonly string[] {
  const at = level === topLevel ? '' : `level ${level} `;
  return [
    ...(secret === undefined ? [] : [`enable secret ${at}${secretType(secret)} ${secret}`]),
    ...(password === undefined ? [] : [`enable password ${at}${shownPassword(password)}`]),
  ];
}

export const enableCommands: CommandSet = {
  exec: [enable],
  config: [enableSecret, enablePassword],
  sections: [section('enable', ({ access }) => [...access.enable].sort(([a], [b]) => a - b).flatMap(printLevel))],
};
