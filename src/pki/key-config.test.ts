import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Files } from '../io/index.ts';
import { MemoryFiles } from '../io/memory/files.ts';
import { SimulatedWorld } from '../io/memory/index.ts';
import { AccountStore } from './acme/account-store.ts';
import type { EcKeyOrder } from './key-face.ts';
import { deriveKeys, KeyVault, seal, unseal } from './key-vault.ts';
import { Pki } from './pki.ts';
import type { PkiSettings } from './settings.ts';
import { contents, nowhere, TestRouter, unreachable } from './test-router.ts';

const order = (label: string): EcKeyOrder => ({ label, kind: 'ec', keysize: 256, exportable: false });
const first = 'correct horse';
const second = 'battery staple';
const plain: PkiSettings = { trustpoints: new Map(), chains: new Map(), servers: new Map() };
const encrypting: PkiSettings = { ...plain, encryptPasswords: true };

/** What a reload finds in this NVRAM, and what it says of it. */
const outside = new SimulatedWorld().host(['10.0.0.1']);

async function boot(files: Files, readConfigKey?: () => Promise<string>) {
  const log: string[] = [];
  const pki = new Pki({
    files,
    http: unreachable,
    resolver: outside.resolver,
    network: outside.network,
    tls: outside.tls,
    remoteFiles: nowhere,
    answers: () => ({ defaultKeyLabel: 'west.lab' }),
    clock: new TestRouter().clock,
    random: { bytes: (count) => Buffer.alloc(count, count) },
    log: { write: ({ mnemonic }) => void log.push(mnemonic) },
    change: () => {},
    readConfigKey,
  });
  await pki.start(encrypting);
  return { pki, log, labels: pki.keys.list().map(({ label }) => label) };
}

async function router(): Promise<TestRouter> {
  const one = new TestRouter();
  one.commit(encrypting);
  for (const label of ['east', 'west']) assert.ok((await one.pki.keys.generate(order(label))).ok);
  return one;
}

async function clear(files: Files): Promise<readonly string[]> {
  const all = await contents(files);
  return [...all].filter(([, { bytes }]) => bytes?.includes('PRIVATE KEY')).map(([name]) => name);
}

test('key files are encrypted once both commands are there, in any order, and decrypted when one goes', async () => {
  const one = new TestRouter();
  assert.ok((await one.pki.keys.generate(order('west'))).ok);
  assert.ok((await one.pki.configKey.set(first)).ok);
  assert.deepEqual(await clear(one.files), ['keys/west+ec.json']);
  one.commit(encrypting);
  await one.pki.settled();
  assert.deepEqual(await clear(one.files), []);
  assert.ok((await one.pki.keys.generate(order('later'))).ok);
  assert.deepEqual(await clear(one.files), []);
  one.commit(plain);
  await one.pki.settled();
  assert.deepEqual(await clear(one.files), ['keys/later+ec.json', 'keys/west+ec.json']);
  one.commit(encrypting);
  await one.pki.settled();
  assert.ok((await one.pki.configKey.remove()).ok);
  assert.deepEqual(await clear(one.files), ['keys/later+ec.json', 'keys/west+ec.json']);
  assert.equal(await one.files.read('config-key.json'), undefined);
  assert.equal(one.pki.configKey.state, 'absent');
});

test('the keys of ACME accounts are encrypted and decrypted with all others, and stay the same', async () => {
  const files = new MemoryFiles();
  const clearly = () => ({ vault: undefined, isWanted: false, isLocked: false });
  const accounts = new AccountStore(files, () => {}, clearly);
  const made = await accounts.key('https://acme.test/dir');
  const one = new TestRouter(unreachable, files);
  one.commit(encrypting);
  assert.ok((await one.pki.configKey.set(first)).ok);
  await one.pki.settled();
  assert.deepEqual(await clear(files), []);
  const locked = await accounts.key('https://acme.test/dir');
  assert.ok(!locked.ok && /encrypted/.test(locked.reason), 'nor is another one made in its place');
  assert.ok((await one.pki.configKey.set(second)).ok);
  assert.ok((await one.pki.configKey.remove()).ok);
  const after = await accounts.key('https://acme.test/dir');
  assert.ok(made.ok && after.ok && made.value.equals(after.value));
});

test('what two sessions do at once happens one after the other: no removed key comes back, none is lost', async () => {
  const one = await router();
  const outcomes = await Promise.all([
    one.pki.configKey.set(first),
    one.pki.keys.zeroize('east', 'ec'),
    one.pki.configKey.set(second),
    one.pki.keys.generate(order('north')),
    one.pki.configKey.set(first),
    one.pki.keys.makeUnexportable('west', 'ec'),
  ]);
  assert.ok(outcomes.every(({ ok }) => ok));
  const labels = ({ pki }: { pki: Pki }) =>
    pki.keys
      .list()
      .map(({ label }) => label)
      .toSorted();
  assert.deepEqual(labels(one), ['north', 'west']);
  assert.deepEqual((await one.files.list('keys')).toSorted(), ['north+ec.json', 'west+ec.json']);
  const again = await boot(one.files);
  assert.deepEqual([labels(again), again.log, again.pki.configKey.isKey(first)], [['north', 'west'], [], true]);
});

test('every file it writes is for nobody else', async () => {
  const one = await router();
  assert.ok((await one.pki.configKey.set(first)).ok);
  for (const [name, { mode }] of await contents(one.files)) assert.equal(mode, 0o600, name);
});

test('a reload has the same keys, before and after the configuration key changed', async () => {
  const one = await router();
  const before = one.pki.keys.list();
  for (const key of [first, second]) {
    assert.ok((await one.pki.configKey.set(key)).ok);
    assert.deepEqual((await boot(one.files)).pki.keys.list(), before);
  }
  assert.equal(one.pki.configKey.isKey(first), false);
  assert.equal(one.pki.configKey.isKey(second), true);
});

/** A disk that takes `left` writes and removals more; then the process is gone: nothing is written, nobody hears. */
class DyingFiles extends MemoryFiles {
  left = Number.POSITIVE_INFINITY;

  override write(name: string, content: string | Buffer, mode?: number): Promise<void> {
    return this.left-- > 0 ? super.write(name, content, mode) : new Promise<never>(() => undefined);
  }
  override remove(name: string): Promise<void> {
    return this.left-- > 0 ? super.remove(name) : new Promise<never>(() => undefined);
  }
}

/** What is under way when the process dies, from a router whose keys are encrypted with `first`. */
const changes: readonly (readonly [what: string, act: (one: TestRouter) => Promise<unknown>])[] = [
  ['the configuration key changes', (one) => one.pki.configKey.set(second)],
  ['the configuration key is removed', (one) => one.pki.configKey.remove()],
  ['encryption is switched off', async (one) => one.commit(plain)],
];
for (const [what, act] of changes) {
  test(`a kill at any moment while ${what} loses no key, and the boot after it ends what was begun`, async () => {
    for (let left = 0; left < 4; left++) {
      const files = new DyingFiles();
      const one = new TestRouter(unreachable, files);
      one.commit(encrypting);
      for (const label of ['east', 'west']) assert.ok((await one.pki.keys.generate(order(label))).ok);
      assert.ok((await one.pki.configKey.set(first)).ok);
      const before = one.pki.keys.list();
      files.left = left;
      await dead(
        files,
        act(one).then(() => one.pki.settled()),
      );
      files.left = Number.POSITIVE_INFINITY;
      const again = await boot(files);
      assert.deepEqual([again.pki.keys.list(), again.log], [before, []], `${what}, ${left} writes`);
      const isSealed = (await clear(files)).length === 0;
      assert.equal(isSealed, again.pki.configKey.state === 'set', `${what}, ${left} writes`);
    }
  });
}

/** Resolves when the disk is dead, or everything done. */
async function dead(files: DyingFiles, work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const finished = work.finally(() => {
    isDone = true;
  });
  while (files.left >= 0 && !isDone) await new Promise((resolve) => setTimeout(resolve, 5));
  if (isDone) await finished;
}

test('a key that is given from outside is not in NVRAM, and NVRAM alone is useless', async () => {
  const one = await router();
  const files = one.files;
  const outside = await boot(files, async () => first);
  assert.deepEqual([outside.pki.configKey.state, await clear(files)], ['set', []], 'it needs no command');
  assert.deepEqual(await outside.pki.configKey.set(second), {
    ok: false,
    reason: 'The key is not the one this gateway is given from outside: put it there first',
  });
  assert.ok((await outside.pki.configKey.set(first)).ok);
  for (const [name, { bytes }] of await contents(files)) assert.equal(bytes?.includes(first), false, name);
  assert.deepEqual((await boot(files, async () => first)).labels, ['east', 'west']);

  for (const [given, state] of [
    [undefined, 'locked'],
    [async () => second, 'locked'],
    [() => Promise.reject(new Error('ENOENT')), 'locked'],
  ] as const) {
    const { pki, log, labels } = await boot(files, given);
    assert.deepEqual([pki.configKey.state, labels], [state, []]);
    assert.deepEqual(log, ['CONFIG_KEY_LOCKED', 'KEY_UNREADABLE', 'KEY_UNREADABLE']);
  }
});

test('while the key that is to come from outside is missing, no key is written in clear', async () => {
  let given: () => Promise<string> = () => Promise.reject(new Error('ENOENT'));
  const { pki, log } = await boot(new MemoryFiles(), () => given());
  assert.deepEqual([pki.configKey.state, log], ['locked', ['CONFIG_KEY_LOCKED']]);
  const refused = await pki.keys.generate(order('west'));
  assert.deepEqual(refused, { ok: false, reason: 'the configuration key that seals keys is not at hand' });
  given = async () => first;
  assert.ok((await pki.configKey.set(first)).ok);
  assert.ok((await pki.keys.generate(order('west'))).ok);
});

test('locked keys are unlocked by typing their key, and are not written over before', async () => {
  const one = await router();
  const outside = await boot(one.files, async () => first);
  assert.ok((await outside.pki.configKey.set(first)).ok);
  const { pki } = await boot(one.files);
  assert.match(JSON.stringify(await pki.keys.generate(order('west'))), /key pair west is there, but it is encrypted/);
  assert.match(JSON.stringify(await pki.configKey.set(second)), /not the one that the keys are encrypted with/);
  assert.ok((await pki.configKey.set(first)).ok);
  assert.deepEqual(
    pki.keys.list().map(({ label }) => label),
    ['east', 'west'],
  );
});

test('a full disk refuses the first key, a change of it and its removal, and everything stays as it was', async () => {
  const one = await router();
  const before = await contents(one.files);
  one.files.failWrite = () => true;
  assert.match(JSON.stringify(await one.pki.configKey.set(first)), /cannot be saved: config-key.json: ENOSPC/);
  assert.deepEqual([one.pki.configKey.state, await contents(one.files)], ['absent', before]);
  one.files.failWrite = () => false;
  assert.ok((await one.pki.configKey.set(first)).ok);
  const sealed = await contents(one.files);
  one.files.failWrite = () => true;
  assert.equal((await one.pki.configKey.set(second)).ok, false);
  assert.match(JSON.stringify(await one.pki.configKey.remove()), /not every key could be decrypted/);
  assert.deepEqual(await contents(one.files), sealed);
  assert.equal(one.pki.configKey.isKey(first), true);
});

test('a disk that is full for one key file only leaves that one under the key before, and it is still read', async () => {
  const one = await router();
  assert.ok((await one.pki.configKey.set(first)).ok);
  const before = one.pki.keys.list();
  one.files.failWrite = (name) => name.endsWith('east+ec.json');
  assert.match(JSON.stringify(await one.pki.configKey.set(second)), /not every key could be saved/);
  one.files.failWrite = () => false;
  assert.deepEqual((await boot(one.files)).pki.keys.list(), before);
});

test('a key file that was marked exportable from outside does not open', async () => {
  const one = await router();
  assert.ok((await one.pki.configKey.set(first)).ok);
  const file = 'keys/west+ec.json';
  const text = String(await one.files.read(file));
  await one.files.write(file, text.replace('"exportable": false', '"exportable": true'), 0o600);
  assert.deepEqual((await boot(one.files)).labels, ['east']);
});

test('a damaged file of the configuration key locks the keys and is said; a file others can read too', async () => {
  const one = await router();
  assert.ok((await one.pki.configKey.set(first)).ok);
  const good = String(await one.files.read('config-key.json'));
  for (const [text, mode] of [
    [good.slice(0, 40), 0o600],
    ['{}', 0o600],
    [good.replace(/"former": "..../, '"former": "AAAA'), 0o600],
    [good, 0o644],
  ] as const) {
    await one.files.write('config-key.json', text, mode);
    const { pki, log, labels } = await boot(one.files);
    assert.deepEqual([pki.configKey.state, labels, log[0]], ['locked', [], 'CONFIG_KEY_LOCKED'], text);
  }
});

test('a configuration key has 8 to 127 characters', async () => {
  const one = new TestRouter();
  for (const key of ['', 'seven77', 'x'.repeat(128)]) {
    assert.match(JSON.stringify(await one.pki.configKey.set(key)), /between 8 and 127/);
  }
});

async function vault(password: string, salt: Buffer): Promise<KeyVault> {
  const { sealing } = await deriveKeys(password, salt);
  return new KeyVault(password, { salt, sealing }, []);
}

test('type 6 is the same each time, opens on another gateway with the same key, and on none with another', async () => {
  const [here, there] = [await vault(first, Buffer.alloc(8, 1)), await vault(first, Buffer.alloc(8, 2))];
  const stranger = await vault(second, Buffer.alloc(8, 1));
  const sealed = here.sealPassword('s3cret');
  assert.equal(here.sealPassword('s3cret'), sealed);
  assert.notEqual(here.sealPassword('s3cre'), sealed);
  assert.doesNotMatch(sealed, /\s|s3cret/);
  assert.equal(there.openPassword(sealed), 's3cret');
  assert.equal(stranger.openPassword(sealed), undefined);
  assert.deepEqual([here.isCurrent(sealed), there.isCurrent(sealed)], [true, false]);
});

test('sealed text that was changed does not open, and opening never throws', async () => {
  const one = await vault(first, Buffer.alloc(8, 1));
  const sealed = one.sealPassword('s3cret');
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.constantFrom('A', 'z', '-', ' ', '%'), (at, letter) => {
      // Of the salt a change would ask for another derivation: that is the test above.
      const other = sealed.slice(0, 11 + (at % 20)) + letter + sealed.slice(12 + (at % 20));
      assert.equal(one.openPassword(other), other === sealed ? 's3cret' : undefined);
    }),
    { seed: 6 },
  );
  for (const text of ['', 'x', 'AAAA', '\u00e4'.repeat(60)]) assert.equal(one.openPassword(text), undefined);
});

test('what is sealed in one context does not open in another', () => {
  const key = Buffer.alloc(32, 7);
  const sealed = seal(key, Buffer.from('x'), 'one');
  assert.equal(unseal(key, sealed, 'one')?.toString(), 'x');
  assert.equal(unseal(key, sealed, 'two'), undefined);
  assert.equal(unseal(key, sealed.subarray(0, 20), 'one'), undefined);
});
