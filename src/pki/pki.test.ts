import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { pastedOf } from '../../test/enrolled-router.ts';
import { MemoryFiles } from '../io/memory/files.ts';
import { fingerprint, readCertificate } from './certificate.ts';
import { readPrivateKey } from './private-key-pem.ts';
import { readRequest } from './request.ts';
import { caServerDefaults } from './settings.ts';
import { contents, httpTo, TestRouter, unreachable } from './test-router.ts';
import type { EnrollmentAnswers } from './trustpoint-face.ts';
import { displayName } from './x500-name.ts';

const answers: EnrollmentAnswers = { defaultKeyLabel: 'west', fqdn: 'west.lab' };
const exportable = { label: 'west', kind: 'general-keys', modulus: 1024, exportable: true } as const;

async function enrolled(files = new MemoryFiles()): Promise<TestRouter> {
  const ca = await new TestRouter().withServer('CA');
  const router = new TestRouter(
    httpTo(() => ca),
    files,
  ).withTrustpoint('TP', { rsaKeyPair: { label: 'west' } });
  await router.pki.keys.generate(exportable);
  const fetched = await router.pki.fetchCa('TP');
  assert.ok(fetched.ok && router.pki.acceptCa('TP', fetched.value).ok);
  assert.ok((await router.pki.enroll('TP', answers)).ok);
  await router.pki.settled();
  return router;
}

test('a request encodes the typed name right to left and what the router knows of itself last, in one set', async () => {
  const router = new TestRouter().withTrustpoint('TP', {
    subjectName: 'cn=Manual, O="A, B", c=US',
    subjectAltNames: ['x.lab'],
  });
  const made = await router.pki.requests('TP', { ...answers, serialNumber: 'ABCD1234', challengePassword: 'secret' });
  assert.ok(made.ok);
  const request = readRequest(made.value.request);
  assert.ok(request.ok);
  assert.deepEqual(request.value.subject, [
    [{ type: 'c', value: 'US' }],
    [{ type: 'o', value: 'A, B' }],
    [{ type: 'cn', value: 'Manual' }],
    [
      { type: 'serialNumber', value: 'ABCD1234' },
      { type: 'hostname', value: 'west.lab' },
    ].toSorted((a, b) => b.type.localeCompare(a.type)),
  ]);
  assert.equal(request.value.challengePassword, 'secret');
  assert.equal(request.value.hash, 'sha256');
  assert.deepEqual(
    request.value.alternativeNames.map((name) => name.dNSName),
    ['x.lab'],
  );
});

test('a request changed in any byte gives a value or a reason and never throws, and a cut one is refused', async () => {
  const router = new TestRouter().withTrustpoint('TP', { subjectName: 'cn=a', rsaKeyPair: { label: 'k', size: 1024 } });
  const made = await router.pki.requests('TP', answers);
  assert.ok(made.ok);
  for (let at = 0; at < made.value.request.length; at++) {
    const changed: Buffer = Buffer.from(made.value.request);
    changed.writeUInt8(changed.readUInt8(at) ^ 0x55, at);
    const read = readRequest(changed);
    // What can change unnoticed stands outside what is signed.
    if (read.ok)
      assert.deepEqual(
        read.value.subject,
        [[{ type: 'hostname', value: 'west.lab' }], [{ type: 'cn', value: 'a' }]].reverse(),
      );
  }
  assert.equal(readRequest(made.value.request.subarray(0, -1)).ok, false);
});

test('keys and certificates are in NVRAM at once, mode 0600, and a restart without a saved configuration has them', async () => {
  const files = new MemoryFiles();
  const before = await enrolled(files);
  for (const [name, { mode }] of await contents(files)) assert.equal(mode, 0o600, name);
  const after = new TestRouter(unreachable, files);
  after.settings = { ...after.settings, trustpoints: before.settings.trustpoints };
  await after.pki.start(after.settings);
  const [old, now] = [before.pki.trustpoint('TP')!, after.pki.trustpoint('TP')!];
  assert.equal(fingerprint(now.identity!.der, 'sha256'), fingerprint(old.identity!.der, 'sha256'));
  assert.equal(now.key?.label, 'west');
  assert.equal(after.pki.credentialsFor('10.0.0.1', [{ trustpoint: 'TP', strictCipher: false }]).ok, true);
});

test('a key file others can read, and a damaged one, are said, left as they are, and the rest loads', async () => {
  const files = new MemoryFiles();
  const router = new TestRouter(unreachable, files);
  await router.pki.keys.generate(exportable);
  await router.pki.keys.generate({ ...exportable, label: 'other' });
  await files.write('keys/other.json', (await files.read('keys/other.json'))!, 0o644);
  await files.write('keys/bad.json', '{"label":');
  const before = await contents(files);
  const again = new TestRouter(unreachable, files);
  await again.pki.start(again.settings);
  assert.deepEqual(
    again.pki.keys.list().map(({ label }) => label),
    ['west'],
  );
  assert.deepEqual(again.mnemonics, ['KEY_UNREADABLE', 'KEY_UNREADABLE']);
  const after = await contents(files);
  for (const [name, file] of before) assert.deepEqual(after.get(name), file, name);
});

test('zeroizing keys takes the router certificates made with them away, and keeps the CA', async () => {
  const router = await enrolled();
  await router.pki.keys.zeroize('west');
  await router.pki.settled();
  const { identity, ca } = router.pki.trustpoint('TP')!;
  assert.equal(identity, undefined);
  assert.notEqual(ca, undefined);
  assert.deepEqual(await router.files.list('keys'), []);
});

test('a CA numbers on disk before it issues: a failed write issues nothing, and a restart goes on from there', async () => {
  const ca = await new TestRouter().withServer('CA');
  const router = new TestRouter(httpTo(() => ca)).withTrustpoint('TP', { rsaKeyPair: { label: 'k', size: 1024 } });
  const made = await router.pki.requests('TP', answers);
  assert.ok(made.ok);
  const paste = made.value.request.toString('base64');
  ca.files.failWrite = () => true;
  assert.equal((await ca.pki.authorities.sign('CA', paste)).ok, false);
  ca.files.failWrite = () => false;
  const next = new TestRouter(unreachable, ca.files);
  await next.pki.start(ca.settings);
  const issued = [await next.pki.authorities.sign('CA', paste), await next.pki.authorities.sign('CA', paste)];
  assert.deepEqual(
    issued.map((one) => one.ok && one.value.serial),
    ['02', '03'],
  );
  assert.equal(String(await next.files.read('ca/CA/serial')), '3\n');
});

test('a CA whose serial file is damaged does not run, and says so', async () => {
  const ca = await new TestRouter().withServer('CA');
  await ca.files.write('ca/CA/serial', 'rubbish');
  const next = new TestRouter(unreachable, ca.files);
  await next.pki.start(ca.settings);
  assert.match(next.pki.authorities.report('CA')?.fault ?? '', /serial is damaged/);
  assert.ok(next.mnemonics.includes('CS_FAULT'));
  assert.equal(String(await next.files.read('ca/CA/serial')), 'rubbish');
});

test('a key that is not exportable never leaves, whatever the cipher', async () => {
  const router = await enrolled();
  await router.pki.keys.zeroize();
  await router.pki.keys.generate({ ...exportable, exportable: false });
  assert.ok((await router.pki.enroll('TP', answers)).ok);
  assert.equal(router.pki.transfer.exportPem('TP', { cipher: '3des', passphrase: 'long enough' }).ok, false);
  const plain = router.pki.transfer.exportPem('TP');
  assert.ok(plain.ok && plain.value.pairs[0]!.key === undefined && plain.value.pairs[0]!.certificate !== undefined);
});

test('what is exported as PEM is imported elsewhere, with each cipher; a wrong passphrase is refused', async () => {
  const router = await enrolled();
  for (const cipher of ['des', '3des', 'aes'] as const) {
    const exported = router.pki.transfer.exportPem('TP', { cipher, passphrase: 'long enough' });
    assert.ok(exported.ok);
    const pasted = { ...pastedOf(exported.value), exportable: false };
    const other = new TestRouter();
    assert.equal((await other.pki.transfer.importPem('imported', { ...pasted, passphrase: 'wrong one' })).ok, false);
    const done = await other.pki.transfer.importPem('imported', { ...pasted, passphrase: 'long enough' });
    assert.ok(done.ok, done.ok ? '' : done.reason);
    assert.deepEqual(displayName(other.pki.trustpoint('imported')!.identity!.subject), ['hostname=west.lab']);
    assert.equal(other.settings.trustpoints.get('imported')?.rsaKeyPair?.label, 'imported');
  }
});

const dayMs = 86_400_000;

test('the same request again gets the same certificate while that is valid, and a new one when it has expired', async () => {
  const ca = await new TestRouter().withServer('CA', {
    lifetime: { ...caServerDefaults.lifetime, caCertificate: 100, certificate: 10 },
  });
  const router = new TestRouter(httpTo(() => ca)).withTrustpoint('TP', { rsaKeyPair: { label: 'k', size: 1024 } });
  const fetched = await router.pki.fetchCa('TP');
  assert.ok(fetched.ok && router.pki.acceptCa('TP', fetched.value).ok);
  const serials: (string | undefined)[] = [];
  for (const days of [0, 9, 2]) {
    for (const { clock } of [ca, router]) clock.time += days * dayMs;
    assert.ok((await router.pki.enroll('TP', answers)).ok);
    serials.push(router.pki.trustpoint('TP')?.identity?.serial);
  }
  assert.deepEqual(serials, ['02', '02', '03']);
});

test('a rejected request is asked anew when it comes again', async () => {
  const ca = await new TestRouter().withServer('CA', { grant: 'none' });
  const router = new TestRouter(httpTo(() => ca)).withTrustpoint('TP', { rsaKeyPair: { label: 'k', size: 1024 } });
  const fetched = await router.pki.fetchCa('TP');
  assert.ok(fetched.ok && router.pki.acceptCa('TP', fetched.value).ok);
  const states = (): unknown => ca.pki.authorities.report('CA')?.requests.map(({ id, state }) => [id, state]);
  assert.ok((await router.pki.enroll('TP', answers)).ok);
  await ca.pki.authorities.reject('CA', 'all');
  assert.deepEqual(states(), [[1, 'rejected']]);
  await router.pki.enroll('TP', answers);
  assert.deepEqual(states(), [[2, 'pending']]);
  await router.pki.enroll('TP', answers);
  assert.deepEqual(states(), [[2, 'pending']]);
  await ca.pki.authorities.grant('CA', 2);
  await router.pki.enroll('TP', answers);
  assert.equal(router.pki.trustpoint('TP')?.identity?.serial, '02');
});

test('one key under two labels: each trustpoint has its own, to export and to lose', async () => {
  const exported = (await enrolled()).pki.transfer.exportPem('TP', { cipher: '3des', passphrase: 'long enough' });
  assert.ok(exported.ok);
  const pasted = { ...pastedOf(exported.value), passphrase: 'long enough' };
  const router = new TestRouter();
  assert.ok((await router.pki.transfer.importPem('Y', { ...pasted, exportable: false })).ok);
  assert.ok((await router.pki.transfer.importPem('Z', { ...pasted, exportable: true })).ok);
  const out = (name: string): string => {
    const done = router.pki.transfer.exportPem(name, { cipher: '3des', passphrase: 'secret12' });
    return done.ok ? (done.value.pairs[0]?.key?.label ?? 'no key') : done.reason;
  };
  assert.deepEqual([out('Z'), out('Y')], ['Z', 'key pair Y is not exportable']);

  await router.pki.keys.zeroize('Y');
  assert.equal(router.pki.trustpoint('Y')?.identity, undefined);
  assert.notEqual(router.pki.trustpoint('Z')?.identity, undefined);
  assert.equal(out('Z'), 'Z');
  const shown = router.pki.credentialsFor('10.0.0.1', [{ trustpoint: 'Z', strictCipher: false }]);
  assert.equal(shown.ok, true);
  await router.pki.keys.zeroize('Z');
  assert.equal(router.pki.trustpoint('Z')?.identity, undefined);
});

const program = 'openssl';
const openssl = spawnSync(program, ['version']);
test('openssl reads the private key we export, and we read the forms it writes', {
  skip: openssl.status !== 0 && 'no openssl',
}, async () => {
  const router = await enrolled();
  const exported = router.pki.transfer.exportPem('TP', { cipher: '3des', passphrase: 'long enough' });
  assert.ok(exported.ok);
  const run = (args: string[], input: string): string => {
    const done = spawnSync(program, args, { input, encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    return done.stdout;
  };
  const plain = run(['rsa', '-passin', 'pass:long enough'], exported.value.pairs[0]!.key!.pem);
  const forms = [
    plain,
    run(['rsa', '-traditional', '-des3', '-passout', 'pass:x'], plain),
    run(['rsa', '-traditional', '-aes256', '-passout', 'pass:x'], plain),
    run(['pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-passout', 'pass:x'], plain),
  ];
  for (const form of forms) assert.ok((await readPrivateKey(form, 'x')).ok, form.split('\n')[0]);
});

test('crypto signaling picks the most specific mask, then the default, and says why when there is nothing to show', async () => {
  const router = await enrolled();
  const rules = [
    { trustpoint: 'none', strictCipher: false },
    { remote: { address: '10.0.0.0', mask: '255.0.0.0' }, trustpoint: 'missing', strictCipher: false },
    { remote: { address: '10.1.0.0', mask: '255.255.0.0' }, trustpoint: 'TP', strictCipher: true },
  ];
  const strict = router.pki.credentialsFor('::ffff:10.1.2.3', rules);
  assert.ok(strict.ok);
  assert.deepEqual([strict.value.tls.ciphers, strict.value.tls.maxVersion], ['AES128-SHA', 'TLSv1.2']);
  assert.equal(router.pki.credentialsFor('10.1.9.9', rules), strict, 'computed once');
  assert.deepEqual(router.pki.credentialsFor('10.2.0.1', rules), {
    ok: false,
    reason: 'trustpoint missing does not exist',
  });
  assert.deepEqual(router.pki.credentialsFor('11.0.0.1', rules), {
    ok: false,
    reason: 'trustpoint none does not exist',
  });
  assert.equal(router.pki.credentialsFor('11.0.0.1', rules.slice(1)).ok, false);
  router.withTrustpoint('bare');
  const bare = router.pki.credentialsFor('1.1.1.1', [{ trustpoint: 'bare', strictCipher: false }]);
  assert.deepEqual(bare, { ok: false, reason: 'trustpoint bare has no certificate' });
});

test('a CA server stands in a trustpoint of its own name', async () => {
  const ca = await new TestRouter().withServer('CA');
  const { ca: own } = ca.pki.trustpoint('CA')!;
  assert.ok(readCertificate(own!.der).ok);
  assert.equal(own!.isCa, true);
  assert.equal(ca.settings.trustpoints.get('CA')?.rsaKeyPair?.label, 'CA');
});

test('an enrolment that makes a pair too short for TLS says so, and makes none below 1024 bits', async () => {
  const rows: readonly (readonly [size: number, said: readonly string[]])[] = [
    [2048, ['AUTOGEN']],
    [1024, ['AUTOGEN', 'SHORT_KEY']],
    [512, []],
  ];
  for (const [size, said] of rows) {
    const router = new TestRouter().withTrustpoint('TP', { rsaKeyPair: { label: 'k', size } });
    assert.equal((await router.pki.requests('TP', answers)).ok, size >= 1024);
    assert.deepEqual(
      router.mnemonics.filter((one) => ['AUTOGEN', 'SHORT_KEY'].includes(one)),
      said,
    );
  }
});
