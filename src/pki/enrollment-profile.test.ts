import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, rsaKeyPair, settle } from '../../test/enrolled-router.ts';
import type { HttpClient } from '../io/index.ts';
import { chainCertificate } from './certificate-store.ts';
import { authenticationOf, withProfile } from './enrollment-profile.ts';
import { messageTypes, parseMessage } from './scep/message.ts';
import { type EnrollmentProfile, trustpointDefaults } from './settings.ts';
import { httpTo, TestRouter } from './test-router.ts';

const day = 86_400_000;
const url = (host: string) => ({ kind: 'url', url: `http://${host}` }) as const;

/** What was asked where: host, operation, and the type of a message. */
function watched(ca: TestRouter, asked: string[]): HttpClient {
  return {
    fetch(request) {
      const { hostname, searchParams } = new URL(request.url);
      const message = request.body === undefined ? undefined : parseMessage(request.body);
      const type = message?.ok ? ` ${message.value.messageType}` : '';
      asked.push(`${hostname} ${searchParams.get('operation')}${type}`);
      return httpTo(() => ca).fetch(request);
    },
  };
}

function withTrustpoint(router: TestRouter, profile: EnrollmentProfile, percent = 50): TestRouter {
  const { enrollment } = trustpointDefaults;
  const one = {
    name: 'TP',
    ...trustpointDefaults,
    rsaKeyPair,
    subjectName: 'cn=west',
    autoEnroll: { percent, regenerate: false },
    enrollment: { ...enrollment, profile: profile.name },
  };
  router.commit({
    ...router.settings,
    trustpoints: new Map([...router.settings.trustpoints, ['TP', one]]),
    profiles: new Map([[profile.name, profile]]),
  });
  return router;
}

test('a trustpoint authenticates, enrols and renews each where its profile says', async () => {
  const ca = await new TestRouter().withServer('CA');
  const asked: string[] = [];
  const profile = { name: 'p', authentication: url('first'), enrollment: url('second'), reenrollUrl: 'http://third' };
  const router = withTrustpoint(new TestRouter(watched(ca, asked)), profile);
  await router.pki.start(router.settings);
  const fetched = await router.pki.fetchCa('TP');
  assert.ok(fetched.ok && router.pki.acceptCa('TP', fetched.value).ok);
  assert.ok((await router.pki.enroll('TP', answers)).ok);
  const { identity } = router.pki.trustpoint('TP')!;
  assert.notEqual(identity, undefined);
  ca.clock.time += 200 * day;
  await router.clock.advance(200 * day);
  await settle(router, () => router.pki.trustpoint('TP')?.identity !== identity);
  assert.deepEqual(
    asked.filter((one) => !one.includes('GetCACaps')),
    ['first GetCACert', `second PKIOperation ${messageTypes.pkcsReq}`, `third PKIOperation ${messageTypes.renewalReq}`],
  );
  await router.pki.stop();
});

test('the credential of a profile signs the first request, and a CA that knows its trustpoint grants it', async () => {
  const vendor = await new TestRouter().withServer('vendor');
  const ca = await new TestRouter().withServer('CA', { grant: 'none', grantTrustpoint: 'makers' });
  const makers = { name: 'makers', ...trustpointDefaults, revocationCheck: ['none'] as const };
  const root = chainCertificate(vendor.pki.authorities.report('vendor')!.ca!, 'ca');
  ca.commit({
    ...ca.settings,
    trustpoints: new Map([...ca.settings.trustpoints, ['makers', makers]]),
    chains: new Map([...ca.settings.chains, ['makers', [root]]]),
  });
  let server = vendor;
  const router = new TestRouter(httpTo(() => server)).withTrustpoint('factory', {
    rsaKeyPair: { label: 'factory', size: 1024 },
    subjectName: 'cn=west',
  });
  await router.pki.start(router.settings);
  const made = await router.pki.fetchCa('factory');
  assert.ok(made.ok && router.pki.acceptCa('factory', made.value).ok);
  assert.ok((await router.pki.enroll('factory', answers)).ok);
  server = ca;
  for (const [credential, state] of [
    [undefined, 'pending'],
    ['factory', 'granted'],
  ] as const) {
    const profile = { name: 'p', enrollment: url('ca'), ...(credential !== undefined && { credential }) };
    withTrustpoint(router, profile);
    const fetched = await router.pki.fetchCa('TP');
    assert.ok(fetched.ok && router.pki.acceptCa('TP', fetched.value).ok);
    const sent = await router.pki.enroll('TP', answers);
    assert.equal(sent.ok && sent.value.state, state, JSON.stringify(ca.log.slice(-2)));
  }
  await router.pki.stop();
});

/** A CA that signs what comes in a form; `answer` may change what comes back. */
function formAuthority(ca: TestRouter, answer: (der: Buffer) => Buffer = (der) => der): HttpClient {
  return {
    async fetch({ method, url, body }) {
      const told = (content: Buffer) => ({ status: 200, contentType: '', body: content });
      if (method === 'GET') return told(ca.pki.authorities.report('CA')!.ca!.der);
      const form = new URLSearchParams(body?.toString());
      assert.deepEqual([new URL(url).pathname, form.get('code')], ['/sign', 'x y']);
      const signed = await ca.pki.authorities.sign('CA', form.get('q') ?? '');
      assert.ok(signed.ok);
      return told(answer(signed.value.der));
    },
  };
}

const form: EnrollmentProfile = {
  name: 'p',
  authentication: url('ca'),
  authenticationCommand: 'GET /ca.der',
  enrollment: url('ca'),
  enrollmentCommand: 'POST /sign code=$P1&q=$REQ',
  parameters: new Map([[1, { kind: 'value', value: 'x y' }]]),
};

test('by the commands of a profile usage keys have two certificates, and the one that signs renews itself', async () => {
  const ca = await new TestRouter().withServer('CA');
  const router = withTrustpoint(new TestRouter(formAuthority(ca)), form);
  await router.pki.start(router.settings);
  const order = { label: 'k', kind: 'usage-keys', modulus: 1024, exportable: false } as const;
  assert.ok((await router.pki.keys.generate(order)).ok);
  const fetched = await router.pki.fetchCa('TP');
  assert.ok(fetched.ok && router.pki.acceptCa('TP', fetched.value).ok);
  const sent = await router.pki.enroll('TP', answers);
  assert.equal(sent.ok && sent.value.state, 'granted', JSON.stringify(sent));
  const { identity, encryption } = router.pki.trustpoint('TP')!;
  assert.deepEqual([identity?.keyUsage, encryption?.keyUsage], ['80000000', '20000000']);
  ca.clock.time += 200 * day;
  await router.clock.advance(200 * day);
  await settle(router, () => router.pki.trustpoint('TP')?.encryption !== encryption);
  const renewed = router.pki.trustpoint('TP')!;
  assert.deepEqual([renewed.identity?.keyUsage, renewed.encryption?.keyUsage], ['80000000', '20000000']);
  assert.notEqual(renewed.identity, identity);
  await router.pki.stop();
});

test('an answer that is no certificate of ours by that CA is refused, and what stands open is not sent', async () => {
  const [ca, foreign] = [await new TestRouter().withServer('CA'), await new TestRouter().withServer('CA')];
  const other = foreign.pki.authorities.report('CA')!.ca!.der;
  for (const [client, reason] of [
    [formAuthority(ca, () => Buffer.from('<html>')), /holds no certificate/],
    [formAuthority(ca, () => other), /not for our key/],
    [formAuthority(foreign), /not issued by the authenticated CA/],
  ] as const) {
    const router = withTrustpoint(new TestRouter(client), form);
    await router.pki.start(router.settings);
    assert.ok(router.pki.acceptCa('TP', [ca.pki.authorities.report('CA')!.ca!]).ok);
    const sent = await router.pki.enroll('TP', answers);
    assert.equal(sent.ok && sent.value.state, 'failed');
    assert.match(router.log.at(-1)?.text ?? '', reason);
    assert.equal(router.pki.trustpoint('TP')?.identity, undefined);
    await router.pki.stop();
  }
  const asks = { ...form, parameters: new Map([[1, { kind: 'prompt', prompt: 'Code' } as const]]) };
  const router = withTrustpoint(new TestRouter(formAuthority(ca)), asks);
  await router.pki.start(router.settings);
  assert.ok(router.pki.acceptCa('TP', [ca.pki.authorities.report('CA')!.ca!]).ok);
  const sent = await router.pki.enroll('TP', answers);
  assert.deepEqual(sent, { ok: false, reason: 'nothing says what $P1 of the enrollment profile is' });
  await router.pki.stop();
});

test('a profile that is gone leaves its trustpoint without a method; one with a terminal asks the operator', () => {
  const settings = {
    name: 'TP',
    ...trustpointDefaults,
    enrollment: { ...trustpointDefaults.enrollment, profile: 'p' },
  };
  assert.equal(withProfile(settings, undefined).enrollment.method, undefined);
  const mixed = withProfile(
    settings,
    new Map([['p', { name: 'p', authentication: { kind: 'terminal' }, enrollment: url('x') }]]),
  );
  assert.equal(authenticationOf(mixed)?.kind, 'terminal');
  assert.equal(mixed.enrollment.method?.kind, 'url');
});
