import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../io/memory/random.ts';
import { type Certificate, readCertificate } from '../certificate.ts';
import { type IssueOrder, issueCertificate } from '../issue.ts';
import { readRequest } from '../request.ts';
import { type TestPair, testName, testPair, testRequest } from '../test-request.ts';
import { parseCapabilities } from './capabilities.ts';
import { open, seal } from './envelope.ts';
import { messageTypes, parseMessage, printMessage, type ScepAttributes, statuses } from './message.ts';
import { certificatesOnly } from './signed.ts';
import { type ScepAnswer, ScepTransaction } from './transaction.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 0, 1);
const random = new SeededRandom(1);
const [caKey, ourKey, otherKey] = [testPair(), testPair(), testPair()];

/** A certificate for our request as the CA would make it, but for what `more` says. */
function certificate(more: Partial<IssueOrder> = {}, issuer = 'cn=CA', issuerKey: TestPair = caKey): Certificate {
  const read = readCertificate(
    issueCertificate({
      serial: 2,
      subject: testName('cn=peer'),
      publicKey: ourKey.publicKey,
      issuer: { name: testName(issuer), ...issuerKey },
      notBefore: now - dayMs,
      notAfter: now + 30 * dayMs,
      hash: 'sha256',
      kind: 'router',
      alternativeNames: [],
      ...more,
    }),
  );
  assert.ok(read.ok);
  return read.value;
}

const ca = certificate({ serial: 1, subject: testName('cn=CA'), publicKey: caKey.publicKey, kind: 'ca' });

/** What the authority answers: the attributes of a CertRep that it changes, and what it hands out. */
interface Lie {
  readonly attributes?: Partial<ScepAttributes>;
  readonly handsOut?: readonly Certificate[];
  readonly forCa?: boolean;
}

/** One enrolment with the authenticated CA, which signs whatever it says, for the right transaction and with our nonce. */
function enrol({ attributes = {}, handsOut = [certificate()], forCa = false }: Lie): ScepAnswer {
  const request = readRequest(testRequest('cn=peer', ourKey));
  assert.ok(request.ok);
  const order = {
    request: { ...request.value, isForCa: forCa },
    privateKey: ourKey.privateKey,
    authorities: [ca],
    capabilities: parseCapabilities('SCEPStandard'),
    now,
  };
  const transaction = new ScepTransaction(order, random);
  const asked = parseMessage(transaction.request());
  assert.ok(asked.ok && open(asked.value.envelope, caKey.privateKey).ok);
  const { transactionId, senderNonce, signer } = asked.value;
  const honest = { messageType: messageTypes.certRep, pkiStatus: statuses.success, transactionId };
  const envelope = seal(certificatesOnly(handsOut), signer, 'aes-128-cbc', random);
  const nonce = senderNonce === undefined ? {} : { recipientNonce: senderNonce };
  const own = { certificate: ca, key: caKey.privateKey, hash: 'sha256' } as const;
  return transaction.receive(printMessage({ ...honest, ...nonce, ...attributes }, envelope, own));
}

test('an answer that the CA signed and that lies in nothing grants the certificate, also among others', () => {
  const ours = certificate();
  for (const handsOut of [[ours], [ca, ours]]) {
    const answer = enrol({ handsOut });
    assert.equal(answer.state === 'granted' && answer.certificate.serial, '02', JSON.stringify(answer));
  }
  const forCa = enrol({ handsOut: [certificate({ kind: 'ca' })], forCa: true });
  assert.equal(forCa.state, 'granted');
});

const lies: readonly (readonly [what: string, lie: Lie, reason: string])[] = [
  ['is a request', { attributes: { messageType: messageTypes.pkcsReq } }, 'the answer is not a CertRep'],
  ['is a poll', { attributes: { messageType: messageTypes.certPoll } }, 'the answer is not a CertRep'],
  ['is of another transaction', { attributes: { transactionId: 'T' } }, 'the answer belongs to another transaction'],
  ['has another nonce', { attributes: { recipientNonce: Buffer.alloc(16) } }, 'the answer does not return our nonce'],
  ['has a status nobody knows', { attributes: { pkiStatus: '1' } }, 'the answer has no known pkiStatus'],
  ['has more than a status', { attributes: { pkiStatus: '0 ' } }, 'the answer has no known pkiStatus'],
  [
    'has the certificate of somebody else',
    { handsOut: [certificate({ publicKey: otherKey.publicKey })] },
    'the certificate received is not for our key',
  ],
  ['has the certificate of the CA only', { handsOut: [ca] }, 'the certificate received is not for our key'],
  ['has no certificate', { handsOut: [] }, 'the certificate received is not for our key'],
  [
    'has a certificate of another CA',
    { handsOut: [certificate({}, 'cn=other', otherKey)] },
    'the certificate received is not issued by the authenticated CA',
  ],
  [
    'has a certificate in the name of the CA, under another key',
    { handsOut: [certificate({}, 'cn=CA', otherKey)] },
    'the certificate received is not issued by the authenticated CA',
  ],
  ['makes a router a CA', { handsOut: [certificate({ kind: 'ca' })] }, 'the certificate received is one of a CA'],
  ['has a router in the place of a CA', { forCa: true }, 'the certificate received is not one of a CA'],
  [
    'has a certificate that is over',
    { handsOut: [certificate({ notAfter: now })] },
    'the certificate received has expired already',
  ],
];
for (const [what, lie, reason] of lies) {
  test(`an answer that the CA signed and that ${what} ends the enrolment with the reason`, () => {
    assert.deepEqual(enrol(lie), { state: 'failed', reason });
  });
}
