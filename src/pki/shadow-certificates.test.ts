import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, authenticated, forward, identity, reloaded, settle, state } from '../../test/enrolled-router.ts';
import type { HttpClient } from '../io/index.ts';
import { isIssuedBy } from './certificate.ts';
import { caServerDefaults } from './settings.ts';
import { httpTo, TestRouter } from './test-router.ts';

const day = 86_400_000;

async function scene(): Promise<{ readonly ca: TestRouter; readonly http: HttpClient; readonly router: TestRouter }> {
  const ca = await new TestRouter().withServer('CA', {
    lifetime: { ...caServerDefaults.lifetime, caCertificate: 30, certificate: 30 },
  });
  assert.ok((await ca.pki.authorities.rollover('CA', 'make')).ok);
  const http = httpTo(() => ca);
  const router = await authenticated(http, { autoEnroll: { percent: 70, regenerate: false } });
  assert.ok((await router.pki.enroll('TP', answers)).ok);
  return { ca, http, router };
}

/** Until the router has a certificate of the CA that follows. */
async function shadowed(ca: TestRouter, router: TestRouter): Promise<void> {
  for (let days = 0; days < 28 && router.pki.trustpoint('TP')?.rollover === undefined; days++) {
    await forward(router, ca, 1);
    await ca.pki.settled();
    await settle(router, () => state(router) === 'granted');
  }
  assert.notEqual(router.pki.trustpoint('TP')?.rollover, undefined, JSON.stringify(router.log.slice(-5)));
}

test('the certificate of the next CA and a shadow certificate are kept, and take over at the hour', async () => {
  const { ca, router } = await scene();
  await shadowed(ca, router);
  const { rollover, rolloverAt, identity: own, others, ca: old } = router.pki.trustpoint('TP')!;
  const next = ca.pki.authorities.report('CA')!.next!;
  assert.ok(rollover !== undefined && old !== undefined && own !== undefined);
  assert.ok(isIssuedBy(rollover, next) && isIssuedBy(own, old));
  assert.deepEqual(
    others.map(({ der }) => der),
    [next.der],
  );
  assert.deepEqual(rollover.publicKeyDer, own.publicKeyDer);
  assert.equal(rolloverAt, old.notAfter - 30_000);
  assert.ok(router.pki.timers().some(({ kind, at }) => kind === 'SHADOW' && at === rolloverAt));
  assert.ok(!router.pki.timers().some(({ kind }) => kind === 'RENEW'), 'the old one is not renewed any more');
  const before = identity(router);
  router.clock.time = old.notAfter - day;
  await router.clock.advance(0);
  assert.equal(identity(router), before, 'not before the hour');
  ca.clock.time = old.notAfter - 10_000;
  await router.clock.advance(day - 10_000);
  await settle(router, () => identity(router) !== before);
  const after = router.pki.trustpoint('TP')!;
  assert.ok(after.identity?.der.equals(rollover.der));
  assert.ok(after.ca?.der.equals(next.der));
  assert.equal(after.rollover, undefined);
  assert.ok(router.mnemonics.includes('ROLLED_OVER'));
  const shown = router.pki.credentialsFor('10.0.0.1', [{ trustpoint: 'TP', strictCipher: false }]);
  assert.ok(shown.ok, 'the next handshake has a certificate and its key');
  await router.pki.stop();
});

test('a reload in between finds the shadow certificate again', async () => {
  const { ca, http, router } = await scene();
  await shadowed(ca, router);
  const { rollover } = router.pki.trustpoint('TP')!;
  await router.pki.stop();
  const next = await reloaded(router, http);
  assert.deepEqual(next.pki.trustpoint('TP')?.rollover?.der, rollover?.der);
  assert.equal(identity(next), identity(router));
  await next.pki.stop();
});

test('a CA that lets the request for its successor wait is polled, and the certificate in force stays', async () => {
  const { ca, router } = await scene();
  const manual = { ...ca.settings.servers.get('CA')!, grant: 'none' as const };
  ca.commit({ ...ca.settings, servers: new Map([['CA', manual]]) });
  await ca.pki.settled();
  for (let days = 0; days < 25 && state(router) !== 'pending'; days++) await forward(router, ca, 1);
  assert.equal(state(router), 'pending');
  const before = identity(router);
  await ca.pki.authorities.grant('CA', 'all');
  await router.clock.advance(60_000);
  await settle(router, () => state(router) === 'granted');
  for (let rounds = 0; rounds < 40 && router.pki.trustpoint('TP')?.rollover === undefined; rounds++) {
    await forward(router, ca, 0.5);
    await ca.pki.authorities.grant('CA', 'all');
  }
  assert.notEqual(router.pki.trustpoint('TP')?.rollover, undefined);
  assert.notEqual(before, 'none');
  await router.pki.stop();
});
