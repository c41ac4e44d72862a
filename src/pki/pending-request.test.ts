import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, authenticated, reloaded, settle, state } from '../../test/enrolled-router.ts';
import type { HttpClient } from '../io/index.ts';
import { messageTypes, parseMessage } from './scep/message.ts';
import { httpTo, TestRouter } from './test-router.ts';

const challengePassword = 'between us only';

/** A CA that lets everybody wait, with what it is sent; nobody reaches it while it is `down`. */
async function scene() {
  const ca = await new TestRouter().withServer('CA', { grant: 'none' });
  const sent: { readonly type: string; readonly transaction: string }[] = [];
  const line = { isDown: false };
  const http: HttpClient = {
    fetch(request) {
      if (line.isDown && request.body !== undefined) return Promise.reject(new Error('connection refused'));
      const message = request.body === undefined ? undefined : parseMessage(request.body);
      if (message?.ok) sent.push({ type: message.value.messageType, transaction: message.value.transactionId });
      return httpTo(() => ca).fetch(request);
    },
  };
  return { ca, http, sent, line };
}

async function onDisk(router: TestRouter): Promise<string> {
  const file = (await router.files.read('enrollments/TP.json'))?.toString() ?? '';
  const { request = '' } = JSON.parse(file || '{}') as { request?: string };
  return `${file}\n${Buffer.from(request, 'base64').toString('latin1')}`;
}

test('a challenge password does not wait on disk; after a reload the CA is asked about the same transaction', async () => {
  const { ca, http, sent } = await scene();
  const router = await authenticated(http);
  await router.pki.enroll('TP', { ...answers, challengePassword });
  await router.pki.settled();
  const before = router.pki.trustpoint('TP')!.enrollment;
  const file = await onDisk(router);
  assert.match(file, /"isRedacted": true/);
  assert.ok(!file.includes(challengePassword));
  await router.pki.stop();
  const next = await reloaded(router, http);
  await settle(next, () => sent.length === 2);
  assert.deepEqual(next.pki.trustpoint('TP')!.enrollment, before, 'the fingerprints are those of the request as sent');
  assert.deepEqual(await ca.pki.authorities.grant('CA', 'all'), { ok: true, value: 1 });
  await next.clock.advance(60_000);
  await settle(next, () => state(next) === 'granted');
  assert.equal(state(next), 'granted');
  assert.equal(new Set(sent.map(({ transaction }) => transaction)).size, 1);
  assert.deepEqual(
    sent.map(({ type }) => type),
    [messageTypes.pkcsReq, messageTypes.certPoll, messageTypes.certPoll],
    'once at the reload, and again when the CA had made up its mind',
  );
  await next.pki.stop();
});

test('under a configuration key it lies sealed, so that a request nobody took is sent again after a reload', async () => {
  const { http, sent, line } = await scene();
  const router = await authenticated(http);
  assert.ok((await router.pki.configKey.set('a configuration key')).ok);
  line.isDown = true;
  await router.pki.enroll('TP', { ...answers, challengePassword });
  await router.pki.settled();
  assert.ok(!(await onDisk(router)).includes(challengePassword));
  await router.pki.stop();
  line.isDown = false;
  const next = await reloaded(router, http);
  await settle(next, () => state(next) === 'pending' && sent.length > 0);
  assert.deepEqual(
    sent.map(({ type }) => type),
    [messageTypes.pkcsReq],
  );
  await next.pki.stop();
});

test('a password that the trustpoint is configured with is had from there', async () => {
  const { http, sent, line } = await scene();
  const router = await authenticated(http, { password: challengePassword });
  line.isDown = true;
  await router.pki.enroll('TP', { ...answers, challengePassword });
  await router.pki.settled();
  assert.ok(!(await onDisk(router)).includes(challengePassword));
  await router.pki.stop();
  line.isDown = false;
  const next = await reloaded(router, http);
  await settle(next, () => state(next) === 'pending' && sent.length > 0);
  assert.deepEqual(
    sent.map(({ type }) => type),
    [messageTypes.pkcsReq],
  );
  await next.pki.stop();
});

test('a request that nobody took, its password gone with the reload, is rejected by the CA and can be made anew', async () => {
  const { http, line } = await scene();
  const router = await authenticated(http);
  line.isDown = true;
  await router.pki.enroll('TP', { ...answers, challengePassword });
  await router.pki.stop();
  line.isDown = false;
  const next = await reloaded(router, http);
  await settle(next, () => state(next) === 'denied');
  assert.equal(state(next), 'denied');
  await next.pki.enroll('TP', { ...answers, challengePassword });
  assert.equal(state(next), 'pending');
  await next.pki.stop();
});
