import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pastedOf } from '../../test/enrolled-router.ts';
import type { RsaKeyOrder } from './key-face.ts';
import { contents, httpTo, TestRouter, unreachable } from './test-router.ts';
import type { EnrollmentAnswers } from './trustpoint-face.ts';

const answers: EnrollmentAnswers = { defaultKeyLabel: 'west', fqdn: 'west.lab' };
const order: RsaKeyOrder = { label: 'west', kind: 'general-keys', modulus: 1024, exportable: false };

async function authority(more: Parameters<TestRouter['withServer']>[1] = {}): Promise<TestRouter> {
  return new TestRouter().withServer('CA', more);
}

/** A router that has authenticated `ca`. */
async function client(ca: TestRouter): Promise<TestRouter> {
  const router = new TestRouter(httpTo(() => ca)).withTrustpoint('TP', { rsaKeyPair: { label: 'west', size: 1024 } });
  const fetched = await router.pki.fetchCa('TP');
  assert.ok(fetched.ok && router.pki.acceptCa('TP', fetched.value).ok);
  await router.pki.settled();
  return router;
}

async function pasteFrom(router: TestRouter): Promise<string> {
  const made = await router.pki.requests('TP', answers);
  assert.ok(made.ok);
  return made.value.request.toString('base64');
}

/** The same NVRAM under a new router: what a reload finds. */
async function reloaded({ files, settings }: TestRouter, chains = settings.chains): Promise<TestRouter> {
  const router = new TestRouter(unreachable, files);
  router.settings = { ...settings, chains };
  await router.pki.start(router.settings);
  return router;
}

/** What fails, by a part of the file's name, and the order given while it does. */
const keyRows: [what: string, kind: RsaKeyOrder['kind'], fails: string][] = [
  ['general-purpose pair', 'general-keys', 'west.json'],
  ['first of two usage pairs', 'usage-keys', 'west.json'],
  ['second of two usage pairs', 'usage-keys', 'west+encryption.json'],
];
for (const [what, kind, fails] of keyRows) {
  test(`a ${what} that finds the disk full is refused with the reason, and the old pair stays, also on disk`, async () => {
    const router = new TestRouter();
    assert.ok((await router.pki.keys.generate(order)).ok);
    const [before, old] = [await contents(router.files), router.pki.keys.list()];
    router.files.failWrite = (name) => name.endsWith(fails);
    const made = await router.pki.keys.generate({ ...order, kind });
    assert.deepEqual(made, { ok: false, reason: `the key cannot be saved: keys/${fails}: ENOSPC` });
    assert.deepEqual(router.mnemonics, ['NVRAM_WRITE']);
    assert.deepEqual(router.pki.keys.list(), old);
    assert.deepEqual(await contents(router.files), before);
    assert.deepEqual((await reloaded(router)).pki.keys.list(), old);
  });
}

test('an enrolment whose key cannot be saved sends nothing, says why, and goes through when there is room', async () => {
  const ca = await authority();
  const router = await client(ca);
  router.files.failWrite = (name) => name.startsWith('keys/');
  assert.deepEqual(await router.pki.enroll('TP', answers), {
    ok: false,
    reason: 'the key cannot be saved: keys/west.json: ENOSPC',
  });
  assert.deepEqual(router.pki.keys.list(), []);
  assert.equal(ca.pki.authorities.report('CA')?.lastSerial, 1);
  router.files.failWrite = () => false;
  assert.ok((await router.pki.enroll('TP', answers)).ok);
  assert.notEqual(router.pki.trustpoint('TP')?.identity, undefined);
});

test('an import whose key cannot be saved leaves neither key nor trustpoint', async () => {
  const source = await client(await authority());
  assert.ok((await source.pki.keys.generate({ ...order, exportable: true })).ok);
  assert.ok((await source.pki.enroll('TP', answers)).ok);
  const exported = source.pki.transfer.exportPem('TP', { cipher: 'aes', passphrase: 'long enough' });
  assert.ok(exported.ok);
  const pasted = { ...pastedOf(exported.value), passphrase: 'long enough' };
  const router = new TestRouter();
  router.files.failWrite = () => true;
  const imported = await router.pki.transfer.importPem('new', { ...pasted, exportable: false });
  assert.match(imported.ok ? '' : imported.reason, /cannot be saved.*ENOSPC/);
  assert.deepEqual([router.pki.keys.list(), router.pki.trustpoints()], [[], []]);
  assert.equal((await contents(router.files)).size, 0);
});

test('a certificate that finds the disk full is used and said, and NVRAM keeps the last chain it held whole', async () => {
  const router = await client(await authority());
  assert.ok((await router.pki.enroll('TP', answers)).ok);
  await router.pki.settled();
  const [before, first] = [await contents(router.files), router.pki.trustpoint('TP')?.identity?.serial];
  router.files.failWrite = (name) => name.startsWith('certificates/');
  assert.ok((await router.pki.enroll('TP', { ...answers, fqdn: 'second.lab' })).ok);
  await router.pki.settled();
  assert.deepEqual([first, router.pki.trustpoint('TP')?.identity?.serial], ['02', '03']);
  assert.deepEqual(router.mnemonics.slice(-3), ['NVRAM_WRITE', 'CERTRET', 'NOCONFIGAUTOSAVE']);
  assert.match(router.log.at(-3)?.text ?? '', /^Cannot save certificates\/TP\/CA#3\.cer: .*ENOSPC$/);
  assert.deepEqual(await contents(router.files), before);
  const again = await reloaded(router, new Map());
  assert.equal(again.pki.trustpoint('TP')?.identity?.serial, '02');

  router.files.failWrite = () => false;
  assert.ok((await router.pki.enroll('TP', { ...answers, fqdn: 'third.lab' })).ok);
  await router.pki.settled();
  assert.deepEqual(await router.files.list('certificates/TP'), ['CA#1CA.cer', 'CA#4.cer']);
});

test('a chain of which only a part can be saved is not saved at all', async () => {
  const [one, other] = [await authority(), await authority({ issuerName: 'cn=other' })];
  const router = await client(one);
  const before = await contents(router.files);
  router.files.failWrite = (name) => name.endsWith('other#1CA.cer');
  const source = await client(other);
  assert.ok((await source.pki.enroll('TP', answers)).ok);
  const chain = source.settings.chains.get('TP')!;
  router.commit({ ...router.settings, chains: new Map([['TP', chain]]) });
  await router.pki.settled();
  assert.equal(router.log.at(-1)?.mnemonic, 'NVRAM_WRITE');
  assert.deepEqual(await contents(router.files), before);
});

/** Where a CA's process may die while it issues number 2, and the next number it may give after that. */
const deaths: [where: string, writesBefore: number, next: string][] = [
  ['before the number is on disk', 0, '02'],
  ['between the number and the certificate', 1, '03'],
  ['after the certificate and before its names are kept', 2, '03'],
];
for (const [where, writesBefore, next] of deaths) {
  test(`a CA that dies ${where} uses no number twice after its restart`, async () => {
    const ca = await authority({ databaseLevel: 'complete' });
    const paste = await pasteFrom(await client(ca));
    const write = ca.files.write.bind(ca.files);
    let left = writesBefore;
    // The process is gone from there on: nothing is written any more, and nobody hears an answer.
    ca.files.write = (...file) => (left-- > 0 ? write(...file) : new Promise<never>(() => undefined));
    const dead = ca.pki.authorities.sign('CA', paste);
    const first = await Promise.race([dead, new Promise((resolve) => setImmediate(resolve, 'dead'))]);
    assert.equal(first, 'dead', 'it issued although it died');
    ca.files.write = write;
    const again = await reloaded(ca);
    const issued = await again.pki.authorities.sign('CA', paste);
    assert.equal(issued.ok && issued.value.serial, next);
  });
}

test('a certificate the CA cannot keep as its database level asks is not issued, and no half of it stays', async () => {
  const ca = await authority({ databaseLevel: 'complete' });
  const paste = await pasteFrom(await client(ca));
  for (const end of ['.cnm', '.cer']) {
    ca.files.failWrite = (name) => name.endsWith(end);
    assert.match(JSON.stringify(await ca.pki.authorities.sign('CA', paste)), /"ok":false.*ENOSPC/);
  }
  assert.deepEqual(await ca.files.list('ca/CA'), ['CA.crl', 'ca.cer', 'revoked', 'serial']);
  ca.files.failWrite = () => false;
  assert.ok((await ca.pki.authorities.sign('CA', paste)).ok);
  assert.deepEqual(await ca.files.list('ca/CA'), ['04.cer', '04.cnm', 'CA.crl', 'ca.cer', 'revoked', 'serial']);
});

for (const fails of ['keys/CA.json', 'ca/CA/serial', 'ca/CA/ca.cer']) {
  test(`a CA that cannot save ${fails} does not run, says so, and runs once there is room`, async () => {
    const ca = new TestRouter();
    ca.files.failWrite = (name) => name === fails;
    await ca.withServer('CA');
    assert.match(ca.pki.authorities.report('CA')?.fault ?? '', /ENOSPC/);
    assert.ok(ca.mnemonics.includes('CS_FAULT'));
    assert.equal(await ca.files.read('ca/CA/ca.cer'), undefined);
    ca.files.failWrite = () => false;
    assert.equal((await reloaded(ca)).pki.authorities.report('CA')?.fault, undefined);
  });
}

/** Takes the server out of the configuration and puts it in again, as a file or a session would. */
async function removedAndBack(ca: TestRouter): Promise<TestRouter> {
  ca.commit({ ...ca.settings, servers: new Map() });
  await ca.pki.settled();
  return ca.withServer('CA');
}

test('a removed CA takes its key pair with it, so that a new one of its name numbers for another key', async () => {
  const ca = await authority({ databaseLevel: 'complete' });
  const paste = await pasteFrom(await client(ca));
  assert.ok((await ca.pki.authorities.sign('CA', paste)).ok);
  const first = ca.pki.authorities.report('CA')?.ca;
  ca.commit({ ...ca.settings, servers: new Map() });
  await ca.pki.settled();
  assert.equal(ca.pki.keys.find('CA'), undefined);
  assert.deepEqual([await ca.files.list('keys'), await ca.files.list('ca')], [[], []]);
  const second = (await removedAndBack(ca)).pki.authorities.report('CA')?.ca;
  assert.equal(second?.serial, '01');
  assert.ok(first !== undefined && !second.publicKeyDer.equals(first.publicKeyDer));
});

test('a CA whose key pair cannot be removed from disk goes on numbering where it was', async () => {
  const ca = await authority();
  const paste = await pasteFrom(await client(ca));
  assert.ok((await ca.pki.authorities.sign('CA', paste)).ok);
  const remove = ca.files.remove.bind(ca.files);
  ca.files.remove = (name) => (name.startsWith('keys/') ? Promise.reject(new Error('EROFS')) : remove(name));
  ca.commit({ ...ca.settings, servers: new Map() });
  await ca.pki.settled();
  assert.ok(ca.mnemonics.includes('NVRAM_WRITE'));
  ca.files.remove = remove;
  const again = await (await reloaded(ca)).withServer('CA');
  assert.equal(again.pki.authorities.report('CA')?.ca?.serial, '03');
});

test('a server that never ran leaves the key pair of its name alone when it is removed', async () => {
  const ca = new TestRouter();
  assert.ok((await ca.pki.keys.generate({ ...order, label: 'CA' })).ok);
  await ca.withServer('CA', { shutdown: true });
  ca.commit({ ...ca.settings, servers: new Map() });
  await ca.pki.settled();
  assert.notEqual(ca.pki.keys.find('CA'), undefined);
});
