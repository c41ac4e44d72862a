import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFiles } from '../io/memory/files.ts';
import { SeededRandom } from '../io/memory/random.ts';
import { CaDatabase } from './ca-database.ts';
import { RequestList } from './ca-requests.ts';
import { buildRequest, readRequest } from './request.ts';
import { seal } from './scep/envelope.ts';
import { messageTypes, parseMessage, printMessage, statuses } from './scep/message.ts';
import { issuerAndSubject } from './scep/transaction.ts';
import { caServerDefaults } from './settings.ts';
import { selfSignedTest } from './test-identity.ts';
import { type TestPair, testName, testPair, testRequest } from './test-request.ts';
import { TestRouter, unreachable } from './test-router.ts';

const hourMs = 3_600_000;
const random = new SeededRandom(1);
const [pair, second] = [testPair(), testPair()];

function manual(more: Parameters<TestRouter['withServer']>[1] = {}): Promise<TestRouter> {
  return new TestRouter().withServer('CA', { grant: 'none', ...more });
}

async function reloaded({ files, settings, clock }: TestRouter): Promise<TestRouter> {
  const router = new TestRouter(unreachable, files);
  router.clock.time = clock.time;
  router.settings = settings;
  await router.pki.start(settings);
  return router;
}

interface Asking {
  readonly key?: TestPair;
  readonly transactionId?: string;
  readonly challenge?: string;
  readonly subject?: string;
  readonly source?: string;
  readonly poll?: true;
}

/** Asks for a certificate, or what became of it; gives the status. */
async function ask(ca: TestRouter, asking: Asking = {}): Promise<string | undefined> {
  const { key = pair, transactionId = 'T', challenge, subject = 'cn=peer', source = '10.0.0.1' } = asking;
  const authority = ca.pki.authorities.report('CA')!.ca!;
  const signer = selfSignedTest(subject, key);
  const request = buildRequest({
    subject: testName(subject),
    ...key,
    hash: 'sha256',
    ...(challenge !== undefined && { challengePassword: challenge }),
  });
  const content = asking.poll ? issuerAndSubject(authority, signer.subjectDer) : request;
  const messageType = asking.poll ? messageTypes.certPoll : messageTypes.pkcsReq;
  const envelope = seal(content, authority, 'aes-128-cbc', random);
  const body = printMessage({ messageType, transactionId }, envelope, {
    certificate: signer,
    key: key.privateKey,
    hash: 'sha256',
  });
  const answer = parseMessage(
    (await ca.pki.authorities.scep({ method: 'POST', operation: 'PKIOperation', body, source })).body,
  );
  assert.ok(answer.ok);
  return answer.value.pkiStatus;
}

function states(ca: TestRouter): readonly string[] {
  return ca.pki.authorities.report('CA')!.requests.map(({ id, state }) => `${id} ${state}`);
}

const { success, pending, failure } = statuses;

test('what waits for the operator waits over a reload, is granted then, and the client hears of it', async () => {
  const ca = await manual();
  assert.equal(await ask(ca), pending);
  assert.equal(await ask(ca), pending, 'the same question is the same request');
  const again = await reloaded(ca);
  assert.deepEqual(states(again), ['1 pending']);
  assert.equal(await ask(again, { poll: true }), pending);
  assert.deepEqual(await again.pki.authorities.grant('CA', 1), { ok: true, value: 1 });
  assert.equal(await ask(again, { poll: true }), success);
  assert.equal(await ask(await reloaded(again), { poll: true }), success);
});

test('granted and rejected stay so over a reload, and numbers of requests go on', async () => {
  const ca = await manual();
  await ask(ca, { transactionId: 'A' });
  await ask(ca, { transactionId: 'B', key: second });
  await ca.pki.authorities.grant('CA', 1);
  await ca.pki.authorities.reject('CA', 2);
  const again = await reloaded(ca);
  assert.deepEqual(states(again), ['1 granted', '2 rejected']);
  assert.equal(await ask(again, { transactionId: 'B', key: second, poll: true }), failure);
  assert.equal(again.pki.authorities.report('CA')?.lastSerial, 2);
  await ask(again, { transactionId: 'C' });
  assert.deepEqual(states(again).at(-1), '3 pending');
});

test('only the key that asked hears what became of a request', async () => {
  const ca = await manual();
  await ask(ca);
  await ca.pki.authorities.grant('CA', 'all');
  assert.equal(await ask(ca, { key: second, poll: true }), failure);
  assert.equal(await ask(ca, { poll: true }), success);
});

test('a request taken off the list is gone, also from disk, and can be asked anew', async () => {
  const ca = await manual();
  await ask(ca);
  assert.deepEqual(await ca.pki.authorities.removeRequest('CA', 9), { ok: true, value: 0 });
  assert.deepEqual(await ca.pki.authorities.removeRequest('CA', 'all'), { ok: true, value: 1 });
  assert.deepEqual([states(ca), await ca.files.list('ca/CA/requests')], [[], []]);
  assert.equal(await ask(ca, { poll: true }), failure);
  assert.equal(await ask(ca), pending);
});

test('a request that waited its hours goes by itself', async () => {
  const ca = await manual({ lifetime: { ...caServerDefaults.lifetime, requestHours: 2 } });
  await ask(ca);
  await ca.clock.advance(hourMs);
  await ask(ca, { transactionId: 'later' });
  await ca.clock.advance(1.5 * hourMs);
  await ca.pki.settled();
  assert.deepEqual(states(ca), ['2 pending']);
});

for (const content of ['', 'null', '{"transactionId":"T"}', '[1]', '{"state":"granted"}', 'x'.repeat(1000)]) {
  test(`a request file that reads "${content.slice(0, 24)}" is put aside and said, and the others stay`, async () => {
    const ca = await manual();
    await ask(ca, { transactionId: 'A' });
    await ask(ca, { transactionId: 'B', key: second });
    await ca.files.write('ca/CA/requests/1', content);
    const again = await reloaded(ca);
    assert.deepEqual(states(again), ['2 pending']);
    assert.ok(again.mnemonics.includes('CS_REQUEST_UNREADABLE'));
    assert.equal((await again.files.read('ca/CA/damaged/requests-1'))?.toString(), content);
    assert.deepEqual(await again.files.list('ca/CA/requests'), ['2']);
  });
}

test('a request file changed in any part is used whole or not at all', async () => {
  const ca = await manual();
  await ask(ca);
  const whole = (await ca.files.read('ca/CA/requests/1'))!;
  for (let at = 0; at < whole.length; at += 61) {
    const changed = Buffer.from(whole);
    changed[at] = changed[at]! ^ 0x55;
    await ca.files.write('ca/CA/requests/1', changed);
    const again = await reloaded(ca);
    assert.equal(again.pki.authorities.report('CA')?.fault, undefined);
    for (const { subject, state } of again.pki.authorities.report('CA')!.requests) {
      assert.deepEqual([subject, state], ['cn=peer', 'pending']);
    }
  }
});

test('a request that cannot be kept is refused and said, not forgotten later', async () => {
  const ca = await manual();
  ca.files.failWrite = (name) => name.includes('/requests/');
  assert.equal(await ask(ca), failure);
  assert.deepEqual([states(ca), ca.mnemonics.at(-1)], [[], 'CS_REJECTED']);
});

test('a one-time password is a grant, once: not for another key, not for another subject', async () => {
  const ca = await manual();
  const made = ca.pki.authorities.generatePassword('CA', 60);
  assert.ok(made.ok);
  const challenge = made.value;
  assert.equal(await ask(ca, { challenge: 'guess', transactionId: 'wrong' }), failure);
  assert.equal(await ask(ca, { challenge }), success);
  assert.equal(await ask(ca, { challenge }), success, 'the answer was lost, the question comes again');
  assert.equal(ca.pki.authorities.report('CA')?.lastSerial, 2, 'one certificate');
  assert.equal(await ask(ca, { challenge, transactionId: 'U', key: second }), failure);
  assert.equal(await ask(ca, { challenge, transactionId: 'V', subject: 'cn=admin' }), failure);
  assert.deepEqual(ca.pki.authorities.report('CA')?.refused, { messages: 3, passwords: 3, lockedOut: 0 });
  assert.equal(ca.pki.authorities.report('CA')?.lastSerial, 2);
});

test('guesses from one source lock it out, and not another', async () => {
  const ca = await manual();
  const made = ca.pki.authorities.generatePassword('CA', 60);
  assert.ok(made.ok);
  for (let guess = 0; guess < 5; guess++) await ask(ca, { challenge: `${guess}`, transactionId: `${guess}` });
  assert.equal(await ask(ca, { challenge: made.value, source: '10.0.0.1' }), failure);
  assert.equal(ca.pki.authorities.report('CA')?.refused.lockedOut, 1);
  assert.equal(await ask(ca, { challenge: made.value, source: '10.0.0.2' }), success);
});

test('a password ends with its time, and a request that shows it then waits for the operator', async () => {
  const ca = await manual();
  const made = ca.pki.authorities.generatePassword('CA', 5);
  assert.ok(made.ok);
  await ca.clock.advance(5 * 60_000);
  assert.equal(await ask(ca, { challenge: made.value }), pending);
});

test('where all is granted a challenge is not looked at, and a password that is out stays good', async () => {
  const ca = await manual();
  const made = ca.pki.authorities.generatePassword('CA', 60);
  assert.ok(made.ok);
  const become = async (grant: 'auto' | 'none'): Promise<void> => {
    ca.commit({ ...ca.settings, servers: new Map([['CA', { ...ca.settings.servers.get('CA')!, grant }]]) });
    await ca.pki.settled();
  };
  await become('auto');
  assert.equal(await ask(ca, { challenge: 'mine', transactionId: 'A' }), success);
  await become('none');
  assert.equal(await ask(ca, { challenge: made.value, transactionId: 'B', key: second }), success);
});

test('neither a password nor its digest is on disk', async () => {
  const ca = await manual();
  const made = ca.pki.authorities.generatePassword('CA', 60);
  assert.ok(made.ok);
  for (const name of await ca.files.list('ca/CA')) {
    if (!name.endsWith('/')) assert.equal((await ca.files.read(`ca/CA/${name}`))?.includes(made.value), false, name);
  }
  assert.equal(JSON.stringify(ca.log).includes(made.value), false);
});

test('the challenge of a request that waits is in no file and in no memory, and the request is known and granted all the same', async () => {
  const ca = await manual();
  assert.equal(await ask(ca, { challenge: 'between us' }), pending);
  const shown = ca.pki.authorities.report('CA')!.requests;
  const onDisk = async (router: TestRouter): Promise<string> => {
    const file = (await router.files.read('ca/CA/requests/1'))!.toString();
    const { request } = JSON.parse(file) as { request: string };
    return file + Buffer.from(request, 'base64').toString('latin1');
  };
  assert.equal((await onDisk(ca)).includes('between us'), false);
  const again = await reloaded(ca);
  assert.deepEqual(
    again.pki.authorities.report('CA')!.requests,
    shown,
    'its fingerprint is that of the request as it came',
  );
  assert.equal(await ask(again, { challenge: 'between us' }), pending, 'the same question');
  assert.equal(await ask(again, { challenge: 'another' }), failure, 'another one under the same transaction');
  await again.pki.authorities.grant('CA', 1);
  assert.equal(await ask(again, { poll: true }), success);
});

test('a request kept by an earlier version, with its challenge, loses it when it is read', async () => {
  const ca = await manual();
  await ask(ca);
  const { digests: _, whole: __, ...record } = JSON.parse((await ca.files.read('ca/CA/requests/1'))!.toString());
  const key = { subject: testName('cn=peer'), ...pair, hash: 'sha256' } as const;
  const request = buildRequest({ ...key, challengePassword: 'between us' }).toString('base64');
  await ca.files.write('ca/CA/requests/1', JSON.stringify({ ...record, request }));
  const again = await reloaded(ca);
  assert.deepEqual(states(again), ['1 pending']);
  const kept = JSON.parse((await ca.files.read('ca/CA/requests/1'))!.toString()) as { request: string };
  assert.equal(Buffer.from(kept.request, 'base64').includes('between us'), false);
  assert.equal(await ask(again, { challenge: 'between us' }), pending);
});

test('the list is bounded: what is decided makes room, and when all wait the next is refused', async () => {
  const files = new MemoryFiles();
  const list = new RequestList(new CaDatabase(files, 'CA'), () => assert.fail('something was said'));
  const request = readRequest(testRequest('cn=peer', pair));
  assert.ok(request.ok);
  const asked = { receivedAt: 0, request: request.value, signerKey: pair.publicKey, forNext: false };
  const add = async (transactionId: string): Promise<boolean> => (await list.add({ ...asked, transactionId })).ok;
  for (let n = 0; n < 500; n++) assert.equal(await add(`${n}`), true);
  assert.equal(await add('more'), false);
  await list.decide(list.pending(3)[0]!, { state: 'rejected', failure: 'badRequest' });
  assert.equal(await add('more'), true);
  assert.equal(await add('still more'), false);
  assert.deepEqual([list.list().length, (await files.list('ca/CA/requests')).length], [500, 500]);
});

test('what a request asks is kept as it was signed', async () => {
  const ca = await manual();
  await ask(ca);
  const kept: unknown = JSON.parse((await ca.files.read('ca/CA/requests/1'))!.toString());
  assert.ok(typeof kept === 'object' && kept !== null && 'request' in kept);
  assert.equal(kept.request, testRequest('cn=peer', pair).toString('base64'));
  assert.equal(await ca.files.mode('ca/CA/requests/1'), 0o600);
});
