import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { answers, authenticated, forward, reloaded, settle, state, validity } from '../../test/enrolled-router.ts';
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

test('by terminal there are two requests and two certificates to import, in any order', async () => {
  const { ca, router } = await enrolled();
  const terminal = { kind: 'terminal', pem: false } as const;
  const one = { ...router.settings.trustpoints.get('TP')!, name: 'paper' };
  router.commit({
    ...router.settings,
    trustpoints: new Map([['paper', { ...one, enrollment: { ...one.enrollment, method: terminal } }]]),
  });
  assert.ok(router.pki.acceptCa('paper', [ca.pki.authorities.report('CA')!.ca!]).ok);
  for (const purpose of ['encryption', undefined] as const) {
    const request = await router.pki.request('paper', answers, purpose);
    assert.ok(request.ok);
    const issued = await ca.pki.authorities.sign('CA', request.value.toString('base64'));
    assert.ok(issued.ok);
    assert.ok(router.pki.importCertificate('paper', issued.value.der.toString('base64')).ok);
  }
  const { identity, encryption } = router.pki.trustpoint('paper')!;
  assert.deepEqual([identity?.keyUsage, encryption?.keyUsage], both);
  await router.pki.stop();
});

test('where one certificate is all there can be, usage keys are refused', async () => {
  const { router } = await enrolled();
  const refused = await router.pki.selfSign('TP', answers);
  assert.match(refused.ok ? '' : refused.reason, /usage keys ask for two certificates/);
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
