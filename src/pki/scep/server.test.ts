import assert from 'node:assert/strict';
import type { KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { IssuerAndSerialNumber } from '@peculiar/asn1-cms';
import { Name } from '@peculiar/asn1-x509';
import { SeededRandom } from '../../io/memory/random.ts';
import type { Certificate } from '../certificate.ts';
import { decode, encode } from '../der.ts';
import { serialNumber } from '../issue.ts';
import { caServerDefaults } from '../settings.ts';
import { selfSignedTest } from '../test-identity.ts';
import { testPair, testRequest } from '../test-request.ts';
import { TestRouter } from '../test-router.ts';
import { crlOnly } from './crl-only.ts';
import { open, seal } from './envelope.ts';
import { failures, messageTypes, parseMessage, printMessage, type ScepMessage, statuses } from './message.ts';
import { readCertificatesOnly } from './signed.ts';
import { issuerAndSubject } from './transaction.ts';

const oldKey = testPair();
const newKey = testPair();
const random = new SeededRandom(1);

interface Question {
  readonly messageType: string;
  readonly signer: Certificate;
  readonly key: KeyObject;
  /** Sealed for the CA; absent: no envelope at all. */
  readonly content?: Buffer;
  readonly transactionId?: string;
}

let asked = 0;

/** Sends a well-formed, truly signed message to the CA and reads its signed answer. */
async function ask(ca: TestRouter, { messageType, signer, key, content, ...more }: Question): Promise<ScepMessage> {
  const authority = ca.pki.authorities.report('CA')!.ca!;
  const envelope = content && seal(content, authority, 'aes-128-cbc', random);
  const transactionId = more.transactionId ?? `T${asked++}`;
  const attributes = { messageType, transactionId, senderNonce: random.bytes(16) };
  const body = printMessage(attributes, envelope, { certificate: signer, key, hash: 'sha256' });
  const answer = await ca.pki.authorities.scep({ method: 'POST', operation: 'PKIOperation', body });
  assert.equal(answer.status, 200);
  const read = parseMessage(answer.body, [authority]);
  assert.ok(read.ok && read.value.signer.der.equals(authority.der));
  assert.deepEqual([read.value.messageType, read.value.transactionId], ['3', attributes.transactionId]);
  assert.deepEqual(read.value.recipientNonce, attributes.senderNonce);
  return read.value;
}

/** The certificate inside a granting answer. */
function certificateOf(answer: ScepMessage, key: KeyObject): Certificate {
  assert.equal(answer.pkiStatus, statuses.success, `failInfo ${answer.failInfo}`);
  const opened = open(answer.envelope, key);
  const certificates = opened.ok ? readCertificatesOnly(opened.value.content) : opened;
  assert.ok(certificates.ok && certificates.value.length === 1);
  return certificates.value[0]!;
}

function assertRefused(ca: TestRouter, answer: ScepMessage, failure: keyof typeof failures, lastSerial: number): void {
  assert.deepEqual([answer.pkiStatus, answer.failInfo], [statuses.failure, failures[failure]]);
  assert.equal(answer.envelope.length, 0, 'a refusal carries nothing');
  assert.equal(ca.pki.authorities.report('CA')?.lastSerial, lastSerial, 'a number was used');
  assert.equal(ca.mnemonics.at(-1), 'CS_REJECTED');
}

/** A certificate of this CA for `cn=peer` on the old key, got as everybody gets one. */
async function enrolled(ca: TestRouter): Promise<Certificate> {
  const signer = selfSignedTest('cn=peer', oldKey);
  const content = testRequest('cn=peer', oldKey);
  const answer = await ask(ca, { messageType: messageTypes.pkcsReq, signer, key: oldKey.privateKey, content });
  return certificateOf(answer, oldKey.privateKey);
}

const authority = await new TestRouter().withServer('CA', {
  lifetime: { ...caServerDefaults.lifetime, caCertificate: 7305, certificate: 365 },
});
const current = await enrolled(authority);

// CertRep, the drafts' old types, and what no document knows.
for (const messageType of [
  '3',
  '1',
  '2',
  '15',
  '16',
  '18',
  '0',
  '-19',
  '019',
  ' 19',
  '19 ',
  '20.0',
  '99',
  'x'.repeat(2000),
]) {
  test(`message type "${messageType.slice(0, 20)}", truly signed, gets badRequest and no certificate`, async () => {
    const { lastSerial } = authority.pki.authorities.report('CA')!;
    const question = { messageType, signer: current, key: oldKey.privateKey };
    const content = testRequest('cn=peer', oldKey);
    assertRefused(authority, await ask(authority, { ...question, content }), 'badRequest', lastSerial);
    assertRefused(authority, await ask(authority, question), 'badRequest', lastSerial);
  });
}

test('a renewal signed with the certificate to be renewed gets a new one, for the new key, under its own number', async () => {
  const content = testRequest('cn=peer', newKey);
  const question = { messageType: messageTypes.renewalReq, signer: current, key: oldKey.privateKey, content };
  const renewed = certificateOf(await ask(authority, question), oldKey.privateKey);
  assert.deepEqual(renewed.publicKeyDer, newKey.publicKey);
  assert.deepEqual(renewed.subject, current.subject);
  assert.notEqual(renewed.serial, current.serial);
});

test('a first request signed by another key than its own is refused: that is what a renewal is for', async () => {
  const { lastSerial } = authority.pki.authorities.report('CA')!;
  const content = testRequest('cn=peer', newKey);
  const question = { messageType: messageTypes.pkcsReq, signer: current, key: oldKey.privateKey, content };
  assertRefused(authority, await ask(authority, question), 'badMessageCheck', lastSerial);
});

test('a renewal of another name, without a request, or with a certificate that is not of this CA is refused', async () => {
  const { lastSerial } = authority.pki.authorities.report('CA')!;
  const other = await enrolled(await new TestRouter().withServer('CA'));
  const content = testRequest('cn=peer', newKey);
  const rows: [signer: Certificate, content: Buffer | undefined, failure: keyof typeof failures][] = [
    [current, testRequest('cn=somebody else', newKey), 'badMessageCheck'],
    [current, testRequest('cn=peer,o=more', newKey), 'badMessageCheck'],
    [selfSignedTest('cn=peer', oldKey), content, 'badMessageCheck'],
    [other, content, 'badMessageCheck'],
    [current, undefined, 'badMessageCheck'],
    [current, Buffer.from('no request'), 'badRequest'],
  ];
  for (const [signer, asking, failure] of rows) {
    const question = { messageType: messageTypes.renewalReq, signer, key: oldKey.privateKey };
    const answer = await ask(authority, { ...question, ...(asking !== undefined && { content: asking }) });
    assertRefused(authority, answer, failure, lastSerial);
  }
});

test('a renewal with a certificate whose time is over is refused', async () => {
  const ca = await new TestRouter().withServer('CA', {
    lifetime: { ...caServerDefaults.lifetime, caCertificate: 7305, certificate: 365 },
  });
  const signer = await enrolled(ca);
  ca.clock.time = signer.notAfter + 1;
  const content = testRequest('cn=peer', newKey);
  const question = { messageType: messageTypes.renewalReq, signer, key: oldKey.privateKey, content };
  assertRefused(ca, await ask(ca, question), 'badMessageCheck', 2);
});

function named(serial: number, issuer: Certificate): Buffer {
  const order = new IssuerAndSerialNumber({ issuer: nameOf(issuer), serialNumber: serialNumber(serial) });
  return encode(order);
}

function nameOf({ subjectDer }: Certificate): Name {
  const name = decode(subjectDer, Name, 'the name');
  assert.ok(name.ok);
  return name.value;
}

test('GetCRL gives the CRL in force, sealed for the asker', async () => {
  const question = { messageType: messageTypes.getCrl, signer: current, key: oldKey.privateKey };
  const content = named(2, authority.pki.authorities.report('CA')!.ca!);
  const answer = await ask(authority, { ...question, content });
  assert.equal(answer.pkiStatus, statuses.success);
  const opened = open(answer.envelope, oldKey.privateKey);
  assert.ok(opened.ok);
  const crl = authority.pki.authorities.crl().body;
  assert.deepEqual(opened.value.content, crlOnly(crl));
  assert.ok(opened.value.content.includes(crl));
});

test('GetCert gives a certificate of this CA by its number', async () => {
  const question = { messageType: messageTypes.getCert, signer: current, key: oldKey.privateKey };
  const own = authority.pki.authorities.report('CA')!.ca!;
  const content = named(Number.parseInt(current.serial, 16), own);
  assert.deepEqual(certificateOf(await ask(authority, { ...question, content }), oldKey.privateKey).der, current.der);
  const ofCa = await ask(authority, { ...question, content: named(1, own) });
  assert.deepEqual(certificateOf(ofCa, oldKey.privateKey).der, own.der);
});

test('GetCert and GetCRL about another CA, a number not kept, or with anything else inside are refused', async () => {
  const own = authority.pki.authorities.report('CA')!.ca!;
  const other = selfSignedTest('cn=other', newKey);
  const rows: [messageType: string, content: Buffer | undefined, failure: keyof typeof failures][] = [
    [messageTypes.getCert, named(200, own), 'badCertId'],
    [messageTypes.getCert, named(2, other), 'badCertId'],
    [messageTypes.getCrl, named(2, other), 'badCertId'],
    [messageTypes.getCert, Buffer.from('no name'), 'badRequest'],
    [messageTypes.getCrl, testRequest('cn=peer', oldKey), 'badRequest'],
    [messageTypes.getCrl, undefined, 'badMessageCheck'],
  ];
  for (const [messageType, content, failure] of rows) {
    const { lastSerial } = authority.pki.authorities.report('CA')!;
    const question = {
      messageType,
      signer: current,
      key: oldKey.privateKey,
      ...(content !== undefined && { content }),
    };
    assertRefused(authority, await ask(authority, question), failure, lastSerial);
  }
});

test('a certificate that is revoked renews nothing', async () => {
  const ca = await new TestRouter().withServer('CA');
  const signer = await enrolled(ca);
  assert.ok((await ca.pki.authorities.revoke('CA', 2, 'key-compromise')).ok);
  const content = testRequest('cn=peer', newKey);
  const question = { messageType: messageTypes.renewalReq, signer, key: oldKey.privateKey, content };
  assertRefused(ca, await ask(ca, question), 'badMessageCheck', 2);
});

test('a renewal waits where all wait, and is polled for with the certificate to be renewed', async () => {
  const ca = await new TestRouter().withServer('CA');
  const signer = await enrolled(ca);
  const { servers } = ca.settings;
  ca.commit({ ...ca.settings, servers: new Map([['CA', { ...servers.get('CA')!, grant: 'none' }]]) });
  await ca.pki.settled();
  const question = { signer, key: oldKey.privateKey };
  const content = testRequest('cn=peer', newKey);
  const waiting = await ask(ca, { ...question, messageType: messageTypes.renewalReq, content });
  assert.equal(waiting.pkiStatus, statuses.pending);
  assert.deepEqual(await ca.pki.authorities.grant('CA', 'all'), { ok: true, value: 1 });
  const poll = { messageType: messageTypes.certPoll, transactionId: waiting.transactionId };
  const names = issuerAndSubject(ca.pki.authorities.report('CA')!.ca!, signer.subjectDer);
  const renewed = certificateOf(await ask(ca, { ...question, ...poll, content: names }), oldKey.privateKey);
  assert.deepEqual(renewed.publicKeyDer, newKey.publicKey);
});

test('a message cut anywhere, or changed in any part, gets a refusal, or no more than what was signed', async () => {
  const envelope = seal(
    testRequest('cn=victim', newKey),
    authority.pki.authorities.report('CA')!.ca!,
    'aes-128-cbc',
    random,
  );
  const signer = { certificate: selfSignedTest('cn=victim', newKey), key: newKey.privateKey, hash: 'sha256' } as const;
  const whole = printMessage({ messageType: messageTypes.pkcsReq, transactionId: 'M' }, envelope, signer);
  for (let at = 0; at < whole.length; at += 13) {
    const changed = Buffer.from(whole);
    changed[at] = changed[at]! ^ 0xff;
    for (const body of [changed, whole.subarray(0, at)]) {
      const answer = await authority.pki.authorities.scep({ method: 'POST', operation: 'PKIOperation', body });
      const read = answer.status === 200 ? parseMessage(answer.body) : undefined;
      if (!read?.ok || read.value.pkiStatus !== statuses.success) continue;
      const granted = certificateOf(read.value, newKey.privateKey);
      assert.deepEqual([granted.subject, granted.publicKeyDer], [signer.certificate.subject, newKey.publicKey]);
    }
  }
  const nested = Buffer.alloc(60_000, Buffer.from('3080', 'hex'));
  assert.equal(
    (await authority.pki.authorities.scep({ method: 'POST', operation: 'PKIOperation', body: nested })).status,
    400,
  );
});
