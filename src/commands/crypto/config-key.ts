import { CommandError, command, type Invocation } from '../../cli/index.ts';
import { printKept } from '../inert-mode.ts';
import { section } from '../section.ts';
import { sealPasswords } from '../type6.ts';
import type { World } from '../world.ts';
import { askYesNo } from './dialog.ts';

const keySyntax = 'key config-key password-encrypt [<key:line>]';

/** The configuration key: asked for when it is not in the line, and never shown, printed or kept in the configuration. */
const configKey = command<typeof keySyntax, World>(
  keySyntax,
  'Set the key that encrypts private keys and passwords',
  ({ key }, invocation) => (invocation.form === 'set' ? setKey(key, invocation) : removeKey(invocation)),
  { negatable: true },
);

async function setKey(typed: string | undefined, invocation: Invocation<World>): Promise<void> {
  const { world, terminal } = invocation;
  const { configKey: key } = world.pki;
  if (key.state === 'set') {
    const old = await terminal.ask('Old key: ', { hidden: true });
    if (old === undefined) return;
    if (!key.isKey(old)) throw new CommandError('% Old key is incorrect');
  }
  const next = typed ?? (await askKey(invocation));
  if (next === undefined) return;
  const set = await key.set(next);
  if (!set.ok) throw new CommandError(`% ${set.reason}`);
  world.config.commit(sealPasswords(world.config.running, key));
}

async function askKey({ terminal }: Invocation<World>): Promise<string | undefined> {
  const first = await terminal.ask('New key: ', { hidden: true });
  const second = first === undefined ? undefined : await terminal.ask('Confirm key: ', { hidden: true });
  if (first === undefined || second === undefined) return undefined;
  if (first !== second) throw new CommandError('% Keys do not match');
  return first;
}

async function removeKey({ world, terminal }: Invocation<World>): Promise<void> {
  const { configKey: key } = world.pki;
  if (key.state === 'absent') throw new CommandError('% No configuration key is set');
  terminal.print('WARNING: All type 6 encrypted keys will become unusable');
  if (key.state === 'locked') terminal.print('WARNING: Encrypted private keys will become unusable');
  if (!(await askYesNo(terminal, 'Continue with master key deletion ? [yes/no]: '))) return;
  const removed = await key.remove();
  if (!removed.ok) throw new CommandError(`% ${removed.reason}`);
}

const encryption = command<'password encryption aes', World>(
  'password encryption aes',
  'Encrypt private keys and passwords with the configuration key',
  (_, { world, form }) => {
    const { running } = world.config;
    const { encryptPasswords: _old, ...pki } = running.pki;
    if ((form === 'set') === (running.pki.encryptPasswords === true)) return;
    world.config.commit({ ...running, pki: form === 'set' ? { ...pki, encryptPasswords: true } : pki });
  },
  { negatable: true, standard: 'off' },
);

export const configKeyCommands = [configKey, encryption];

export const encryptionSection = section('password', (tree) => [
  ...(tree.pki.encryptPasswords ? ['password encryption aes'] : []),
  ...printKept(tree, 'password', 'config'),
]);
