import assert from 'node:assert/strict';
import type { KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { SeededRandom } from '../../io/memory/random.ts';
import type { Certificate } from '../certificate.ts';
import { caServerDefaults } from '../settings.ts';
import { selfSignedTest } from '../test-identity.ts';
import { testPair, testRequest } from '../test-request.ts';
import { TestRouter } from '../test-router.ts';
import { open, seal } from './envelope.ts';
import { failures, messageTypes, parseMessage, printMessage, type ScepMessage, statuses } from './message.ts';
import { readCertificatesOnly } from './signed.ts';

const oldKey = testPair();
const newKey = testPair();
const random = new SeededRandom(1);

interface Question {
  readonly messageType: string;
  readonly signer: Certificate;
  readonly key: KeyObject;
  /** Sealed for the CA; absent: no envelope at all. */
  readonly content?: Buffer;
}

let asked = 0;

/** Sends a well-formed, truly signed message to the CA and reads its signed answer. */
async function ask(ca: TestRouter, { messageType, signer, key, content }: Question): Promise<ScepMessage> {
  const authority = ca.pki.server('CA')!.ca!;
  const envelope = content && seal(content, authority, 'aes-128-cbc', random);
  const attributes = { messageType, transactionId: `T${asked++}`, senderNonce: random.bytes(16) };
  const body = printMessage(attributes, envelope, { certificate: signer, key, hash: 'sha256' });
  const answer = await ca.pki.scep({ method: 'POST', operation: 'PKIOperation', body });
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
  assert.equal(ca.pki.server('CA')?.lastSerial, lastSerial, 'a number was used');
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
    const { lastSerial } = authority.pki.server('CA')!;
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
  const { lastSerial } = authority.pki.server('CA')!;
  const content = testRequest('cn=peer', newKey);
  const question = { messageType: messageTypes.pkcsReq, signer: current, key: oldKey.privateKey, content };
  assertRefused(authority, await ask(authority, question), 'badMessageCheck', lastSerial);
});

test('a renewal of another name, without a request, or with a certificate that is not of this CA is refused', async () => {
  const { lastSerial } = authority.pki.server('CA')!;
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
