import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import type { RemoteFiles } from '../io/index.ts';
import { MemoryFiles } from '../io/memory/files.ts';
import { readPkcs12 } from './pkcs12.ts';
import type { CaServerSettings } from './settings.ts';
import { testPair, testRequest } from './test-request.ts';
import { contents, TestRouter, unreachable } from './test-router.ts';

const paste = testRequest('cn=peer', testPair()).toString('base64');
const password = 'archive password';

/** A server of files that remembers what it was given, or refuses. */
class FileServer implements RemoteFiles {
  readonly files = new Map<string, Buffer>();
  isDown = false;

  read(): Promise<Buffer> {
    return Promise.reject(new Error('nothing to read'));
  }

  async write(url: string, content: Buffer): Promise<void> {
    if (this.isDown) throw new Error('no answer');
    this.files.set(url, content);
  }
}

async function authority(more: Partial<CaServerSettings>, server = new FileServer()): Promise<TestRouter> {
  return new TestRouter(unreachable, new MemoryFiles(), server).withServer('CA', {
    databaseLevel: 'complete',
    ...more,
  });
}

async function names(router: TestRouter): Promise<readonly string[]> {
  const all = [...(await contents(router.files)).keys()];
  return all.filter((name) => name.startsWith('ca/CA/')).map((name) => name.slice('ca/CA/'.length));
}

test('database url puts each kind of file into its folder, where it is found again after a reload', async () => {
  const router = await authority({ databaseUrls: { all: 'nvram:store', cnm: 'flash:names', ser: 'nvram:' } });
  const issued = await router.pki.authorities.sign('CA', paste);
  assert.ok(issued.ok, JSON.stringify(issued));
  assert.deepEqual((await names(router)).toSorted(), [
    'ca.cer',
    'flash/names/02.cnm',
    'revoked',
    'serial',
    'store/02.cer',
    'store/CA.crl',
  ]);
  const next = new TestRouter(unreachable, router.files);
  next.settings = router.settings;
  await next.pki.start(router.settings);
  const listed = await next.pki.authorities.issued('CA');
  assert.deepEqual(listed.ok && listed.value.map(({ serial }) => serial), [2]);
  const third = await next.pki.authorities.sign('CA', paste);
  assert.equal(third.ok && third.value.serial, '03');
});

test('a server whose number file is at another place than configured does not run: no number is given twice', async () => {
  const router = await authority({});
  const moved = new TestRouter(unreachable, router.files);
  const settings = { ...router.settings.servers.get('CA')!, databaseUrls: { ser: 'nvram:elsewhere' } };
  moved.settings = { ...router.settings, servers: new Map([['CA', settings]]) };
  await moved.pki.start(moved.settings);
  assert.equal(moved.pki.authorities.report('CA')?.fault, 'ca/CA/elsewhere/serial is missing');
  assert.equal(
    router.pki.check(moved.settings),
    '%Some server settings cannot be changed after CA certificate generation.',
  );
});

test('what is published goes to the file server too; one that is down is said and holds nobody up', async () => {
  const server = new FileServer();
  const router = await authority(
    { databaseUrls: { crt: 'tftp://files/certs' }, publishUrls: { crl: 'tftp://files/crls/', cnm: 'tftp://files' } },
    server,
  );
  assert.ok((await router.pki.authorities.sign('CA', paste)).ok);
  await router.pki.settled();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([...server.files.keys()].toSorted(), [
    'tftp://files/02.cnm',
    'tftp://files/certs/02.cer',
    'tftp://files/crls/CA.crl',
  ]);
  assert.deepEqual(server.files.get('tftp://files/crls/CA.crl'), router.pki.authorities.crl().body);
  assert.ok((await names(router)).includes('02.cer'), 'the gateway keeps its own');
  server.isDown = true;
  assert.ok((await router.pki.authorities.revoke('CA', 2, 'superseded')).ok);
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(router.mnemonics.includes('CS_COPY_FAILED'));
});

test('database archive writes the key of the CA under its password, once, as PKCS#12 or PEM', async () => {
  const router = await authority({ archive: { format: 'pkcs12', password } });
  const file = await router.files.read('ca/CA/CA_00001.p12');
  const read = await readPkcs12(file ?? Buffer.alloc(0), password);
  assert.ok(read.ok, JSON.stringify(read));
  assert.ok(read.value.pairs[0]!.certificate.der.equals(router.pki.authorities.report('CA')!.ca!.der));
  assert.equal(router.pki.authorities.report('CA')?.isArchived, true);

  const pem = await authority({ archive: { format: 'pem', password } });
  const text = (await pem.files.read('ca/CA/CA_00001.pem'))?.toString() ?? '';
  assert.match(text, /^-----BEGIN CERTIFICATE-----/);
  assert.throws(() => createPrivateKey({ key: text, passphrase: 'another' }));
  const key = createPrivateKey({ key: text.slice(text.indexOf('-----BEGIN RSA')), passphrase: password });
  const ca = pem.pki.authorities.report('CA')!.ca!;
  assert.ok(ca.publicKey.equals(createPublicKey(key)));
});

test('an archive without a password is not written, which is said once, until one is typed', async () => {
  const router = await authority({ archive: { format: 'pkcs12' } });
  assert.equal(router.mnemonics.filter((one) => one === 'CS_NOT_ARCHIVED').length, 1);
  assert.deepEqual(
    (await names(router)).filter((name) => name.endsWith('.p12')),
    [],
  );
  const short = await router.pki.authorities.archive('CA', 'short');
  assert.equal(short.ok, false);
  assert.ok((await router.pki.authorities.archive('CA', password)).ok);
  assert.deepEqual(
    (await names(router)).filter((name) => name.endsWith('.p12')),
    ['CA_00001.p12'],
  );
  assert.equal(JSON.stringify(router.log).includes(password), false);
});

test('a revocation is taken back, and trim drops what has expired and stood on a list since', async () => {
  const router = await authority({ lifetime: { caCertificate: 30, certificate: 1, crlHours: 24, requestHours: 24 } });
  assert.ok((await router.pki.authorities.sign('CA', paste)).ok);
  assert.ok((await router.pki.authorities.sign('CA', paste)).ok);
  for (const serial of [2, 3]) assert.ok((await router.pki.authorities.revoke('CA', serial, 'unspecified')).ok);
  const listed = (): readonly string[] =>
    (router.pki.authorities.report('CA')?.crl?.revoked ?? []).map(({ serial }) => serial);
  const { number } = router.pki.authorities.report('CA')!.crl!;
  assert.ok((await router.pki.authorities.unrevoke('CA', 2)).ok);
  assert.deepEqual(listed(), ['03']);
  assert.equal(router.pki.authorities.report('CA')?.crl?.number, number + 1);
  assert.deepEqual(await router.pki.authorities.unrevoke('CA', 2), {
    ok: false,
    reason: 'the certificate is not revoked',
  });
  router.clock.time += 2 * 86_400_000;
  const trims = [await router.pki.authorities.trim('CA'), await router.pki.authorities.trim('CA')];
  assert.deepEqual(trims, [
    { ok: true, value: 0 },
    { ok: true, value: 1 },
  ]);
  assert.deepEqual(listed(), []);
});

test('eku is what issued certificates are for', async () => {
  const router = await authority({ purposes: ['server-auth', 'client-auth'] });
  const issued = await router.pki.authorities.sign('CA', paste);
  assert.deepEqual(issued.ok && issued.value.extendedKeyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
});
