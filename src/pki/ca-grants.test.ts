import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, authenticated, identity, state } from '../../test/enrolled-router.ts';
import { chainCertificate } from './certificate-store.ts';
import { buildRequest } from './request.ts';
import type { CaServerSettings } from './settings.ts';
import { trustpointDefaults } from './settings.ts';
import { testName, testPair } from './test-request.ts';
import { httpTo, TestRouter } from './test-router.ts';

/** A router with a certificate of the vendor's CA that turns to ours and renews there. */
async function customer(more: Partial<CaServerSettings>, subjectName = 'cn=west') {
  const vendor = await new TestRouter().withServer('vendor');
  const ours = await new TestRouter().withServer('CA', { grant: 'none', ...more });
  const trusted = { name: 'old', ...trustpointDefaults, revocationCheck: ['none'] as const };
  const root = chainCertificate(vendor.pki.authorities.report('vendor')!.ca!, 'ca');
  ours.commit({
    ...ours.settings,
    trustpoints: new Map([...ours.settings.trustpoints, ['old', trusted]]),
    chains: new Map([...ours.settings.chains, ['old', [root]]]),
  });
  let ca = vendor;
  const router = await authenticated(
    httpTo(() => ca),
    { autoEnroll: { percent: 50, regenerate: false }, subjectName },
  );
  await router.pki.enroll('TP', answers);
  ca = ours;
  return { router, ours, vendor };
}

async function turnTo(ours: TestRouter, router: TestRouter): Promise<void> {
  const ca = ours.pki.authorities.report('CA')!.ca!;
  const chain = router.settings.chains.get('TP') ?? [];
  const next = [...chain.filter(({ kind }) => kind !== 'ca'), chainCertificate(ca, 'ca')];
  router.commit({ ...router.settings, chains: new Map([['TP', next]]) });
  await router.pki.settled();
  router.clock.time += 200 * 86_400_000;
  ours.clock.time = router.clock.time;
  await router.clock.advance(0);
}

test('grant auto trustpoint grants the renewal of who shows a certificate that the trustpoint accepts', async () => {
  const { router, ours } = await customer({ grantTrustpoint: 'old' });
  const before = identity(router);
  await turnTo(ours, router);
  for (let turn = 0; turn < 200 && identity(router) === before; turn++) await new Promise((r) => setImmediate(r));
  assert.notEqual(identity(router), before);
  assert.equal(state(router), 'granted');
  await router.pki.stop();
});

test('without that line, or when the trustpoint does not accept it, nobody vouches and nothing is granted', async () => {
  for (const more of [{}, { grantTrustpoint: 'CA' }, { grantTrustpoint: 'none' }]) {
    const { router, ours } = await customer(more);
    const before = identity(router);
    await turnTo(ours, router);
    for (let turn = 0; turn < 200; turn++) await new Promise((r) => setImmediate(r));
    assert.equal(identity(router), before, JSON.stringify(more));
    assert.ok(ours.mnemonics.includes('CS_REJECTED'), JSON.stringify(more));
    await router.pki.stop();
  }
});

test('grant auto and a pasted request make no subordinate CA without the word of the operator', async () => {
  const ca = await new TestRouter().withServer('CA');
  const pair = testPair();
  const request = buildRequest({ subject: testName('cn=sub'), ...pair, hash: 'sha256', isForCa: true }).toString(
    'base64',
  );
  const refused = await ca.pki.authorities.sign('CA', request);
  assert.deepEqual(refused, { ok: false, reason: 'the request is for the certificate of a CA' });
  const signed = await ca.pki.authorities.sign('CA', request, async () => true);
  assert.ok(signed.ok);
  assert.deepEqual([signed.value.isCa, signed.value.keyUsage], [true, '86000000']);
});
