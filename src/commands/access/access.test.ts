import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeType7 } from '../../pki/index.ts';
import { loadConfiguration } from '../load-configuration.ts';
import { commandReference } from '../reference.ts';
import { printConfiguration } from '../running-config.ts';
import { TestConsole } from '../test-console.ts';
import { emptyTree, type Tree } from '../tree.ts';
import type { SshReport } from './face.ts';
import { readPublicKey } from './public-key.ts';
import { verifySecret } from './secret.ts';
import { type AccessSettings, type LineSettings, sshDefaults } from './settings.ts';

const { language, sections } = commandReference();
const hash9 = '$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6';
const invalid = "% Invalid input detected at '^' marker.";
const rsaKey =
  'AAAAB3NzaC1yc2EAAAADAQABAAAAQQC7a5vVQ2Yx0v8nX0X7s7eJ3yq4Yk4m8Zk8n5Yf3S2W1a0b9c8d7e6f5g4h3i2j1k0l9m8n7o6p5q4r3s2t1u0v';

const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,11}$/);
const password = fc.stringMatching(/^[A-Za-z!]([ -~]{0,20}[!-~])?$/);
const secret = fc.constantFrom(hash9, '$1$28772684$iEwNOgGugqO9.bIz5sk8k/');

function some<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const line: fc.Arbitrary<LineSettings> = some<Omit<LineSettings, 'kept'>>({
  login: fc.constantFrom('local', 'password', 'none'),
  password,
  execTimeoutSeconds: fc.integer({ min: 0, max: 9999 }).filter((seconds) => seconds !== 600),
  privilege: fc.integer({ min: 0, max: 15 }),
  transportInput: fc.constantFrom('all', 'none', 'ssh', 'telnet'),
  length: fc.integer({ min: 0, max: 512 }),
}).map((settings) => ({ ...settings, kept: [] }));

const names = ['con 0', 'aux 0', 'vty 0', 'vty 1', 'vty 2', 'vty 7'];
const banner = fc.stringMatching(/^[!-~]{0,5}(\n[ -~]{0,9}[!-~])*\n?$/);

const accesses = fc
  .tuple(
    fc.record({
      users: fc.dictionary(word, fc.record({ privilege: fc.integer({ min: 0, max: 15 }), secret }), { maxKeys: 3 }),
      lines: fc.array(line, { minLength: names.length, maxLength: names.length }),
      ssh: fc.record({
        port: fc.integer({ min: 1, max: 65_535 }),
        timeoutSeconds: fc.integer({ min: 1, max: 120 }),
        retries: fc.integer({ min: 0, max: 5 }),
        version2: fc.boolean(),
      }),
      banners: some<{ motd: string; login: string; exec: string }>({ motd: banner, login: banner, exec: banner }),
    }),
    fc.array(some<{ secret: string; password: string }>({ secret, password }), { maxLength: 15 }),
    fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 3 }),
  )
  .map(
    ([all, enable, levels]): AccessSettings => ({
      ...all,
      enable: new Map(enable.flatMap((one, i) => (Object.keys(one).length === 0 ? [] : [[i + 1, one]]))),
      privileges: new Map(levels.map((level, i) => [['show clock', 'debug', 'no such words'][i] ?? '', level])),
      users: new Map(Object.entries(all.users)),
      lines: new Map(names.flatMap((name, i) => (all.lines[i] === undefined ? [] : [[name, all.lines[i]]]))),
      publicKeys: new Map(),
    }),
  );

function plain(tree: Tree): unknown {
  return JSON.parse(JSON.stringify(tree.access, (_, value) => (value instanceof Map ? [...value] : value)));
}

test('what is printed, loaded again, lets in the same people by the same ways', async () => {
  await fc.assert(
    fc.asyncProperty(accesses, async (access) => {
      const tree = { ...emptyTree, access };
      const loaded = await loadConfiguration(printConfiguration(tree, sections), { language });
      assert.deepEqual(loaded.problems, []);
      assert.deepEqual(plain(loaded.tree), plain(tree));
    }),
    { numRuns: 100 },
  );
});

test('passwords are stored hashed, however they were given, and no form is shown in clear', async () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['username ada secret Opal-1', []],
    ['username ada privilege 15 secret 0 Opal-1', []],
    ['username ada password Opal-1', ['% Warning: a type 0 password protects nothing; it is kept as a type 9 secret']],
    [
      `username ada password 7 ${encodeType7('Opal-1', 2)}`,
      ['% Warning: a type 7 password protects nothing; it is kept as a type 9 secret'],
    ],
  ];
  for (const [typed, printed] of table) {
    const console = new TestConsole();
    assert.deepEqual(await console.configure(typed), printed, typed);
    const stored = console.store.running.access.users.get('ada')?.secret ?? '';
    assert.match(stored, /^\$9\$/, typed);
    assert.ok(await verifySecret(stored, 'Opal-1'), typed);
    assert.doesNotMatch(console.running.join('\n'), /Opal/);
  }
});

test('a stored secret is taken as it is, one that is none is refused, and no username removes the user', async () => {
  const console = new TestConsole();
  assert.deepEqual(await console.configure(`username ada privilege 15 secret 9 ${hash9}`), []);
  assert.ok(console.running.includes(`username ada privilege 15 secret 9 ${hash9}`));
  assert.match((await console.configure('username ada secret 5 nonsense')).join(' '), /not a valid encrypted secret/);
  assert.equal((await console.configure('username ada privilege 16 secret x')).at(1), invalid);
  await console.configure('no username ada');
  assert.ok(!console.running.some((text) => text.startsWith('username')));
});

test('lines are configured by ranges, printed together when alike, and removed', async () => {
  const console = new TestConsole();
  const typed = ['line vty 0 4', 'login local', 'transport input ssh', 'line vty 3', 'exec-timeout 0 0', 'line con 0'];
  assert.deepEqual(await console.configure(...typed, 'logging synchronous'), []);
  const printed = console.running.slice(console.running.indexOf('line con 0'), -1);
  assert.deepEqual(printed, [
    'line con 0',
    ' logging synchronous',
    'line vty 0 2',
    ' login local',
    ' transport input ssh',
    'line vty 3',
    ' exec-timeout 0 0',
    ' login local',
    ' transport input ssh',
    'line vty 4',
    ' login local',
    ' transport input ssh',
    '!',
  ]);
  await console.configure('no line vty 0 4', 'no line con 0');
  assert.ok(!console.running.some((text) => text.startsWith('line')));
  assert.equal((await console.configure('line vty 4 2')).join(), '% Bad line range');
});

test('what a line keeps without effect is told', async () => {
  const console = new TestConsole();
  await console.configure('line vty 0 0', 'access-class 23 in');
  const shown = await console.type('show configuration inert');
  assert.ok(shown.some((text) => text.startsWith('  line vty 0: access-class 23 in (')));
});

test('a banner is read to its delimiter over several lines, and printed with one that it does not hold', async () => {
  const console = new TestConsole();
  await console.configure('banner motd #Keep out#', 'banner login @', 'first', '', 'second', '@');
  assert.equal(console.store.running.access.banners.motd, 'Keep out');
  assert.equal(console.store.running.access.banners.login, '\nfirst\n\nsecond\n');
  const { running } = console;
  const at = running.indexOf('banner login ^C');
  assert.deepEqual(running.slice(at, at + 6), [
    'banner login ^C',
    'first',
    '',
    'second',
    '^C',
    'banner motd ^CKeep out^C',
  ]);
  await console.configure('no banner motd');
  assert.equal(console.store.running.access.banners.motd, undefined);
});

test('a public key is read as it is pasted, and reads back as key-string', async () => {
  const whole = readPublicKey([`ssh-rsa ${rsaKey.slice(0, 60)}`, `${rsaKey.slice(60)} ada@home`]);
  const bare = readPublicKey([rsaKey.slice(0, 72), rsaKey.slice(72)]);
  assert.deepEqual(whole, bare);
  assert.equal(whole?.kind === 'key' && whole.type, 'ssh-rsa');
  const console = new TestConsole();
  const typed = ['ip ssh pubkey-chain', 'username ada', 'key-string', rsaKey.slice(0, 40), rsaKey.slice(40), 'exit'];
  assert.deepEqual(await console.configure(...typed), []);
  const at = console.running.indexOf('ip ssh pubkey-chain');
  assert.deepEqual(console.running.slice(at, at + 6), [
    'ip ssh pubkey-chain',
    '  username ada',
    '   key-string',
    `    ${rsaKey.slice(0, 72)}`,
    `    ${rsaKey.slice(72)}`,
    '    exit',
  ]);
  const again = await loadConfiguration(console.running.join('\n'), { language });
  assert.deepEqual(plain(again.tree), plain(console.store.running));
});

test('what is no public key is refused', async () => {
  for (const lines of [[], [''], ['AAAA'], ['ssh-ed25519 '.concat(rsaKey)], [`${rsaKey}AAAA`], ['not base64 !']]) {
    assert.equal(readPublicKey(lines), undefined, lines.join());
  }
});

function enabling(...typed: readonly string[]) {
  const refused: unknown[] = [];
  const tree = { ...emptyTree, access: { ...emptyTree.access, enable: new Map([[15, { secret: hash9 }]]) } };
  const access = { enableRefused: async (line: unknown) => void refused.push(line) };
  const console = new TestConsole({ tree, access, privilege: 1, line: { kind: 'vty', number: 0, user: 'ada' } });
  return { refused, screen: console.type('enable', ...typed) };
}

test('enable asks the secret, and the third wrong answer is told', async () => {
  const right = await enabling('wrong', 'hashcat').screen;
  assert.deepEqual(right.slice(0, 4), ['Router>enable', 'Password: wrong', 'Password: hashcat']);
  const { refused, screen } = enabling('a', 'b', 'c', 'show privilege');
  assert.deepEqual((await screen).slice(3), [
    'Password: c',
    '% Bad secrets',
    'Router>show privilege',
    'Current privilege level is 1',
  ]);
  assert.equal(refused.length, 1);
});

test('without a secret the console is let through and a vty is not', async () => {
  const vty = new TestConsole({ privilege: 1, line: { kind: 'vty', number: 0 } });
  assert.deepEqual(await vty.type('enable', 'show privilege'), [
    'Router>enable',
    '% No password set',
    'Router>show privilege',
    'Current privilege level is 1',
  ]);
  const console = new TestConsole({ privilege: 1 });
  assert.deepEqual(await console.type('enable', 'disable', 'show privilege'), [
    'Router>enable',
    'Router#disable',
    'Router>show privilege',
    'Current privilege level is 1',
  ]);
});

const report: SshReport = {
  port: 22,
  missing: [],
  hostKey: { label: 'gw.example.test', openssh: 'ssh-rsa AAAA' },
  connections: [
    { number: 0, user: 'ada', cipherIn: 'aes256-ctr', cipherOut: 'aes128-ctr', macIn: 'hmac-sha2-256', macOut: 'none' },
  ],
  refused: { connections: 1, logins: 2, lines: 3, late: 4, hasty: 5 },
};

test('show ssh and show ip ssh print what the ways in report', async () => {
  const access = {
    ssh: () => report,
    disconnect: (connection: number) => connection === 0,
  };
  const console = new TestConsole({ access });
  assert.deepEqual((await console.type('show ssh')).slice(1), [
    'Connection Version Mode Encryption             Hmac                           State                 Username',
    '0          2.0     IN   aes256-ctr             hmac-sha2-256                  Session started       ada',
    '0          2.0     OUT  aes128-ctr             none                           Session started       ada',
    '%No SSHv1 server connections running.',
  ]);
  assert.deepEqual((await console.type('show ip ssh')).slice(1), [
    'SSH Enabled - version 2.0',
    `Authentication timeout: ${sshDefaults.timeoutSeconds} secs; Authentication retries: ${sshDefaults.retries}`,
    'Refused: 2 logins, 4 too late, 3 without a free line, 1 connections too many, 5 too often',
    'IOS Keys in SECSH format(ssh-rsa, base64 encoded): gw.example.test',
    'ssh-rsa AAAA',
  ]);
  assert.deepEqual((await console.type('disconnect ssh 1', 'disconnect ssh vty 0')).slice(1), [
    '% No SSH connection 1',
    'Router#disconnect ssh vty 0',
  ]);
});
