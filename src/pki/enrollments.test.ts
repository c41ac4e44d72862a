import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { answers, authenticated, identity, reloaded, settle, state } from '../../test/enrolled-router.ts';
import { GatewayError, type HttpClient } from '../io/index.ts';
import { MemoryFiles } from '../io/memory/files.ts';
import { parseMessage } from './scep/message.ts';
import { httpTo, TestRouter, unreachable } from './test-router.ts';

test('a request that is pending is polled under the same transaction, after a reload too', async () => {
  const ca = await new TestRouter().withServer('CA', { grant: 'none' });
  const transactions = new Set<string>();
  const watched: HttpClient = {
    fetch(request) {
      const message = request.body === undefined ? undefined : parseMessage(request.body);
      if (message?.ok) transactions.add(`${message.value.transactionId}`);
      return httpTo(() => ca).fetch(request);
    },
  };
  const router = await authenticated(watched);
  const sent = await router.pki.enroll('TP', { ...answers, challengePassword: 'told to nobody' });
  assert.equal(sent.ok && sent.value.state, 'pending');
  await router.pki.settled();
  assert.equal(await router.files.mode('enrollments/TP.json'), 0o600);
  const [timer] = router.pki.timers();
  assert.deepEqual(timer, { kind: 'POLL', subject: 'TP', at: router.clock.time + 60_000 });
  await router.pki.stop();

  const after = await reloaded(router, watched);
  assert.deepEqual(after.mnemonics, ['ENROLLMENT_RESUMED']);
  assert.equal(state(after), 'pending');
  await settle(after, () => after.pki.timers().length > 0);
  assert.equal(state(after), 'pending', 'it was asked at once, and nobody had granted it');
  await ca.pki.authorities.grant('CA', 'all');
  await after.clock.advance(60_000);
  await settle(after, () => state(after) === 'granted');
  assert.equal(state(after), 'granted');
  assert.equal(transactions.size, 1);
  assert.deepEqual(await after.files.list('enrollments'), [], 'what is over is forgotten');
  assert.doesNotMatch(after.log.map(({ text }) => text).join(), /told to nobody/);
});

test('a certificate granted while the gateway was down is there at once, or as soon as the clock can be trusted', async () => {
  for (const isTrusted of [true, false]) {
    const ca = await new TestRouter().withServer('CA', { grant: 'none' });
    const http = httpTo(() => ca);
    const router = await authenticated(http);
    await router.pki.enroll('TP', answers);
    await router.pki.stop();
    assert.deepEqual(await ca.pki.authorities.grant('CA', 'all'), { ok: true, value: 1 });
    const after = new TestRouter(http, router.files);
    after.settings = { ...after.settings, trustpoints: router.settings.trustpoints };
    after.isClockAuthoritative = isTrusted;
    await after.pki.start(after.settings);
    if (!isTrusted) {
      await settle(after, () => after.pki.timers().length > 0);
      assert.equal(state(after), 'pending');
      after.isClockAuthoritative = true;
      after.pki.clockTrusted();
    }
    await settle(after, () => state(after) === 'granted');
    assert.equal(state(after), 'granted');
    await after.pki.stop();
  }
});

test('a CA that is silent is asked again, as often as retry count says, and then no more', async () => {
  const ca = await new TestRouter().withServer('CA');
  let isUp = true;
  const http: HttpClient = { fetch: (request) => (isUp ? httpTo(() => ca) : unreachable).fetch(request) };
  const enrollment = { modeRa: false, retryPeriodMinutes: 2, retryCount: 3 };
  const method = { kind: 'url', url: 'http://ca', pem: false } as const;
  const router = await authenticated(http, { enrollment: { ...enrollment, method } });
  isUp = false;
  await router.pki.enroll('TP', answers);
  for (let minutes = 0; minutes < 8; minutes += 2) await router.clock.advance(120_000);
  const said = router.mnemonics.filter((mnemonic) => mnemonic === 'SOCKETSEND');
  assert.deepEqual([said.length, router.mnemonics.at(-1), state(router)], [4, 'CERTFAIL', 'failed']);
  await router.pki.settled();
  assert.deepEqual(await router.files.list('enrollments'), []);
});

test('a CA of the oldest kind gets GET, SHA-1 and triple DES, and that is said', async () => {
  const ca = await new TestRouter().withServer('CA');
  const seen: string[] = [];
  const old: HttpClient = {
    async fetch(request) {
      seen.push(`${request.method} ${new URL(request.url).searchParams.get('operation')}`);
      if (request.url.includes('GetCACaps')) return { status: 404, contentType: '', body: Buffer.alloc(0) };
      return httpTo(() => ca).fetch(request);
    },
  };
  const router = await authenticated(old);
  const sent = await router.pki.enroll('TP', answers);
  assert.equal(sent.ok && sent.value.state, 'granted');
  assert.deepEqual(seen, ['GET GetCACert', 'GET GetCACaps', 'GET PKIOperation']);
  assert.equal(router.log[0]?.text, 'The CA of trustpoint TP offers no better than SHA-1 and triple DES');
});

test('a request is in NVRAM with its key before it is sent, however slow the disk', async () => {
  const ca = await new TestRouter().withServer('CA');
  const files = new SlowFiles();
  let held: readonly (readonly string[])[] = [];
  const http: HttpClient = {
    async fetch(request) {
      if (request.body !== undefined) held = [await files.list('enrollments'), await files.list('keys')];
      return httpTo(() => ca).fetch(request);
    },
  };
  const router = await authenticated(http, {}, files);
  await router.pki.enroll('TP', answers);
  assert.deepEqual(
    held.map(({ length }) => length),
    [1, 1],
  );
});

class SlowFiles extends MemoryFiles {
  override async write(name: string, content: string | Buffer, mode?: number): Promise<void> {
    await setTimeout(20);
    await super.write(name, content, mode);
  }
}

test('a CA that is silent when it is asked what it can is asked for no less than every CA must do', async () => {
  const ca = await new TestRouter().withServer('CA');
  let isUp = true;
  const http: HttpClient = { fetch: (request) => (isUp ? httpTo(() => ca) : unreachable).fetch(request) };
  const method = { kind: 'url', url: 'http://ca', pem: false } as const;
  const router = await authenticated(http, {
    enrollment: { modeRa: false, retryPeriodMinutes: 1, retryCount: 3, method },
  });
  isUp = false;
  await router.pki.enroll('TP', answers);
  isUp = true;
  await router.clock.advance(60_000);
  await settle(router, () => state(router) === 'granted');
  assert.deepEqual([state(router), router.mnemonics.includes('WEAK_CA')], ['granted', false]);
});

/** A certificate server that answers each PKIOperation with the answer to another question, or a changed one. */
const lies: readonly [what: string, lie: (body: Buffer, first: Buffer) => Buffer, reason: RegExp][] = [
  ['the answer to an earlier message', (_, first) => first, /another transaction|nonce/],
  ['a cut answer', (body) => body.subarray(0, -20), /message/],
  ['nothing', () => Buffer.alloc(0), /message/],
  ['a page', () => Buffer.from('<html>'), /message/],
  ['a changed signature', (body) => flipped(body, body.length - 5), /signature|message/],
];
for (const [what, lie, reason] of lies) {
  test(`a CA that answers with ${what} is refused with the reason, and nothing is stored`, async () => {
    const ca = await new TestRouter().withServer('CA');
    let first: Buffer | undefined;
    const http = httpTo(
      () => ca,
      (body, operation) => {
        if (operation !== 'PKIOperation') return body;
        first ??= body;
        return lie(body, first);
      },
    );
    const other = await authenticated(http, { subjectName: 'cn=other' });
    await other.pki.enroll('TP', answers);
    const router = await authenticated(http);
    await router.pki.enroll('TP', answers);
    assert.deepEqual([state(router), identity(router)], ['failed', 'none']);
    assert.match(router.log.at(-1)?.text ?? '', reason);
    await router.pki.settled();
    assert.deepEqual(await router.files.list('enrollments'), []);
  });
}

function flipped(body: Buffer, at: number): Buffer {
  const changed = Buffer.from(body);
  changed[at] = (changed[at] ?? 0) ^ 0xff;
  return changed;
}

test('an answer that is too large is refused, not asked for again', async () => {
  const ca = await new TestRouter().withServer('CA');
  const http: HttpClient = {
    async fetch(request) {
      if (request.url.includes('PKIOperation')) throw new GatewayError('answer-too-large', 'The answer is too large');
      return httpTo(() => ca).fetch(request);
    },
  };
  const router = await authenticated(http);
  await router.pki.enroll('TP', answers);
  assert.deepEqual([state(router), identity(router)], ['failed', 'none']);
  assert.match(router.log.at(-1)?.text ?? '', /too large/);
});

test('an answer that another CA signed is refused', async () => {
  const [ca, foreign] = [await new TestRouter().withServer('CA'), await new TestRouter().withServer('CA')];
  let server = ca;
  const router = await authenticated({ fetch: (request) => httpTo(() => server).fetch(request) });
  server = foreign;
  await router.pki.enroll('TP', answers);
  assert.deepEqual([state(router), identity(router)], ['failed', 'none']);
});
