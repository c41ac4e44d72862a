import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority, certificate, type TestCertificate } from '../../../test/certificates.ts';
import { nonceOf, ocspAnswer, pointers, revocationList } from '../../../test/revocation.ts';
import type { HttpClient, HttpRequest } from '../../io/index.ts';
import type { ExpectedPeer, Verdict } from '../handshake-face.ts';
import type { ChainCertificate, RevocationMethod, TrustSettings } from '../settings.ts';
import { TestRouter } from '../test-router.ts';

const begin = Date.UTC(2026, 0, 1);
const minute = 60_000;
const hour = 60 * minute;
const validity = { notBefore: new Date(begin - 24 * hour), notAfter: new Date(begin + 365 * 24 * hour) };
const crl = 'http://crl.example.test/root.crl';
const ocsp = 'http://ocsp.example.test/';
const root = authority('Root', validity);
const peer = certificate('peer', { issuer: root, ...validity, extensions: pointers({ crl, ocsp }) });
const bare = certificate('bare', { issuer: root, ...validity });
const caller: ExpectedPeer = { role: 'client' };

type State = 'good' | 'revoked' | 'unknown' | 'down' | 'lies' | 'moved' | 'large';

/** The servers of an authority, as a test wants them to behave. */
class Servers implements HttpClient {
  crl: State = 'good';
  ocsp: State = 'good';
  lifeMs = 24 * hour;
  repeatsNonce = true;
  number = 1;
  readonly asked: HttpRequest[] = [];
  readonly router: TestRouter;
  /** Answers wait for this. */
  gate: Promise<void> = Promise.resolve();
  inFlight = 0;
  mostInFlight = 0;

  constructor() {
    this.router = new TestRouter(this);
  }

  async fetch(request: HttpRequest) {
    this.asked.push(request);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    await this.gate;
    this.inFlight--;
    const state = request.url === ocsp ? this.ocsp : this.crl;
    if (state === 'down') throw new Error('connection refused');
    const body = this.#answer(state, request);
    if (body.length > request.maxBytes) throw new Error('the answer is too large');
    return { status: state === 'moved' ? 302 : 200, contentType: '', body };
  }

  #answer(state: State, { url, body }: HttpRequest): Buffer {
    const now = this.router.clock.time;
    const times = { thisUpdate: now, nextUpdate: now + this.lifeMs };
    if (state === 'lies') return Buffer.from('<html>');
    if (state === 'large') return Buffer.alloc(5 * 1024 * 1024, 0x30);
    if (url !== ocsp) {
      return revocationList(root, { ...times, number: this.number, revoked: state === 'revoked' ? [peer] : [] });
    }
    const nonce = body === undefined || !this.repeatsNonce ? undefined : nonceOf(body);
    const status = state === 'revoked' || state === 'unknown' ? state : 'good';
    return ocspAnswer(peer, root, { ...times, status, ...(nonce === undefined ? {} : { nonce }) });
  }

  trust(revocationCheck: readonly RevocationMethod[], trust: TrustSettings = {}, own?: TestCertificate): this {
    const chain: ChainCertificate[] = [{ kind: 'ca', serial: '01', der: root.der }];
    if (own !== undefined) chain.push({ kind: 'identity', serial: '02', der: own.der });
    this.router.withTrustpoint('TP', { revocationCheck, trust });
    this.router.commit({ ...this.router.settings, chains: new Map([['TP', chain]]) });
    return this;
  }

  async verdict(shown = peer, expected: ExpectedPeer = caller, stapled?: Buffer): Promise<Verdict> {
    return this.router.pki.judge(session(shown, stapled), expected);
  }

  async outcome(...asked: Parameters<Servers['verdict']>): Promise<string> {
    const verdict = await this.verdict(...asked);
    return verdict.accepted ? 'accepted' : verdict.rule;
  }

  get places(): readonly string[] {
    return this.asked.map(({ url }) => url);
  }
}

function session(shown: TestCertificate, stapled?: Buffer) {
  const cipher = 'TLS_AES_128_GCM_SHA256';
  const base = { version: 'TLSv1.3', cipher, cipherOpenssl: cipher, resumed: false, chainDer: [shown.der] } as const;
  return stapled === undefined ? base : { ...base, stapled };
}

type Row = readonly [methods: string, crl: State, ocsp: State, outcome: string, asked: string];
/** `asked`: which servers were asked, in order. */
const orders: readonly Row[] = [
  ['crl', 'good', 'down', 'accepted', 'crl'],
  ['crl', 'revoked', 'good', 'revoked', 'crl'],
  ['crl', 'down', 'good', 'revocation', 'crl'],
  ['crl none', 'down', 'good', 'accepted', 'crl'],
  ['crl none', 'revoked', 'good', 'revoked', 'crl'],
  ['crl ocsp', 'good', 'revoked', 'accepted', 'crl'],
  ['crl ocsp', 'down', 'good', 'accepted', 'crl ocsp'],
  ['crl ocsp', 'down', 'revoked', 'revoked', 'crl ocsp'],
  ['crl ocsp', 'down', 'down', 'revocation', 'crl ocsp'],
  ['crl ocsp none', 'down', 'down', 'accepted', 'crl ocsp'],
  ['ocsp', 'down', 'good', 'accepted', 'ocsp'],
  ['ocsp', 'good', 'revoked', 'revoked', 'ocsp'],
  ['ocsp', 'good', 'unknown', 'revocation', 'ocsp'],
  ['ocsp', 'good', 'down', 'revocation', 'ocsp'],
  ['ocsp crl', 'good', 'unknown', 'accepted', 'ocsp crl'],
  ['ocsp crl', 'revoked', 'down', 'revoked', 'ocsp crl'],
  ['ocsp none', 'revoked', 'down', 'accepted', 'ocsp'],
  ['ocsp none', 'good', 'revoked', 'revoked', 'ocsp'],
  ['none', 'revoked', 'revoked', 'accepted', ''],
  ['none crl', 'revoked', 'good', 'accepted', ''],
  ['crl none', 'lies', 'good', 'accepted', 'crl'],
  ['crl', 'moved', 'good', 'revocation', 'crl'],
  ['crl', 'large', 'good', 'revocation', 'crl'],
  ['ocsp', 'good', 'lies', 'revocation', 'ocsp'],
];
for (const [methods, list, responder, outcome, asked] of orders) {
  test(`revocation-check ${methods}, CRL ${list}, OCSP ${responder}: ${outcome}`, async () => {
    const servers = new Servers().trust(methods.split(' ') as RevocationMethod[]);
    servers.crl = list;
    servers.ocsp = responder;
    assert.equal(await servers.outcome(), outcome);
    assert.equal(servers.places.map((url) => (url === ocsp ? 'ocsp' : 'crl')).join(' '), asked);
  });
}

test('a refusal says what could not be done and why, and the log names the server', async () => {
  const servers = new Servers().trust(['crl', 'ocsp']);
  servers.crl = 'down';
  servers.ocsp = 'unknown';
  const verdict = await servers.verdict();
  assert.match(
    verdict.accepted ? '' : verdict.reason,
    /demands revocation-check crl ocsp of cn=peer.*CRL http:\/\/crl\.example\.test.*: connection refused; the OCSP responder Root does not know/,
  );
  assert.ok(servers.router.mnemonics.includes('REVOCATION_FETCH'));
});

test('what is held is asked for once: the next handshake has its verdict in the same turn', async () => {
  const servers = new Servers().trust(['crl']);
  const first = servers.router.pki.judge(session(peer), caller);
  const second = servers.router.pki.judge(session(peer), caller);
  assert.ok(first instanceof Promise && second instanceof Promise);
  assert.ok((await first).accepted && (await second).accepted);
  assert.equal(servers.asked.length, 1);
  assert.ok(!(servers.router.pki.judge(session(peer), caller) instanceof Promise));
});

test('a server that is down is not asked again for half a minute', async () => {
  const servers = new Servers().trust(['crl']);
  servers.crl = 'down';
  assert.deepEqual([await servers.outcome(), await servers.outcome()], ['revocation', 'revocation']);
  assert.equal(servers.asked.length, 1);
  servers.router.clock.time += 31_000;
  servers.crl = 'good';
  assert.equal(await servers.outcome(), 'accepted');
});

test('nothing is fetched for a chain that no trustpoint anchors, nor for a peer that is refused anyway', async () => {
  const servers = new Servers().trust(['crl', 'ocsp']);
  const stranger = authority('Root', validity);
  const unknown = certificate('peer', { issuer: stranger, ...validity, extensions: pointers({ crl, ocsp }) });
  assert.equal(await servers.outcome(unknown), 'anchor');
  assert.equal(await servers.outcome(peer, { role: 'server', dnsName: 'else.example' }), 'name');
  assert.deepEqual(servers.asked, []);
});

test('an address that is not public is not fetched from, unless allowed or the operator typed the URL', async () => {
  const local = certificate('local', {
    issuer: root,
    ...validity,
    extensions: pointers({ crl: 'http://127.0.0.1/a.crl' }),
  });
  const shut = new Servers().trust(['crl']);
  const verdict = await shut.verdict(local);
  assert.match(verdict.accepted ? '' : verdict.reason, /no public address/);
  assert.deepEqual(shut.asked, []);
  assert.equal(await new Servers().trust(['crl'], { fetchPrivate: true }).outcome(local), 'accepted');
  assert.equal(await new Servers().trust(['crl'], { crlQuery: 'http://10.0.0.1/a.crl' }).outcome(bare), 'accepted');
});

test('the address that was looked at is the one connected to', async () => {
  const servers = new Servers().trust(['crl']);
  await servers.verdict();
  assert.equal(servers.asked[0]?.address, '192.88.1.1');
});

test('only http is fetched, and without any place the method is silent', async () => {
  const odd = certificate('odd', {
    issuer: root,
    ...validity,
    extensions: pointers({ crl: 'ldap://ca/cn=Root', ocsp: 'https://o/' }),
  });
  const servers = new Servers().trust(['crl', 'ocsp']);
  const verdict = await servers.verdict(odd);
  assert.match(
    verdict.accepted ? '' : verdict.reason,
    /no http CRL distribution point is known; no http OCSP responder/,
  );
  assert.deepEqual(servers.asked, []);
});

test('crl query, ocsp url and the overrides of a certificate map lead elsewhere; skip revocation-check asks nobody', async () => {
  const elsewhere = 'http://other.example.test/x.crl';
  const at = async (trust: TrustSettings, methods: RevocationMethod[], shown = peer): Promise<string> => {
    const servers = new Servers().trust(methods, trust);
    const criteria = [{ field: 'subject-name', operator: 'co', value: 'peer' }] as const;
    const map = { name: 'M', sequence: 1, criteria };
    servers.router.commit({ ...servers.router.settings, certificateMaps: new Map([['M 1', map]]) });
    await servers.verdict(shown);
    return servers.places.join(' ');
  };
  assert.equal(await at({ crlQuery: elsewhere }, ['crl']), crl);
  assert.equal(await at({ crlQuery: elsewhere }, ['crl'], bare), elsewhere);
  assert.equal(await at({ ocspUrl: elsewhere }, ['ocsp']), elsewhere);
  assert.equal(await at({ matches: [{ map: 'M', effect: { kind: 'cdp', url: elsewhere } }] }, ['crl']), elsewhere);
  assert.equal(
    await at({ matches: [{ map: 'M', effect: { kind: 'ocsp', order: 1, url: elsewhere } }] }, ['ocsp']),
    elsewhere,
  );
  assert.equal(await at({ matches: [{ map: 'M', effect: { kind: 'skip-revocation' } }] }, ['crl']), '');
});

test('the nonce must come back, unless ocsp disable-nonce does without', async () => {
  const strict = new Servers().trust(['ocsp']);
  strict.repeatsNonce = false;
  const verdict = await strict.verdict();
  assert.match(verdict.accepted ? '' : verdict.reason, /does not repeat our nonce/);
  const without = new Servers().trust(['ocsp'], { ocspWithoutNonce: true });
  assert.equal(await without.outcome(), 'accepted');
  assert.equal(nonceOf(without.asked[0]?.body ?? Buffer.alloc(0)), undefined);
});

test('what a server stapled spares the question; what it stapled wrongly does not', async () => {
  const servers = new Servers().trust(['ocsp']);
  const { time } = servers.router.clock;
  const server: ExpectedPeer = { role: 'server' };
  const stapled = (status: 'good' | 'revoked', thisUpdate = time) =>
    ocspAnswer(peer, root, { status, thisUpdate, nextUpdate: thisUpdate + hour });
  assert.equal(await servers.outcome(peer, server, stapled('good')), 'accepted');
  assert.deepEqual(servers.asked, []);
  assert.equal(await servers.outcome(peer, server, stapled('revoked', time + 1000)), 'revoked');
  assert.equal(
    await servers.outcome(peer, server, stapled('good', time - 1000)),
    'revoked',
    'an older "good" hides nothing',
  );
  const other = new Servers().trust(['ocsp']);
  assert.equal(await other.outcome(peer, server, ocspAnswer(bare, root, { thisUpdate: time })), 'accepted');
  assert.deepEqual(other.places, [ocsp]);
  assert.ok(other.router.mnemonics.includes('STAPLE_UNUSABLE'));
});

test('a CRL in use is fetched again before it ends; when that fails the one held stays while it holds', async () => {
  const servers = new Servers().trust(['crl']);
  servers.lifeMs = 10 * hour;
  await servers.verdict();
  await servers.verdict();
  const [timer, ...more] = servers.router.pki.timers();
  assert.deepEqual([timer?.kind, more], ['CRL UPDATE', []]);
  const due = (timer?.at ?? 0) - servers.router.clock.now();
  assert.ok(8 * hour < due && due < 9.5 * hour, 'and shown');
  await servers.router.clock.advance(8 * hour);
  assert.equal(servers.asked.length, 1);
  servers.crl = 'down';
  await servers.router.clock.advance(1.5 * hour);
  assert.equal(servers.asked.length, 2, 'fetched ahead of its end');
  assert.equal(await servers.outcome(), 'accepted', 'the one held still holds');
  servers.router.clock.time += hour;
  assert.equal(await servers.outcome(), 'revocation');
});

test('a CRL older than the one held does not take its place', async () => {
  const servers = new Servers().trust(['crl']);
  servers.crl = 'revoked';
  servers.number = 9;
  assert.equal(await servers.outcome(), 'revoked');
  servers.crl = 'good';
  servers.number = 8;
  const asked = await servers.router.pki.trust.requestCrl('TP');
  assert.match(asked.ok ? '' : asked.reason, /older than the one held/);
  assert.equal(await servers.outcome(), 'revoked');
});

test('crl cache delete-after fetches anew what is older', async () => {
  const servers = new Servers().trust(['crl'], { crlCacheMinutes: 5 });
  await servers.verdict();
  servers.router.clock.time += 6 * minute;
  await servers.verdict();
  assert.equal(servers.asked.length, 2);
});

test('new evidence that somebody is revoked tells the gateway to judge again', async () => {
  const servers = new Servers().trust(['crl']);
  await servers.verdict();
  const { changes } = servers.router;
  servers.crl = 'revoked';
  servers.router.clock.time += 1000;
  await servers.router.pki.trust.requestCrl('TP');
  assert.equal(servers.router.changes, changes + 1);
  servers.router.clock.time += 1000;
  await servers.router.pki.trust.requestCrl('TP');
  assert.equal(servers.router.changes, changes + 1, 'nothing new');
});

test('a live connection is not ended by a server that is down, and is by a revocation', async () => {
  const servers = new Servers().trust(['crl']);
  servers.crl = 'down';
  const verdict = await servers.verdict(peer, { ...caller, isLive: true });
  assert.ok(verdict.accepted && verdict.validUntil <= servers.router.clock.time + minute);
  servers.router.clock.time += minute;
  servers.crl = 'revoked';
  assert.equal(await servers.outcome(peer, { ...caller, isLive: true }), 'revoked');
});

test('an accepted peer is to be judged again when its certificate or the proof runs out', async () => {
  const proof = await new Servers().trust(['crl']).verdict();
  assert.ok(proof.accepted && proof.validUntil < validity.notAfter.getTime());
  const own = await new Servers().trust(['none']).verdict();
  assert.ok(own.accepted && own.validUntil === validity.notAfter.getTime());
});

test('slow servers are asked two at a time each and eight in all, and what waits is bounded', async () => {
  const servers = new Servers().trust(['crl']);
  const { promise, resolve } = Promise.withResolvers<void>();
  servers.gate = promise;
  const many = Array.from({ length: 200 }, (_, at) =>
    certificate('many', {
      issuer: root,
      ...validity,
      extensions: pointers({ crl: `http://crl${at % 10}.example.test/${at}.crl` }),
    }),
  );
  const verdicts = many.map((one) => servers.verdict(one));
  for (let turn = 0; turn < 100; turn++) await undefined;
  assert.equal(servers.mostInFlight, 8);
  const slow = new Set(servers.places.map((url) => new URL(url).host));
  assert.ok(slow.size >= 4);
  resolve();
  const outcomes = (await Promise.all(verdicts)).map(({ accepted }) => accepted);
  const { busy, pending, attempts } = servers.router.pki.trust.counters();
  assert.equal(outcomes.filter((accepted) => !accepted).length, busy);
  assert.deepEqual([busy > 0, pending, attempts], [true, 0, 200]);
});

test('counters tell what was judged and how', async () => {
  const servers = new Servers().trust(['crl', 'none']);
  await servers.verdict();
  servers.crl = 'revoked';
  servers.router.clock.time += 1000;
  await servers.router.pki.trust.requestCrl('TP');
  await servers.verdict();
  await servers.verdict(bare);
  const count = servers.router.pki.trust.counters();
  assert.deepEqual(
    [count.started, count.ended, count.successful, count.failed, count.bypassed, count.attempts, count.failedAttempts],
    [3, 3, 1, 1, 1, 2, 0],
  );
  servers.router.pki.trust.clearCounters();
  assert.equal(servers.router.pki.trust.counters().started, 0);
});

for (const [method, what] of [
  ['crl', `the CRL of ${crl}`],
  ['ocsp', `the OCSP answer of ${ocsp}`],
] as const) {
  test(`the lint says when and why ${what} could not be had, long after, until crl request fetches it`, async () => {
    const servers = new Servers().trust([method], {}, peer);
    const { trust } = servers.router.pki;
    const found = () => trust.lint([], []).filter(({ remedy }) => remedy.includes('crl request TP'));
    assert.deepEqual(
      found().map(({ severity, words }) => [severity, words]),
      [['warning', `${what} was not fetched yet`]],
    );
    servers[method] = 'down';
    assert.equal((await trust.requestCrl('TP')).ok, false);
    servers.router.clock.time += hour;
    assert.deepEqual(
      found().map(({ severity, words }) => [severity, words]),
      [['error', `${what} could not be had at 2026-01-01 00:00 UTC: connection refused`]],
    );
    servers[method] = 'good';
    assert.deepEqual(await trust.requestCrl('TP'), { ok: true, value: undefined });
    assert.deepEqual(found(), []);
    assert.equal(
      servers.places.every((url) => url === (method === 'crl' ? crl : ocsp)),
      true,
    );
  });
}

test('crl request of a trustpoint that checks by OCSP says which responder failed, or that none is known', async () => {
  const servers = new Servers().trust(['ocsp'], {}, peer);
  servers.ocsp = 'down';
  const asked = await servers.router.pki.trust.requestCrl('TP');
  assert.equal(asked.ok ? '' : asked.reason, `the OCSP answer of ${ocsp}: connection refused`);
  const none = await new Servers().trust(['ocsp'], {}, bare).router.pki.trust.requestCrl('TP');
  assert.match(none.ok ? '' : none.reason, /no OCSP responder .* configure ocsp url/);
});
