import assert from 'node:assert/strict';
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { HttpClient, HttpRequest, HttpResponse } from '../../io/index.ts';
import { certificatePem } from '../certificate.ts';
import type { AcmeMethod } from '../settings.ts';
import { TestRouter } from '../test-router.ts';
import { isToken, readAuthorization, readDirectory, readOrder, readProblem } from './messages.ts';

const base = 'https://acme.test';
const name = 'west.example.test';
const token = 'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJyPCt92wrDoA';
const answers = { defaultKeyLabel: 'west', fqdn: name };

/** What the server answers instead, by path; undefined: the truth. */
type Lie = (path: string, count: number) => Partial<Reply> | undefined;

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** An ACME server that checks every signature, looks at the challenge itself, and lies when it is told to. */
class AcmeServer implements HttpClient {
  readonly asked: string[] = [];
  readonly ca: TestRouter;
  lie: Lie = () => undefined;
  router: TestRouter | undefined;
  /** Who signs the certificates. */
  signer: TestRouter;
  #nonces = 0;
  #key: KeyObject | undefined;
  #thumbprint = '';
  #isProven = false;
  #certificate = '';

  constructor(ca: TestRouter) {
    this.ca = ca;
    this.signer = ca;
  }

  async fetch(request: HttpRequest): Promise<HttpResponse> {
    assert.deepEqual(request.trust, [certificatePem(this.ca.pki.authorities.report('CA')!.ca!)]);
    const path = new URL(request.url).pathname;
    this.asked.push(path);
    const count = this.asked.filter((one) => one === path).length;
    const truth = request.method === 'POST' ? await this.#answer(path, this.#open(request)) : this.#plain(path);
    const { status = 200, body = '', headers = {} } = { ...truth, ...this.lie(path, count) };
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const all = new Map(Object.entries({ 'replay-nonce': `n${++this.#nonces}`, ...headers }));
    return { status, contentType: '', body: bytes, headers: all };
  }

  #plain(path: string): Partial<Reply> {
    if (path !== '/dir') return {};
    return { body: { newNonce: `${base}/nonce`, newAccount: `${base}/account`, newOrder: `${base}/order` } };
  }

  /** The payload of a request whose signature verified. */
  #open({ url, body, contentType }: HttpRequest): Record<string, unknown> | undefined {
    assert.equal(contentType, 'application/jose+json');
    const jws = JSON.parse(String(body)) as { protected: string; payload: string; signature: string };
    const header = JSON.parse(Buffer.from(jws.protected, 'base64url').toString()) as Record<string, unknown>;
    assert.deepEqual([header['alg'], header['url'], header['nonce']], ['ES256', url, `n${this.#nonces}`]);
    const jwk = header['jwk'] as Record<string, string> | undefined;
    if (jwk !== undefined) {
      this.#key = createPublicKey({ key: jwk, format: 'jwk' });
      const { crv, kty, x, y } = jwk;
      this.#thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
    } else assert.equal(header['kid'], `${base}/account/1`);
    const signed = Buffer.from(`${jws.protected}.${jws.payload}`);
    const signature = Buffer.from(jws.signature, 'base64url');
    assert.ok(verify('sha256', signed, { key: this.#key!, dsaEncoding: 'ieee-p1363' }, signature));
    return jws.payload === ''
      ? undefined
      : (JSON.parse(Buffer.from(jws.payload, 'base64url').toString()) as Record<string, unknown>);
  }

  async #answer(path: string, payload: Record<string, unknown> | undefined): Promise<Partial<Reply>> {
    switch (path) {
      case '/account':
        return { status: 201, body: {}, headers: { location: `${base}/account/1` } };
      case '/order':
        assert.deepEqual(payload?.['identifiers'], [{ type: 'dns', value: name }]);
        return { status: 201, body: this.#order(), headers: { location: `${base}/order/1` } };
      case '/order/1':
        return { body: this.#order() };
      case '/authorization':
        return { body: this.#authorization() };
      case '/challenge':
        this.#isProven = this.router?.pki.acmeChallenge(token) === `${token}.${this.#thumbprint}`;
        return { body: {} };
      case '/finalize':
        this.#certificate = await this.#sign(Buffer.from(String(payload?.['csr']), 'base64url'));
        return { body: this.#order() };
      default:
        return { body: this.#certificate };
    }
  }

  #order(): unknown {
    const over = { status: 'valid', certificate: `${base}/certificate` };
    const state = this.#certificate !== '' ? over : { status: this.#isProven ? 'ready' : 'pending' };
    return { ...state, authorizations: [`${base}/authorization`], finalize: `${base}/finalize` };
  }

  #authorization(): unknown {
    const challenge = { type: 'http-01', url: `${base}/challenge`, token };
    return {
      status: this.#isProven ? 'valid' : 'pending',
      identifier: { type: 'dns', value: name },
      challenges: [{ type: 'dns-01', url: `${base}/dns`, token: 'x' }, challenge],
    };
  }

  async #sign(csr: Buffer): Promise<string> {
    const signed = await this.signer.pki.authorities.sign('CA', csr.toString('base64'));
    assert.ok(signed.ok);
    return certificatePem(signed.value) + certificatePem(this.signer.pki.authorities.report('CA')!.ca!);
  }
}

async function scene(lie: Lie = () => undefined): Promise<{ router: TestRouter; server: AcmeServer }> {
  const ca = await new TestRouter().withServer('CA');
  const server = new AcmeServer(ca);
  server.lie = lie;
  const method: AcmeMethod = { kind: 'acme', url: `${base}/dir`, hostTrust: false };
  const router = new TestRouter(server).withTrustpoint('TP', {
    rsaKeyPair: { label: 'k', size: 1024 },
    enrollment: { modeRa: false, retryPeriodMinutes: 1, retryCount: 10, method },
  });
  server.router = router;
  await router.pki.keys.generate({ label: 'k', kind: 'general-keys', modulus: 1024, exportable: false });
  assert.ok(router.pki.acceptCa('TP', [ca.pki.authorities.report('CA')!.ca!]).ok);
  return { router, server };
}

/** Enrols while time passes, half a second a step. */
async function enroll(router: TestRouter, server?: AcmeServer, stepMs = 500): Promise<string> {
  let over = false;
  const outcome = router.pki.enroll('TP', answers).finally(() => {
    over = true;
  });
  for (let step = 0; !over && step < 4000; step++) {
    await setImmediate();
    if (server !== undefined) server.ca.clock.time = router.clock.time;
    await router.clock.advance(stepMs);
  }
  assert.ok(over, 'nothing came of it');
  const sent = await outcome;
  return sent.ok ? sent.value.state : sent.reason;
}

test('an order is made, proven by a file and finalized; account key and certificate are in NVRAM, the file is gone', async () => {
  const { router, server } = await scene();
  assert.equal(await enroll(router, server), 'granted', router.log.at(-1)?.text);
  await router.pki.settled();
  assert.deepEqual(router.pki.trustpoint('TP')!.identity?.alternativeNames?.dns, [name]);
  const [file] = await router.files.list('acme');
  assert.equal(await router.files.mode(`acme/${file}`), 0o600);
  assert.equal(router.pki.acmeChallenge(token), undefined);
  assert.doesNotMatch(router.log.map(({ text }) => text).join(), /PRIVATE|evaGx/);
  assert.deepEqual(router.pki.trustpoint('TP')!.others, [], 'the root that was sent along is not stored twice');
});

test('a nonce that is refused is replaced, ten times at most', async () => {
  const badNonce = { status: 400, body: { type: 'urn:ietf:params:acme:error:badNonce', detail: 'stale' } };
  const patient = await scene((path, count) => (path === '/order' && count < 4 ? badNonce : undefined));
  assert.equal(await enroll(patient.router, patient.server), 'granted');
  const stubborn = await scene((path) => (path === '/order' ? badNonce : undefined));
  assert.equal(await enroll(stubborn.router, stubborn.server), 'failed');
  assert.equal(stubborn.server.asked.filter((path) => path === '/order').length, 11);
});

test('Retry-After is obeyed, in seconds and as a date', async () => {
  for (const text of ['40', 'date']) {
    const { router, server } = await scene((path, count) => {
      if (path !== '/order/1' || count > 1) return undefined;
      const date = new Date(router.clock.time + 40_000).toUTCString();
      const order = { status: 'processing', authorizations: [], finalize: `${base}/finalize` };
      return { body: { ...order, status: 'pending' }, headers: { 'retry-after': text === 'date' ? date : text } };
    });
    const begun = router.clock.time;
    assert.equal(await enroll(router, server), 'granted');
    assert.ok(router.clock.time - begun >= 38_000, text);
  }
});

test('a renewal that meets a rate limit waits as long as the server says', async () => {
  const { router, server } = await scene();
  await router.pki.start(router.settings);
  assert.equal(await enroll(router, server), 'granted');
  const settings = router.settings.trustpoints.get('TP')!;
  router.withTrustpoint('TP', { ...settings, autoEnroll: { percent: 50, regenerate: false } });
  const [timer] = router.pki.timers();
  assert.equal(timer?.kind, 'RENEW');
  const limited = { type: 'urn:ietf:params:acme:error:rateLimited', detail: 'later' };
  server.lie = (path) =>
    path === '/order' ? { status: 429, body: limited, headers: { 'retry-after': '86400' } } : undefined;
  while (router.clock.time < timer.at) await router.clock.advance(6 * 3_600_000);
  const begun = router.clock.time;
  for (let turn = 0; turn < 200; turn++) await setImmediate();
  assert.match(router.log.at(-1)?.text ?? '', /rateLimited: later/);
  assert.ok(router.pki.timers()[0]!.at >= begun + 86_400_000);
  await router.pki.stop();
});

const refusals: [what: string, lie: Lie, reason: RegExp][] = [
  ['a server that is none', (path) => (path === '/dir' ? { body: '<html>' } : undefined), /no ACME directory/],
  [
    'a problem, told with its type and without its control characters',
    (path) =>
      path === '/order'
        ? { status: 403, body: { type: 'urn:ietf:params:acme:error:rejectedIdentifier', detail: 'no\r\n%SYS' } }
        : undefined,
    /rejectedIdentifier: no\\x0d\\x0a%SYS$/,
  ],
  ['a status without a word', (path) => (path === '/account' ? { status: 500 } : undefined), /HTTP status 500/],
  [
    'a name that is not proven',
    (path, count) =>
      path === '/authorization' && count > 1
        ? {
            body: {
              status: 'invalid',
              identifier: { value: name },
              challenges: [
                { type: 'http-01', error: { type: 'urn:ietf:params:acme:error:connection', detail: 'refused' } },
              ],
            },
          }
        : undefined,
    /west\.example\.test was not proven: connection: refused/,
  ],
  [
    'no http-01 challenge',
    (path) =>
      path === '/authorization'
        ? { body: { status: 'pending', identifier: { value: name }, challenges: [{ type: 'dns-01' }] } }
        : undefined,
    /no http-01 challenge is offered/,
  ],
  [
    'a token that would be a path',
    (path) =>
      path === '/authorization'
        ? {
            body: {
              status: 'pending',
              identifier: { value: name },
              challenges: [{ type: 'http-01', url: `${base}/challenge`, token: '../x' }],
            },
          }
        : undefined,
    /no http-01 challenge is offered/,
  ],
  [
    'a way to clear text',
    (path) =>
      path === '/dir'
        ? { body: { newNonce: `${base}/nonce`, newAccount: 'http://acme.test/account', newOrder: `${base}/order` } }
        : undefined,
    /from https to clear text/,
  ],
  ['a certificate of nobody', (path) => (path === '/certificate' ? { body: '' } : undefined), /./],
  [
    'an order that never ends',
    (path) =>
      path === '/order/1'
        ? { body: { status: 'pending', authorizations: [], finalize: `${base}/finalize` } }
        : undefined,
    /does not come to an end/,
  ],
];
for (const [what, lie, reason] of refusals) {
  test(`an ACME server that answers with ${what} is told with its reason, and nothing is stored`, async () => {
    const { router, server } = await scene(lie);
    assert.equal(await enroll(router, server), 'failed');
    const told = router.log.at(-1);
    assert.equal(told?.mnemonic, 'CERTFAIL');
    assert.match(told?.text ?? '', reason);
    assert.equal(router.pki.trustpoint('TP')!.identity, undefined);
    assert.equal(router.pki.acmeChallenge(token), undefined);
  });
}

test('a certificate that does not lead to the authenticated CA is refused', async () => {
  const { router, server } = await scene();
  server.signer = await new TestRouter().withServer('CA');
  assert.equal(await enroll(router, server), 'failed');
  assert.match(router.log.at(-1)?.text ?? '', /does not lead to the authenticated CA/);
});

test('an enrolment without a name or without an authenticated CA is refused before anything is sent', async () => {
  const { router, server } = await scene();
  const asked = await router.pki.enroll('TP', { defaultKeyLabel: 'west', fqdn: 'no-domain' });
  assert.ok(!asked.ok && /no name/.test(asked.reason));
  assert.deepEqual(server.asked, []);
});

test('nothing a server sends makes a reader throw', () => {
  const texts = [
    '',
    '{',
    'null',
    '[]',
    '{"newNonce":1}',
    '{"status":5,"authorizations":[null],"finalize":"https://a"}',
    '{"identifier":null,"challenges":[1,null,{"type":"http-01"}]}',
    '{"type":[],"detail":{}}',
    `{"type":"${'x'.repeat(9999)}"}`,
  ];
  for (const text of texts) {
    const body = Buffer.from(text);
    for (const read of [readDirectory, readOrder, readAuthorization, readProblem])
      assert.doesNotThrow(() => read(body), text);
    assert.ok((readProblem(body)?.text.length ?? 0) < 1000);
  }
  assert.deepEqual(['a_-9', '', 'a/b', '..', 'a'.repeat(201)].map(isToken), [true, false, false, false, false]);
});
