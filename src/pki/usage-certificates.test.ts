import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import {
  answers,
  authenticated,
  forward,
  pastedOf,
  reloaded,
  settle,
  state,
  validity,
} from '../../test/enrolled-router.ts';
import type { HttpClient } from '../io/index.ts';
import { caServerDefaults, type TrustpointSettings } from './settings.ts';
import { httpTo, TestRouter } from './test-router.ts';

/** keyUsage of the two certificates, as IOS displays it, and whether each stands on the pair of that usage. */
function usages({ pki }: TestRouter): readonly (string | undefined)[] {
  const { identity, encryption } = pki.trustpoint('TP')!;
  return [identity?.keyUsage, encryption?.keyUsage];
}

const both = ['80000000', '20000000'];

async function enrolled(more: Partial<TrustpointSettings> = {}) {
  const ca = await new TestRouter().withServer('CA', { lifetime: { ...caServerDefaults.lifetime, ...validity } });
  const http: HttpClient = httpTo(() => ca);
  const router = await authenticated(http, { rsaKeyPair: { label: 'k', size: 1024, encryptionSize: 1024 }, ...more });
  assert.ok((await router.pki.enroll('TP', answers)).ok);
  await settle(router, () => router.pki.trustpoint('TP')?.encryption !== undefined);
  return { ca, http, router };
}

test('a trustpoint on usage keys asks for two certificates, and TLS shows the one that signs', async () => {
  const { router } = await enrolled();
  assert.deepEqual(usages(router), both);
  assert.deepEqual(
    router.pki.keys.list().map(({ label, usage }) => [label, usage]),
    [
      ['k', 'signature'],
      ['k', 'encryption'],
    ],
  );
  const shown = router.pki.credentialsFor('10.0.0.1', [{ trustpoint: 'TP', strictCipher: false }]);
  assert.ok(shown.ok);
  const leaf = new X509Certificate(shown.value.tls.certificateChainPem ?? '');
  assert.ok(leaf.raw.equals(router.pki.trustpoint('TP')!.identity!.der));
  await router.pki.stop();
});

test('both are there after a reload, and both are renewed', async () => {
  const { ca, http, router: first } = await enrolled({ autoEnroll: { percent: 50, regenerate: true } });
  await first.pki.stop();
  const router = await reloaded(first, http);
  assert.deepEqual(usages(router), both);
  const serials = (): readonly (string | undefined)[] => {
    const { identity, encryption } = router.pki.trustpoint('TP')!;
    return [identity?.serial, encryption?.serial];
  };
  const before = serials();
  await forward(router, ca, 51);
  await settle(router, () => state(router) === 'granted' && serials().every((serial, at) => serial !== before[at]));
  assert.deepEqual(usages(router), both);
  assert.ok(
    serials().every((serial, at) => serial !== before[at]),
    JSON.stringify(serials()),
  );
  await router.pki.stop();
});

test('after a reload between the two, the second is asked for on, under one transaction each', async () => {
  const ca = await new TestRouter().withServer('CA', { grant: 'none' });
  const http: HttpClient = httpTo(() => ca);
  const before = await authenticated(http, { rsaKeyPair: { label: 'k', size: 1024, encryptionSize: 1024 } });
  await before.pki.enroll('TP', answers);
  await before.pki.stop();
  await ca.pki.authorities.grant('CA', 'all');
  const between = await reloaded(before, http);
  await settle(between, () => ca.pki.authorities.report('CA')!.requests.length === 2);
  assert.deepEqual(usages(between), ['80000000', undefined]);
  await between.pki.stop();
  await ca.pki.authorities.grant('CA', 'all');
  const router = await reloaded(between, http);
  await settle(router, () => router.pki.trustpoint('TP')?.encryption !== undefined);
  assert.deepEqual(usages(router), both);
  assert.equal(ca.pki.authorities.report('CA')!.requests.length, 2);
  await router.pki.stop();
});

test('who is killed behind the first, before the second is on its way, asks for it after all', async () => {
  const ca = await new TestRouter().withServer('CA');
  let isUp = true;
  const http: HttpClient = {
    fetch: (request) => {
      if (!isUp) return new Promise(() => undefined);
      if (request.body !== undefined) isUp = false;
      return httpTo(() => ca).fetch(request);
    },
  };
  const before = await authenticated(http, { rsaKeyPair: { label: 'k', size: 1024, encryptionSize: 1024 } });
  await before.pki.enroll('TP', answers);
  await before.pki.settled();
  assert.deepEqual(usages(before), ['80000000', undefined]);
  isUp = true;
  const router = await reloaded(
    before,
    httpTo(() => ca),
  );
  await settle(router, () => router.pki.trustpoint('TP')?.encryption !== undefined);
  assert.deepEqual(usages(router), both);
  await router.pki.settled();
  assert.deepEqual(await router.files.list('enrollments'), []);
  await router.pki.stop();
});

test('by terminal there are two requests and two certificates to import, in any order', async () => {
  const { ca, router } = await enrolled();
  const terminal = { kind: 'terminal', pem: false } as const;
  const one = { ...router.settings.trustpoints.get('TP')!, name: 'paper' };
  router.commit({
    ...router.settings,
    trustpoints: new Map([['paper', { ...one, enrollment: { ...one.enrollment, method: terminal } }]]),
  });
  assert.ok(router.pki.acceptCa('paper', [ca.pki.authorities.report('CA')!.ca!]).ok);
  const requests = await router.pki.requests('paper', answers);
  assert.ok(requests.ok);
  for (const one of [requests.value.encryption, requests.value.request]) {
    assert.ok(one !== undefined);
    const issued = await ca.pki.authorities.sign('CA', one.toString('base64'));
    assert.ok(issued.ok);
    assert.ok(router.pki.importCertificate('paper', issued.value.der.toString('base64')).ok);
  }
  const { identity, encryption } = router.pki.trustpoint('paper')!;
  assert.deepEqual([identity?.keyUsage, encryption?.keyUsage], both);
  await router.pki.stop();
});

test('an EC pair signs alone, though its label has two RSA pairs besides: one request, one certificate', async () => {
  const { ca, router } = await enrolled();
  const { rsaKeyPair: _, ...one } = router.settings.trustpoints.get('TP')!;
  const terminal = { ...one.enrollment, method: { kind: 'terminal', pem: false } as const };
  const paper = { ...one, name: 'paper', ecKeyPair: 'k', enrollment: terminal };
  router.commit({
    ...router.settings,
    trustpoints: new Map([...router.settings.trustpoints, ['paper', paper]]),
  });
  assert.ok(router.pki.acceptCa('paper', [ca.pki.authorities.report('CA')!.ca!]).ok);
  const requests = await router.pki.requests('paper', answers);
  assert.ok(requests.ok);
  assert.deepEqual(Object.keys(requests.value), ['request']);
  const issued = await ca.pki.authorities.sign('CA', requests.value.request.toString('base64'));
  assert.ok(issued.ok);
  assert.ok(router.pki.importCertificate('paper', issued.value.der.toString('base64')).ok);
  const { identity, encryption } = router.pki.trustpoint('paper')!;
  assert.deepEqual([identity?.keyUsage, encryption], ['80000000', undefined]);
  await router.pki.stop();
});

test('by our own signature there are two certificates too, each on its key, and both are renewed', async () => {
  const { router } = await enrolled();
  const one = router.settings.trustpoints.get('TP')!;
  const own = { ...one, name: 'own', enrollment: { ...one.enrollment, method: { kind: 'selfsigned' } as const } };
  router.commit({
    ...router.settings,
    trustpoints: new Map([['own', { ...own, autoEnroll: { percent: 50, regenerate: false } }]]),
  });
  assert.ok((await router.pki.selfSign('own', answers)).ok);
  const shown = (): readonly (string | undefined)[] => {
    const { identity, encryption } = router.pki.trustpoint('own')!;
    for (const { der } of [identity!, encryption!]) {
      const certificate = new X509Certificate(der);
      assert.ok(certificate.verify(certificate.publicKey), 'signed by the key in it');
    }
    return [identity?.keyUsage, encryption?.keyUsage, identity?.serial, encryption?.serial];
  };
  assert.deepEqual(shown(), [...both, '01', '02']);
  await router.clock.advance(5.1 * 365 * 86_400_000);
  await settle(router, () => router.pki.trustpoint('own')!.identity?.serial !== '01');
  assert.deepEqual(shown(), [...both, '02', '03']);
  await router.pki.stop();
});

test('both go out and come in together, as PEM and as PKCS#12; a half alone is refused', async () => {
  const ca = await new TestRouter().withServer('CA');
  const router = await authenticated(httpTo(() => ca));
  const order = { label: 'k', kind: 'usage-keys', modulus: 1024, exportable: true } as const;
  assert.ok((await router.pki.keys.generate(order)).ok);
  const { transfer } = router.pki;
  const secret = { cipher: 'aes', passphrase: 'long enough' } as const;
  assert.ok((await router.pki.enroll('TP', answers)).ok);
  await settle(router, () => router.pki.trustpoint('TP')?.encryption !== undefined);
  const exported = transfer.exportPem('TP', secret);
  const file = await transfer.exportPkcs12('TP', secret.passphrase);
  assert.ok(exported.ok && file.ok);
  assert.deepEqual(
    exported.value.pairs.map(({ usage }) => usage),
    ['signature', 'encryption'],
  );
  const pasted = { ...pastedOf(exported.value), passphrase: secret.passphrase, exportable: true };
  const other = new TestRouter();
  assert.ok((await other.pki.transfer.importPem('TP', pasted)).ok);
  assert.deepEqual(usages(other), both);
  assert.ok(other.pki.transfer.exportPem('TP', secret).ok, 'and out again');
  const third = new TestRouter();
  const imported = { content: file.value, password: secret.passphrase, exportable: false };
  assert.ok((await third.pki.transfer.importPkcs12('TP', imported)).ok);
  assert.deepEqual(usages(third), both);
  assert.deepEqual(
    third.pki.keys.list().map(({ label, usage }) => [label, usage]),
    [
      ['TP', 'signature'],
      ['TP', 'encryption'],
    ],
  );
  assert.equal(third.pki.transfer.exportPem('TP', secret).ok, false);
  const [first] = pasted.pairs;
  const twice = await new TestRouter().pki.transfer.importPem('X', { ...pasted, pairs: [first!, first!] });
  assert.match(twice.ok ? '' : twice.reason, /one must be for signatures, the other for encryption/);
  await router.pki.stop();
});

test('an ACME server is not asked for the certificate of a usage key, and why is said', async () => {
  const { router } = await enrolled();
  const one = router.settings.trustpoints.get('TP')!;
  const method = { kind: 'acme', url: 'https://acme.lab/dir', hostTrust: false } as const;
  router.commit({
    ...router.settings,
    trustpoints: new Map([['TP', { ...one, enrollment: { ...one.enrollment, method } }]]),
  });
  const sent = await router.pki.enroll('TP', answers);
  assert.match(sent.ok ? '' : sent.reason, /gives one certificate, and usage keys ask for two/);
  await router.pki.stop();
});

test('a general-purpose certificate takes the place of both', async () => {
  const { router } = await enrolled();
  assert.ok((await router.pki.keys.zeroize('k')).ok);
  assert.deepEqual(usages(router), [undefined, undefined]);
  assert.ok(
    (await router.pki.keys.generate({ label: 'k', kind: 'general-keys', modulus: 1024, exportable: false })).ok,
  );
  assert.ok((await router.pki.enroll('TP', answers)).ok);
  assert.deepEqual(usages(router), ['A0000000', undefined]);
  await router.pki.stop();
});
