import { CommandError, command, type Invocation } from '../../cli/index.ts';
import { withEntry, withoutEntry } from '../../config/index.ts';
import type { CommandSet } from '../command-set.ts';
import { printKept } from '../inert-mode.ts';
import { checkedInterface } from '../interface.ts';
import { section } from '../section.ts';
import type { Tree } from '../tree.ts';
import type { World } from '../world.ts';
import { changeAccess } from './change.ts';
import { readPublicKey } from './public-key.ts';
import { type AccessSettings, type SshSettings, sshDefaults, type UserKey } from './settings.ts';

const mostKeysOfUser = 16;
const mostKeyUsers = 1000;
const mostKeyLines = 100;

function changeSsh(invocation: Invocation<World>, make: (ssh: SshSettings, isSet: boolean) => SshSettings): void {
  changeAccess(invocation, (access) => ({ ...access, ssh: make(access.ssh, invocation.form === 'set') }));
}

const negatable = { negatable: true };

const settings = [
  command<'ip ssh version <version:int(1-2)>', World>(
    'ip ssh version <version:int(1-2)>',
    'Specify protocol version supported',
    ({ version }, invocation) => {
      if (version === 1 && invocation.form === 'set') throw new CommandError('% SSH version 1 is not offered');
      changeSsh(invocation, (ssh, isSet) => ({ ...ssh, version2: isSet }));
    },
    negatable,
  ),
  command<'ip ssh time-out <seconds:int(1-120)>', World>(
    'ip ssh time-out <seconds:int(1-120)>',
    'Specify SSH time-out interval',
    ({ seconds }, invocation) =>
      changeSsh(invocation, (ssh, isSet) => ({ ...ssh, timeoutSeconds: isSet ? seconds : sshDefaults.timeoutSeconds })),
    negatable,
  ),
  command<'ip ssh authentication-retries <retries:int(0-5)>', World>(
    'ip ssh authentication-retries <retries:int(0-5)>',
    'Specify number of authentication retries',
    ({ retries }, invocation) =>
      changeSsh(invocation, (ssh, isSet) => ({ ...ssh, retries: isSet ? retries : sshDefaults.retries })),
    negatable,
  ),
  command<'ip ssh port <port:int(1-65535)>', World>(
    'ip ssh port <port:int(1-65535)>',
    'Starting (or only) port number to listen on',
    ({ port }, invocation) =>
      changeSsh(invocation, (ssh, isSet) => ({ ...ssh, port: isSet ? port : sshDefaults.port })),
    { ...negatable, ours: true },
  ),
  command<'ip ssh source-interface <name:line>', World>(
    'ip ssh source-interface <name:line>',
    "Answer only on this interface's address",
    ({ name }, invocation) =>
      changeSsh(invocation, ({ sourceInterface: _, ...ssh }, isSet) =>
        isSet ? { ...ssh, sourceInterface: checkedInterface(name) } : ssh,
      ),
    { ...negatable, ours: true },
  ),
  command<'ip ssh rsa keypair-name <label:word>', World>(
    'ip ssh rsa keypair-name <label:word>',
    'Specify name of RSA key pair to use',
    ({ label }, invocation) =>
      changeSsh(invocation, ({ keyPair: _, ...ssh }, isSet) => (isSet ? { ...ssh, keyPair: label } : ssh)),
    negatable,
  ),
];

const chainMode = 'conf-ssh-pubkey';
const userMode = 'conf-ssh-pubkey-user';

const chain = command<'ip ssh pubkey-chain', World>(
  'ip ssh pubkey-chain',
  'Configure the public keys of users',
  (_, invocation) => {
    if (invocation.form === 'set') return invocation.session.enter(chainMode);
    changeAccess(invocation, (access) => ({ ...access, publicKeys: new Map() }));
  },
  negatable,
);

const chainUser = command<'username <name:word>', World>(
  'username <name:word>',
  'Configure the public keys of a user',
  ({ name }, invocation) => {
    if (invocation.form === 'set') {
      setKeys(invocation, name, (keys) => keys);
      return invocation.session.enter(userMode, name);
    }
    changeAccess(invocation, (access) => {
      const publicKeys = withoutEntry(invocation.world.config.batch, access.publicKeys, name);
      return publicKeys === access.publicKeys ? access : { ...access, publicKeys };
    });
  },
  negatable,
);

function setKeys(
  invocation: Invocation<World>,
  user: string,
  make: (keys: readonly UserKey[]) => readonly UserKey[],
): void {
  changeAccess(invocation, (access): AccessSettings => {
    const old = access.publicKeys.get(user);
    if (old === undefined && access.publicKeys.size >= mostKeyUsers) throw new CommandError('% Too many users');
    const keys = make(old ?? []);
    if (keys.length > mostKeysOfUser) throw new CommandError('% Too many keys');
    const publicKeys = withEntry(invocation.world.config.batch, access.publicKeys, user, keys);
    return publicKeys === access.publicKeys ? access : { ...access, publicKeys };
  });
}

function addKey(invocation: Invocation<World>, key: UserKey): void {
  setKeys(invocation, String(invocation.focus), (keys) =>
    keys.some((one) => isSame(one, key)) ? keys : [...keys, key],
  );
}

function isSame(a: UserKey, b: UserKey): boolean {
  return a.kind === 'key' ? b.kind === 'key' && a.base64 === b.base64 : b.kind === 'hash' && a.md5 === b.md5;
}

/** The lines of the key are read up to `exit`, as IOS's data mode does. `no key-string` takes all keys of the user away. */
const keyString = command<'key-string', World>(
  'key-string',
  'Set key string',
  async (_, invocation) => {
    if (invocation.form !== 'set') return setKeys(invocation, String(invocation.focus), () => []);
    const prompt = `${invocation.world.config.running.hostname}(conf-ssh-pubkey-data)#`;
    const lines: string[] = [];
    while (lines.length < mostKeyLines) {
      const line = (await invocation.terminal.ask(prompt))?.trim();
      if (line === undefined || line.toLowerCase() === 'exit') break;
      if (line !== '') lines.push(line);
    }
    const key = readPublicKey(lines);
    if (key === undefined) throw new CommandError('%SSH: Failed to decode the Key Value');
    addKey(invocation, key);
  },
  negatable,
);

const keyHash = command<'key-hash ssh-rsa <md5:hex> [<comment:line>]', World>(
  'key-hash ssh-rsa <md5:hex> [<comment:line>]',
  'Set key hash',
  ({ md5, comment }, invocation) => {
    if (md5.length !== 32) throw new CommandError('%SSH: Failed to decode the Key Hash');
    addKey(invocation, { kind: 'hash', md5: md5.toUpperCase(), ...(comment === undefined ? {} : { comment }) });
  },
);

function printSsh({ access: { ssh, publicKeys } }: Tree): readonly string[] {
  const users = [...publicKeys].flatMap(([name, keys]) => [`  username ${name}`, ...keys.flatMap(printKey)]);
  return [
    ...(ssh.timeoutSeconds === sshDefaults.timeoutSeconds ? [] : [`ip ssh time-out ${ssh.timeoutSeconds}`]),
    ...(ssh.retries === sshDefaults.retries ? [] : [`ip ssh authentication-retries ${ssh.retries}`]),
    ...(ssh.port === sshDefaults.port ? [] : [`ip ssh port ${ssh.port}`]),
    ...(ssh.keyPair === undefined ? [] : [`ip ssh rsa keypair-name ${ssh.keyPair}`]),
    ...(ssh.sourceInterface === undefined ? [] : [`ip ssh source-interface ${ssh.sourceInterface}`]),
    ...(ssh.version2 ? ['ip ssh version 2'] : []),
    ...(users.length === 0 ? [] : ['ip ssh pubkey-chain', ...users]),
  ];
}

/** Characters of a key on one line. */
const keyLine = 72;

function printKey(key: UserKey): readonly string[] {
  if (key.kind === 'hash') {
    return [`   key-hash ssh-rsa ${key.md5}${key.comment === undefined ? '' : ` ${key.comment}`}`];
  }
  const lines = Array.from({ length: Math.ceil(key.base64.length / keyLine) }, (_, i) =>
    key.base64.slice(i * keyLine, (i + 1) * keyLine),
  );
  return ['   key-string', ...lines.map((line) => `    ${line}`), '    exit'];
}

export const sshCommands: CommandSet = {
  config: [...settings, chain],
  modes: [
    { name: chainMode, parent: 'config', prompt: chainMode, commands: [chainUser] },
    { name: userMode, parent: chainMode, prompt: userMode, commands: [keyString, keyHash] },
  ],
  sections: [section('ip-ssh', (tree) => [...printSsh(tree), ...printKept(tree, 'ip-ssh', 'config')])],
};
