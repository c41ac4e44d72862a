import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CertificateList, CRLNumber, CRLReason } from '@peculiar/asn1-x509';
import { answers, authenticated, settle } from '../../test/enrolled-router.ts';
import { isIssuedBy } from './certificate.ts';
import { decode, encode } from './der.ts';
import { caServerDefaults } from './settings.ts';
import { verifyRsa } from './signature.ts';
import { testPair, testRequest } from './test-request.ts';
import { httpTo, TestRouter, unreachable } from './test-router.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const pair = testPair();
const paste = testRequest('cn=peer', pair).toString('base64');

async function authority(more: Parameters<TestRouter['withServer']>[1] = {}): Promise<TestRouter> {
  return new TestRouter().withServer('CA', more);
}

/** The same NVRAM under a new router, later. */
async function reloaded({ files, settings, clock }: TestRouter): Promise<TestRouter> {
  const router = new TestRouter(unreachable, files);
  router.clock.time = clock.time;
  router.settings = settings;
  await router.pki.start(settings);
  return router;
}

interface ReadCrl {
  readonly number: number;
  readonly next: number;
  readonly revoked: readonly (readonly [serial: string, at: number, reason: number])[];
}

/** The CRL as a client gets it over HTTP, its signature verified with the CA's certificate. */
function crlOf({ pki }: TestRouter): ReadCrl {
  const answer = pki.authorities.crl();
  assert.deepEqual([answer.status, answer.contentType], [200, 'application/pkix-crl']);
  const list = decode(answer.body, CertificateList, 'the CRL');
  assert.ok(list.ok);
  const { tbsCertList: tbs, signature } = list.value;
  const ca = pki.authorities.report('CA')!.ca!;
  assert.deepEqual(encode(tbs.issuer), ca.subjectDer);
  assert.ok(verifyRsa('sha256', encode(tbs), ca.publicKey, Buffer.from(signature)), 'the CA has not signed it');
  const value = <T>(extensions: typeof tbs.crlExtensions, id: string, schema: new () => T): T | undefined => {
    const found = extensions?.find(({ extnID }) => extnID === id);
    const read = found && decode(found.extnValue.buffer, schema, id);
    return read?.ok ? read.value : undefined;
  };
  return {
    number: value(tbs.crlExtensions, '2.5.29.20', CRLNumber)?.value ?? Number.NaN,
    next: tbs.nextUpdate?.getTime().getTime() ?? Number.NaN,
    revoked: (tbs.revokedCertificates ?? []).map(({ userCertificate, revocationDate, crlEntryExtensions }) => [
      Buffer.from(userCertificate).toString('hex'),
      revocationDate.getTime().getTime(),
      value(crlEntryExtensions, '2.5.29.21', CRLReason)?.reason ?? 0,
    ]),
  };
}

async function issue(ca: TestRouter): Promise<string> {
  const issued = await ca.pki.authorities.sign('CA', paste);
  assert.ok(issued.ok);
  return issued.value.serial;
}

test('a CA that is enabled has a CRL at once, empty, number 1, valid for the configured hours', async () => {
  const ca = await authority({ lifetime: { ...caServerDefaults.lifetime, crlHours: 24 } });
  assert.deepEqual(crlOf(ca), { number: 1, next: ca.clock.time + dayMs, revoked: [] });
  assert.equal(ca.pki.authorities.crl('CA').status, 200);
  assert.equal(ca.pki.authorities.crl('other').status, 404);
  assert.deepEqual(await ca.files.read('ca/CA/CA.crl'), ca.pki.authorities.crl().body);
});

test('a revocation is on the CRL when it is answered, with time and reason, and the number grows', async () => {
  const ca = await authority();
  assert.deepEqual([await issue(ca), await issue(ca)], ['02', '03']);
  assert.ok((await ca.pki.authorities.revoke('CA', 3, 'key-compromise')).ok);
  ca.clock.time += hourMs;
  assert.ok((await ca.pki.authorities.revoke('CA', 2, 'unspecified')).ok);
  const { number, revoked } = crlOf(ca);
  assert.equal(number, 3);
  assert.deepEqual(revoked, [
    ['03', ca.clock.time - hourMs, 1],
    ['02', ca.clock.time, 0],
  ]);
});

test('what was never issued, the CA itself and what is revoked already are not revoked, and say so', async () => {
  const ca = await authority();
  await issue(ca);
  await ca.pki.authorities.revoke('CA', 2, 'superseded');
  const rows: [serial: number, reason: RegExp][] = [
    [0, /no certificate of that number/],
    [3, /no certificate of that number/],
    [1, /certificate of the CA itself/],
    [2, /revoked already/],
  ];
  for (const [serial, reason] of rows) {
    const revoked = await ca.pki.authorities.revoke('CA', serial, 'unspecified');
    assert.match(revoked.ok ? '' : revoked.reason, reason);
  }
  assert.equal(crlOf(ca).number, 2);
});

test('the CRL is made anew before it ends, by the clock alone, and a new lifetime takes effect with the next', async () => {
  const ca = await authority({ lifetime: { ...caServerDefaults.lifetime, crlHours: 10 } });
  await ca.clock.advance(8.9 * hourMs);
  await ca.pki.settled();
  assert.equal(crlOf(ca).number, 1);
  await ca.clock.advance(hourMs);
  await ca.pki.settled();
  assert.deepEqual([crlOf(ca).number, crlOf(ca).next], [2, ca.clock.time + 10 * hourMs]);
  assert.ok(crlOf(ca).next > ca.clock.time);
});

test('revocations and numbers outlive a reload, and the first CRL after it has the next number', async () => {
  const ca = await authority();
  await issue(ca);
  await ca.pki.authorities.revoke('CA', 2, 'superseded');
  const before = crlOf(ca);
  const again = await reloaded(ca);
  assert.deepEqual([crlOf(again).number, crlOf(again).revoked], [before.number + 1, before.revoked]);
});

test('a certificate leaves the CRL only after it has stood on one made behind its end', async () => {
  const lifetime = { ...caServerDefaults.lifetime, certificate: 1 };
  const ca = await authority({ databaseLevel: 'names', lifetime });
  await issue(ca);
  await ca.pki.authorities.revoke('CA', 2, 'unspecified');
  const counts: number[] = [];
  for (let week = 0; week < 3; week++) {
    await ca.clock.advance(7 * dayMs);
    await ca.pki.settled();
    counts.push(crlOf(ca).revoked.length);
  }
  assert.deepEqual(counts, [1, 0, 0]);
});

test('a revocation that cannot be saved is refused with the reason, and the CRL stays as it was', async () => {
  const ca = await authority();
  await issue(ca);
  const before = ca.pki.authorities.crl().body;
  ca.files.failWrite = (name) => name.endsWith('/revoked');
  assert.match(JSON.stringify(await ca.pki.authorities.revoke('CA', 2, 'unspecified')), /"ok":false.*ENOSPC/);
  assert.deepEqual(ca.pki.authorities.crl().body, before);
  // The copy for other servers is no condition.
  ca.files.failWrite = (name) => name.endsWith('.crl');
  assert.ok((await ca.pki.authorities.revoke('CA', 2, 'unspecified')).ok);
  assert.equal(ca.mnemonics.includes('NVRAM_WRITE'), true);
  assert.equal(crlOf(ca).revoked.length, 1);
});

test('a CRL that cannot be made when it is due is said, tried again every minute, and made once there is room', async () => {
  const ca = await authority({ lifetime: { ...caServerDefaults.lifetime, crlHours: 1 } });
  ca.files.failWrite = (name) => name.endsWith('/revoked');
  for (let minute = 0; minute < 62; minute++) {
    await ca.clock.advance(60_000);
    await ca.pki.settled();
  }
  const failures = ca.mnemonics.filter((mnemonic) => mnemonic === 'NVRAM_WRITE').length;
  assert.ok(failures >= 5 && failures <= 10, `${failures} times`);
  assert.equal(crlOf(ca).number, 1);
  ca.files.failWrite = () => false;
  await ca.clock.advance(60_000);
  await ca.pki.settled();
  assert.equal(crlOf(ca).number, 2);
});

for (const content of ['', 'null', '{}', '{"number":1}', '{"number":1,"thisUpdate":1,"nextUpdate":1,"revoked":[1]}']) {
  test(`a CA whose list of revocations reads "${content}" does not run, rather than forget them`, async () => {
    const ca = await authority();
    await ca.files.write('ca/CA/revoked', content);
    const again = await reloaded(ca);
    assert.match(again.pki.authorities.report('CA')?.fault ?? '', /ca\/CA\/revoked is damaged/);
    assert.equal(again.pki.authorities.crl().status, 404);
    assert.equal((await again.files.read('ca/CA/revoked'))?.toString(), content, 'it was written over');
  });
}

test('a CA that lost the file of what it revoked does not run, with or without the CRL made of it, until the file is back', async () => {
  for (const alsoLost of [[], ['ca/CA/CA.crl']]) {
    const ca = await authority();
    await issue(ca);
    await ca.pki.authorities.revoke('CA', 2, 'key-compromise');
    const [kept, before] = [await ca.files.read('ca/CA/revoked'), crlOf(ca)];
    for (const file of ['ca/CA/revoked', ...alsoLost]) await ca.files.remove(file);
    const again = await reloaded(ca);
    assert.equal(again.pki.authorities.report('CA')?.fault, 'ca/CA/revoked is missing');
    assert.ok(again.mnemonics.includes('CS_FAULT'));
    assert.equal(again.pki.authorities.crl().status, 404);
    assert.equal(await again.files.read('ca/CA/revoked'), undefined, 'an empty list was written');
    await again.files.write('ca/CA/revoked', kept!);
    assert.ok((await again.pki.authorities.run('CA', 'start')).ok);
    assert.deepEqual([crlOf(again).number, crlOf(again).revoked], [before.number + 1, before.revoked]);
  }
});

test('a CA with a file of revocations older than its CRL does not run: nothing is un-revoked, no number comes twice', async () => {
  const ca = await authority();
  await issue(ca);
  const old = await ca.files.read('ca/CA/revoked');
  await ca.pki.authorities.revoke('CA', 2, 'key-compromise');
  await ca.files.write('ca/CA/revoked', old!);
  const again = await reloaded(ca);
  const fault = 'ca/CA/revoked is older than CA.crl: it has number 1, the CRL 2';
  assert.equal(again.pki.authorities.report('CA')?.fault, fault);
});

test('a CA cut off before its first CRL, or with a damaged copy of the last, runs: nothing was forgotten', async () => {
  const young = await authority();
  for (const file of ['ca/CA/revoked', 'ca/CA/CA.crl']) await young.files.remove(file);
  assert.equal(crlOf(await reloaded(young)).number, 1);
  const copied = await authority();
  await issue(copied);
  await copied.pki.authorities.revoke('CA', 2, 'superseded');
  await copied.files.write('ca/CA/CA.crl', 'noise');
  assert.equal(crlOf(await reloaded(copied)).revoked.length, 1);
});

test('a certificate says where CRL and OCSP are when the server is told, and else says nothing', async () => {
  const ids = (ca: TestRouter): Promise<readonly string[]> =>
    ca.pki.authorities
      .sign('CA', paste)
      .then((issued) => (issued.ok ? issued.value.extensions.map(({ id }) => id) : assert.fail(issued.reason)));
  const silent = await ids(await authority());
  const telling = await ids(await authority({ cdpUrl: 'http://ca/CA.crl', ocspUrl: 'http://ca/ocsp' }));
  const [points, access] = ['2.5.29.31', '1.3.6.1.5.5.7.1.1'];
  assert.deepEqual([silent.includes(points), silent.includes(access)], [false, false]);
  assert.deepEqual([telling.includes(points), telling.includes(access)], [true, true]);
});

test('the database keeps nothing, the name and validity, or the certificate too, as its level says', async () => {
  const rows = [
    ['minimum', [], 0],
    ['names', ['02.cnm'], 1],
    ['complete', ['02.cer', '02.cnm'], 1],
  ] as const;
  for (const [databaseLevel, files, records] of rows) {
    const ca = await authority({ databaseLevel });
    await issue(ca);
    assert.deepEqual(
      (await ca.files.list('ca/CA')).filter((name) => name.startsWith('02')),
      files,
    );
    const listed = await ca.pki.authorities.issued('CA');
    assert.ok(listed.ok && listed.value.length === records);
    const end = Date.UTC(2027, 0, 1);
    for (const record of listed.value) {
      assert.deepEqual([record.serial, record.subject, record.notAfter], [2, 'cn=peer', end]);
    }
  }
});

test('a CA that is stopped has no CRL and issues nothing, until it is started or reloaded', async () => {
  const ca = await authority();
  assert.ok((await ca.pki.authorities.run('CA', 'stop')).ok);
  assert.equal(ca.pki.authorities.crl().status, 404);
  assert.equal((await ca.pki.authorities.sign('CA', paste)).ok, false);
  assert.ok((await ca.pki.authorities.run('CA', 'start')).ok);
  assert.equal(await issue(ca), '02');
  const { ca: certificate } = ca.pki.authorities.report('CA')!;
  assert.ok(certificate !== undefined && isIssuedBy(certificate, certificate));
});

test('the gateway of a certificate server looks at the server’s own list, and looks again when that is made anew', async () => {
  const ca = await new TestRouter().withServer('CA');
  const router = await authenticated(httpTo(() => ca));
  assert.ok((await router.pki.enroll('TP', answers)).ok);
  const { identity } = router.pki.trustpoint('TP')!;
  assert.deepEqual(ca.settings.trustpoints.get('CA')?.revocationCheck, ['crl']);
  assert.deepEqual(await ca.pki.trust.vouch('CA', identity!), { ok: true, value: undefined });
  const before = ca.changes;
  assert.ok((await ca.pki.authorities.revoke('CA', Number.parseInt(identity!.serial, 16), 'key-compromise')).ok);
  await settle(ca, () => ca.changes > before);
  assert.equal(ca.changes, before + 1, 'live connections are judged again');
  const refused = await ca.pki.trust.vouch('CA', identity!);
  assert.match(refused.ok ? '' : refused.reason, /was revoked on .* by the CRL of nvram:CA\.crl/);
  assert.deepEqual(
    ca.pki.trust.crls().lists.map(({ url, revoked }) => [url, revoked]),
    [['nvram:CA.crl', 1]],
  );
  await ca.pki.authorities.run('CA', 'stop');
  await ca.pki.stop();
});
