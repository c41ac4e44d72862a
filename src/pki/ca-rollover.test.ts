import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../io/memory/random.ts';
import { type Certificate, isIssuedBy } from './certificate.ts';
import { open, seal } from './scep/envelope.ts';
import { messageTypes, parseMessage, printMessage } from './scep/message.ts';
import { readCertificatesOnly, verifyData } from './scep/signed.ts';
import { selfSignedTest } from './test-identity.ts';
import { testPair, testRequest } from './test-request.ts';
import { TestRouter, unreachable } from './test-router.ts';

const dayMs = 86_400_000;
const random = new SeededRandom(1);
const pair = testPair();
const paste = testRequest('cn=peer', pair).toString('base64');
const life = { caCertificate: 100, certificate: 365, crlHours: 24, requestHours: 24 };

function authority(more: Parameters<TestRouter['withServer']>[1] = {}): Promise<TestRouter> {
  return new TestRouter().withServer('CA', { lifetime: life, autoRolloverDays: 10, ...more });
}

async function pass(ca: TestRouter, days: number): Promise<void> {
  await ca.clock.advance(days * dayMs);
  await ca.pki.settled();
}

async function reloaded({ files, settings, clock }: TestRouter): Promise<TestRouter> {
  const router = new TestRouter(unreachable, files);
  router.clock.time = clock.time;
  router.settings = settings;
  await router.pki.start(settings);
  return router;
}

async function issue(ca: TestRouter): Promise<Certificate> {
  const issued = await ca.pki.authorities.sign('CA', paste);
  assert.ok(issued.ok, issued.ok ? '' : issued.reason);
  return issued.value;
}

/** What GetNextCACert gives, proven with the certificate of the CA that is trusted now. */
async function nextOf(ca: TestRouter): Promise<Certificate | undefined> {
  const { status, contentType, body } = await ca.pki.authorities.scep({ method: 'GET', operation: 'GetNextCACert' });
  if (status === 404) return undefined;
  assert.equal(contentType, 'application/x-x509-next-ca-cert');
  const signed = verifyData(body);
  assert.ok(signed.ok && signed.value.signer.der.equals(ca.pki.authorities.report('CA')!.ca!.der));
  const certificates = readCertificatesOnly(signed.value.content);
  assert.ok(certificates.ok && certificates.value.length === 1);
  return certificates.value[0];
}

async function capabilities(ca: TestRouter): Promise<readonly string[]> {
  const { body } = await ca.pki.authorities.scep({ method: 'GET', operation: 'GetCACaps' });
  return body.toString().trimEnd().split('\n');
}

test('the next CA certificate is made its days before the end, takes over at the end, and both are truly offered', async () => {
  const ca = await authority();
  const first = ca.pki.authorities.report('CA')!.ca!;
  await pass(ca, 89);
  assert.equal(await nextOf(ca), undefined);
  assert.equal((await capabilities(ca)).includes('GetNextCACert'), false);
  await pass(ca, 1);
  const next = await nextOf(ca);
  assert.ok(next?.isCa && isIssuedBy(next, next) && next.subjectDer.equals(first.subjectDer));
  assert.ok((await capabilities(ca)).includes('GetNextCACert'));
  assert.equal(next.publicKeyDer.equals(first.publicKeyDer), false);
  assert.ok(next.notBefore <= first.notAfter && next.notAfter === first.notAfter + 100 * dayMs);
  const early = await issue(ca);
  assert.ok(isIssuedBy(early, first) && early.notAfter === first.notAfter);

  await pass(ca, 10);
  assert.deepEqual(ca.pki.authorities.report('CA')?.ca?.der, next.der);
  assert.equal(await nextOf(ca), undefined);
  assert.ok(isIssuedBy(await issue(ca), next));
  assert.ok(ca.mnemonics.includes('CS_ROLLOVER_READY') && ca.mnemonics.includes('CS_ROLLED_OVER'));
  assert.deepEqual(
    ca.settings.chains.get('CA')?.map(({ der }) => der),
    [next.der],
    'its trustpoint has the old one',
  );
  assert.deepEqual(
    ca.pki.keys.list().map(({ publicKey }) => publicKey),
    [next.publicKeyDer],
    'the old key is still there',
  );
});

test('serial numbers go on over a rollover, and over the next one', async () => {
  const ca = await authority();
  const serials = [(await issue(ca)).serial];
  for (let turn = 0; turn < 2; turn++) {
    await pass(ca, 90);
    serials.push(ca.pki.authorities.report('CA')!.next!.serial, (await issue(ca)).serial);
    await pass(ca, 10);
    serials.push((await issue(ca)).serial);
  }
  assert.deepEqual(serials, ['02', '03', '04', '05', '06', '07', '08']);
});

test('who sends to the next CA before its time gets a certificate of it, valid from then on', async () => {
  const ca = await authority();
  await pass(ca, 90);
  const [first, next] = [ca.pki.authorities.report('CA')!.ca!, ca.pki.authorities.report('CA')!.next!];
  const envelope = seal(testRequest('cn=peer', pair), next, 'aes-128-cbc', random);
  const signer = { certificate: selfSignedTest('cn=peer', pair), key: pair.privateKey, hash: 'sha256' } as const;
  const body = printMessage({ messageType: messageTypes.pkcsReq, transactionId: 'T' }, envelope, signer);
  const answer = parseMessage(
    (await ca.pki.authorities.scep({ method: 'POST', operation: 'PKIOperation', body })).body,
  );
  assert.ok(answer.ok && answer.value.signer.der.equals(first.der), 'who is trusted now signs the answer');
  const opened = open(answer.value.envelope, pair.privateKey);
  const certificates = opened.ok ? readCertificatesOnly(opened.value.content) : opened;
  assert.ok(certificates.ok);
  const [shadow] = certificates.value;
  assert.ok(shadow !== undefined && isIssuedBy(shadow, next));
  assert.deepEqual([shadow.notBefore, shadow.notAfter], [next.notBefore, next.notAfter]);
});

test('by hand the next certificate is made at any time, once, and taken back with its key', async () => {
  const ca = await authority({});
  assert.ok((await ca.pki.authorities.rollover('CA', 'make')).ok);
  assert.equal((await ca.pki.authorities.rollover('CA', 'make')).ok, false);
  const next = await nextOf(ca);
  assert.notEqual(next, undefined);
  assert.ok((await ca.pki.authorities.rollover('CA', 'cancel')).ok);
  assert.equal((await ca.pki.authorities.rollover('CA', 'cancel')).ok, false);
  assert.equal(await nextOf(ca), undefined);
  assert.deepEqual(
    ca.pki.keys.list().map(({ label }) => label),
    ['CA'],
  );
});

test('a CA that was down at the end of its certificate has changed over when it comes back', async () => {
  const ca = await authority();
  await pass(ca, 90);
  const next = ca.pki.authorities.report('CA')!.next!;
  ca.clock.time += 20 * dayMs;
  const again = await reloaded(ca);
  assert.deepEqual(again.pki.authorities.report('CA')?.ca?.der, next.der);
  assert.ok(isIssuedBy(await issue(again), next));
});

test('without rollover a CA whose certificate is over issues nothing', async () => {
  const ca = await new TestRouter().withServer('CA', { lifetime: life });
  await pass(ca, 100);
  assert.deepEqual(await ca.pki.authorities.sign('CA', paste), { ok: false, reason: 'the CA certificate has expired' });
});

/** Where the process dies while the pair changes over: before each of its steps on disk. */
for (const dies of ['ca/CA/ca.cer', 'ca/CA/rollover.cer', 'keys/CA.json']) {
  test(`a CA that dies before it touches ${dies} comes back as one whole CA, the next one`, async () => {
    const ca = await authority();
    await pass(ca, 90);
    const next = ca.pki.authorities.report('CA')!.next!;
    const [write, remove] = [ca.files.write.bind(ca.files), ca.files.remove.bind(ca.files)];
    let dead = false;
    const step = <T>(name: string, work: () => Promise<T>): Promise<T> => {
      dead ||= name === dies;
      return dead ? new Promise<never>(() => undefined) : work();
    };
    ca.files.write = (name, ...rest) => step(name, () => write(name, ...rest));
    ca.files.remove = (name) => step(name, () => remove(name));
    await ca.clock.advance(10 * dayMs);
    assert.ok(dead);
    [ca.files.write, ca.files.remove] = [write, remove];
    const again = await reloaded(ca);
    assert.equal(again.pki.authorities.report('CA')?.fault, undefined);
    assert.deepEqual(again.pki.authorities.report('CA')?.ca?.der, next.der);
    assert.equal(again.pki.authorities.report('CA')?.next, undefined);
    assert.ok(isIssuedBy(await issue(again), next));
    assert.equal(again.pki.keys.list().length, 1);
  });
}

test('a rollover certificate that cannot be read is put aside and said, and made anew when it is due', async () => {
  const ca = await authority();
  await pass(ca, 90);
  await ca.files.write('ca/CA/rollover.cer', 'damaged');
  const again = await reloaded(ca);
  assert.ok(again.mnemonics.includes('CERT_UNREADABLE'));
  assert.equal((await again.files.read('ca/CA/damaged/rollover.cer'))?.toString(), 'damaged');
  assert.notEqual(await nextOf(again), undefined);
  await pass(again, 10);
  assert.ok(isIssuedBy(await issue(again), again.pki.authorities.report('CA')!.ca!));
});
