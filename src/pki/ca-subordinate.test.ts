import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, rsaKeyPair, settle } from '../../test/enrolled-router.ts';
import { isIssuedBy } from './certificate.ts';
import { type CaServerSettings, caServerDefaults } from './settings.ts';
import { httpTo, TestRouter } from './test-router.ts';

const day = 86_400_000;

/** A subordinate CA named `sub` whose trustpoint is authenticated at the root and has asked. */
async function subordinate(root: TestRouter, more: Partial<CaServerSettings> = {}): Promise<TestRouter> {
  const router = new TestRouter(httpTo(() => root)).withTrustpoint('sub', {
    rsaKeyPair: { label: 'sub', size: 1024 },
    autoEnroll: { percent: 50, regenerate: false },
    revocationCheck: ['none'],
  });
  await router.withServer('sub', { mode: 'sub-cs', issuerName: 'cn=Sub,o=Lab', ...more });
  await router.pki.start(router.settings);
  const fetched = await router.pki.fetchCa('sub');
  assert.ok(fetched.ok && router.pki.acceptCa('sub', fetched.value).ok);
  assert.ok((await router.pki.enroll('sub', answers)).ok);
  return router;
}

async function granted(root: TestRouter, router: TestRouter): Promise<TestRouter> {
  assert.deepEqual(await root.pki.authorities.grant('root', 1), { ok: true, value: 1 });
  await router.clock.advance(60_000);
  await settle(router, () => router.pki.authorities.report('sub')?.enabled === true);
  return router;
}

test('a subordinate CA waits for its certificate, which the root gives at the operator’s word and not by itself', async () => {
  const root = await new TestRouter().withServer('root', { grant: 'auto' });
  const router = await subordinate(root);
  assert.equal(router.pki.trustpoint('sub')?.enrollment.state, 'pending');
  assert.deepEqual(
    root.pki.authorities.report('root')?.requests.map(({ kind, state }) => [kind, state]),
    [['ca', 'pending']],
  );
  assert.deepEqual(await root.pki.authorities.grant('root', 'all'), { ok: true, value: 0 });
  assert.equal(router.pki.authorities.report('sub')?.fault, 'trustpoint sub has no certificate yet');
  assert.equal(router.mnemonics.includes('CS_FAULT'), false);

  await granted(root, router);
  const { ca, fault } = router.pki.authorities.report('sub')!;
  assert.equal(fault, undefined);
  assert.deepEqual(
    ca?.subject.flat().map(({ value }) => value),
    ['Lab', 'Sub'],
  );
  assert.ok(ca?.isCa);
  await router.pki.stop();
});

test('a router that enrols with it gets the chain, believes the root and shows the certificate with that of the CA between', async () => {
  const root = await new TestRouter().withServer('root');
  const router = await granted(root, await subordinate(root));
  const client = new TestRouter(httpTo(() => router)).withTrustpoint('TP', { rsaKeyPair, revocationCheck: ['none'] });
  await client.pki.start(client.settings);
  const fetched = await client.pki.fetchCa('TP');
  assert.ok(fetched.ok, JSON.stringify(fetched));
  const rootCertificate = root.pki.authorities.report('root')!.ca!;
  assert.deepEqual(
    fetched.value.map(({ der }) => der),
    [rootCertificate.der, router.pki.authorities.report('sub')!.ca!.der],
  );
  assert.ok(client.pki.acceptCa('TP', fetched.value).ok);
  assert.deepEqual(
    (await client.pki.enroll('TP', answers)).ok && client.pki.trustpoint('TP')?.enrollment.state,
    'granted',
  );
  const own = client.pki.trustpoint('TP')!.identity!;
  assert.equal(own.serial, '01', 'the numbers of a subordinate CA are its own');
  assert.ok(isIssuedBy(own, router.pki.authorities.report('sub')!.ca!));
  const shown = client.pki.credentialsFor('10.0.0.1', [{ trustpoint: 'TP', strictCipher: false }]);
  assert.ok(shown.ok);
  assert.equal(shown.value.tls.certificateChainPem?.match(/BEGIN CERTIFICATE/g)?.length, 2);

  assert.ok((await router.pki.authorities.revoke('sub', 1, 'superseded')).ok);
  assert.deepEqual(
    router.pki.authorities.report('sub')?.crl?.revoked.map(({ serial }) => serial),
    ['01'],
  );
  const verdict = await root.pki.authorities.rollover('root', 'make');
  assert.ok(verdict.ok);
  const refused = await router.pki.authorities.rollover('sub', 'make');
  assert.deepEqual(refused, { ok: false, reason: 'a subordinate CA renews by auto-enroll of its trustpoint' });
  await Promise.all([router.pki.stop(), client.pki.stop()]);
});

test('grant auto rollover ca-cert lets it renew, and what it issued before stays under the same name and key', async () => {
  const root = await new TestRouter().withServer('root', {
    grant: 'none',
    grantsRollover: true,
    lifetime: { ...caServerDefaults.lifetime, certificate: 100 },
  });
  const router = await granted(root, await subordinate(root));
  const before = router.pki.authorities.report('sub')!.ca!;
  root.clock.time += 60 * day;
  await router.clock.advance(60 * day);
  await settle(router, () => router.pki.authorities.report('sub')?.ca?.der.equals(before.der) === false);
  const after = router.pki.authorities.report('sub')!.ca!;
  assert.ok(after.notAfter > before.notAfter);
  assert.deepEqual([after.subjectDer, after.publicKeyDer], [before.subjectDer, before.publicKeyDer]);
  assert.equal(router.pki.authorities.report('sub')?.enabled, true);
  await router.pki.stop();
});

test('it goes on after a reload, and stops when its trustpoint loses the certificate', async () => {
  const root = await new TestRouter().withServer('root');
  const router = await granted(root, await subordinate(root));
  const request = await router.pki.authorities.issued('sub');
  assert.ok(request.ok);
  const next = new TestRouter(
    httpTo(() => root),
    router.files,
  );
  next.clock.time = router.clock.time;
  next.settings = { ...router.settings, chains: new Map() };
  await next.pki.start(next.settings);
  await settle(next, () => next.pki.authorities.report('sub')?.enabled === true);
  assert.equal(next.pki.authorities.report('sub')?.ca?.der.equals(router.pki.authorities.report('sub')!.ca!.der), true);
  next.commit({ ...next.settings, chains: new Map() });
  await next.pki.settled();
  assert.deepEqual(
    [next.pki.authorities.report('sub')?.enabled, next.pki.authorities.report('sub')?.fault],
    [false, 'trustpoint sub is not authenticated: a subordinate CA enrols there'],
  );
});
