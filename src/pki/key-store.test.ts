import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EcKeyOrder, RsaKeyOrder } from './key-face.ts';
import { keyFileName, printKeyFile, readKeyFile } from './key-file.ts';
import { keyPair } from './key-pair.ts';
import { printPrivateKey, readPrivateKey } from './private-key-pem.ts';
import { TestRouter, unreachable } from './test-router.ts';

const ec: EcKeyOrder = { label: 'west', kind: 'ec', keysize: 256, exportable: false };
const rsa: RsaKeyOrder = { label: 'west', kind: 'general-keys', modulus: 1024, exportable: true };

async function reloaded({ files }: TestRouter): Promise<TestRouter> {
  const router = new TestRouter(unreachable, files);
  await router.pki.start(router.settings);
  return router;
}

test('an EC and an RSA pair may have one label; each is replaced and removed without the other', async () => {
  const router = new TestRouter();
  for (const order of [rsa, ec, { ...ec, keysize: 521 } as const])
    assert.ok((await router.pki.keys.generate(order)).ok);
  const shapes = (of: TestRouter) => of.pki.keys.list().map(({ type, bits, usage }) => `${type} ${bits} ${usage}`);
  assert.deepEqual(shapes(router).toSorted(), ['ec 521 signature', 'rsa 1024 general']);
  assert.deepEqual(shapes(await reloaded(router)).toSorted(), ['ec 521 signature', 'rsa 1024 general']);
  assert.deepEqual(await router.pki.keys.zeroize('west', 'ec'), { ok: true, value: 1 });
  assert.deepEqual(shapes(router), ['rsa 1024 general']);
  assert.deepEqual(await router.files.list('keys'), ['west.json']);
});

test('removing all keys of a type takes the certificates of that type only', async () => {
  const router = new TestRouter();
  router.withTrustpoint('R', { rsaKeyPair: { label: 'west', size: 1024 } }).withTrustpoint('E', { ecKeyPair: 'west' });
  for (const name of ['R', 'E'])
    assert.ok((await router.pki.selfSign(name, { defaultKeyLabel: 'x', fqdn: 'w.lab' })).ok);
  const certified = () => ['R', 'E'].filter((name) => router.pki.trustpoint(name)?.identity !== undefined);
  assert.deepEqual(certified(), ['R', 'E']);
  await router.pki.keys.zeroize(undefined, 'rsa');
  assert.deepEqual(certified(), ['E']);
});

test('a key on a storage device lies in its folder, is there after a reload, and moves when it is made anew', async () => {
  const router = new TestRouter();
  assert.ok((await router.pki.keys.generate({ ...ec, storage: 'flash' })).ok);
  assert.deepEqual(await router.files.list('keys/flash'), ['west+ec.json']);
  assert.equal((await reloaded(router)).pki.keys.find('west', 'ec')?.storage, 'flash');
  assert.ok((await router.pki.keys.generate(ec)).ok);
  assert.deepEqual([await router.files.list('keys/flash'), await router.files.list('keys')], [[], ['west+ec.json']]);
  assert.equal((await reloaded(router)).pki.keys.find('west', 'ec')?.storage, undefined);
});

test('of two files of one key, left by a kill while it moved to another device, the newer is used', async () => {
  const router = new TestRouter();
  assert.ok((await router.pki.keys.generate({ ...ec, storage: 'flash' })).ok);
  const old = await router.files.read('keys/flash/west+ec.json');
  router.clock.time += 1000;
  assert.ok((await router.pki.keys.generate(ec)).ok);
  await router.files.write('keys/flash/west+ec.json', old ?? '', 0o600);
  const again = await reloaded(router);
  assert.deepEqual(again.pki.keys.list(), router.pki.keys.list());
});

test('a full disk leaves an exportable pair exportable, also in the second of two files', async () => {
  const router = new TestRouter();
  assert.ok((await router.pki.keys.generate({ ...rsa, kind: 'usage-keys' })).ok);
  const before = router.pki.keys.list();
  router.files.failWrite = (name) => name.includes('+encryption');
  assert.equal((await router.pki.keys.makeUnexportable('west', 'rsa')).ok, false);
  router.files.failWrite = () => false;
  assert.deepEqual(router.pki.keys.list(), before);
  assert.ok((await reloaded(router)).pki.keys.list().every(({ exportable }) => exportable));
  assert.ok((await router.pki.keys.makeUnexportable('west', 'rsa')).ok);
  assert.ok((await reloaded(router)).pki.keys.list().every(({ exportable }) => !exportable));
});

test('usage keys go out and come in as two pairs: all or none', async () => {
  const router = new TestRouter();
  assert.ok((await router.pki.keys.generate({ ...rsa, kind: 'usage-keys' })).ok);
  const exported = router.pki.keys.exportPem('west', 'rsa', { cipher: 'aes', passphrase: 'storybook' });
  assert.ok(exported.ok);
  const [signature, encryption] = exported.value;
  assert.deepEqual([signature?.usage, encryption?.usage], ['signature', 'encryption']);
  const order = { label: 'east', type: 'rsa', exportable: false, passphrase: 'storybook' } as const;
  const torn = { ...encryption!, publicKey: signature!.publicKey };
  assert.deepEqual(await router.pki.keys.importPem({ ...order, pairs: [signature!, torn] }), {
    ok: false,
    reason: 'the private key is not that of the public key',
  });
  router.files.failWrite = (name) => name.endsWith('east+encryption.json');
  assert.equal((await router.pki.keys.importPem({ ...order, pairs: exported.value })).ok, false);
  assert.deepEqual(await router.files.list('keys'), ['west+encryption.json', 'west.json']);
  router.files.failWrite = () => false;
  assert.ok((await router.pki.keys.importPem({ ...order, pairs: exported.value })).ok);
  assert.equal(router.pki.keys.list().filter(({ label }) => label === 'east').length, 2);
});

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pair = keyPair({ label: 'k', usage: 'signature', exportable: true, generatedAt: 1 }, privateKey);

test('a key file that is cut anywhere is damaged, and the reason never quotes it', () => {
  const { text } = printKeyFile(pair, undefined);
  for (let length = 0; length < text.length; length += 7) {
    const read = readKeyFile(Buffer.from(text.slice(0, length)), undefined);
    assert.deepEqual(read, { ok: false, reason: 'it is damaged' }, String(length));
  }
  assert.ok(readKeyFile(Buffer.from(text), undefined).ok);
});

test('an EC key on a curve that TLS here does not use is not taken', () => {
  const odd = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
  const { text } = printKeyFile({ ...pair, privateKey: odd }, undefined);
  const reason = 'an EC key on a curve that is not P-256, P-384 or P-521';
  assert.deepEqual(readKeyFile(Buffer.from(text), undefined), { ok: false, reason });
});

test('every label has a file name of its own that stays in the folder', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
      fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
      (a, b) => {
        const names = [a, b].flatMap((label) => [keyFileName(label, 'general'), keyFileName(label, 'ec')]);
        assert.equal(new Set(names).size, a === b ? 2 : 4);
        for (const name of names) assert.match(name, /^[A-Za-z0-9_%-][A-Za-z0-9_.%+-]*$/);
      },
    ),
    { seed: 4 },
  );
});

test('private keys as text: what is printed is read, and what was changed or cut is refused and never throws', async () => {
  const random = { bytes: (count: number) => randomBytes(count) };
  for (const cipher of ['des', '3des', 'aes'] as const) {
    const text = printPrivateKey(privateKey, cipher, 'storybook', random);
    const read = await readPrivateKey(text, 'storybook');
    assert.ok(read.ok && read.value.equals(privateKey), cipher);
    assert.equal((await readPrivateKey(text, 'storybooks')).ok, false);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), fc.nat(40), async (at, put, gone) => {
        const other = text.slice(0, at) + put + text.slice(at + gone);
        const again = await readPrivateKey(other, 'storybook');
        assert.ok(again.ok ? again.value.type === 'private' : !again.reason.includes('storybook'));
      }),
      { numRuns: 60, seed: 5 },
    );
  }
});

/** One DER value of short or middle length. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
}

test('an encrypted private key that asks for endless iterations is refused before any is done', async () => {
  const id = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
  const sealed = (iterations: string): string => {
    const derivation = der(0x30, der(0x04, Buffer.alloc(8)), der(0x02, Buffer.from(iterations, 'hex')));
    const scheme = der(0x30, id('60864801650304012a'), der(0x04, Buffer.alloc(16)));
    const parameters = der(0x30, der(0x30, id('2a864886f70d01050c'), derivation), scheme);
    const info = der(0x30, der(0x30, id('2a864886f70d01050d'), parameters), der(0x04, Buffer.alloc(64)));
    return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${info.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
  };
  const rows = [
    ['0800', 'wrong password or damaged content'],
    ['7fffffff', 'more than 5000000 iterations'],
    ['00', 'the iteration count makes no sense'],
    ['ff', 'the iteration count makes no sense'],
  ] as const;
  for (const [iterations, reason] of rows) {
    const read = await readPrivateKey(sealed(iterations), 'storybook');
    assert.deepEqual(read, { ok: false, reason: `the private key cannot be read: ${reason}` });
  }
});
