import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { SeededRandom } from '../io/memory/random.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { readRequest } from './request.ts';
import { parseCapabilities } from './scep/capabilities.ts';
import { type ScepAnswer, ScepTransaction } from './scep/transaction.ts';
import { type CaServerSettings, caServerDefaults } from './settings.ts';
import { type TestPair, testPair, testRequest } from './test-request.ts';
import { TestRouter } from './test-router.ts';

const random = new SeededRandom(1);
const [own, client] = [testPair(), testPair()];
const registrarName = 'cn=front,ou=ioscs RA,o=Lab';
const capabilities = parseCapabilities('SCEPStandard');

async function signed(ca: TestRouter, name: string, pair: TestPair): Promise<Certificate> {
  const issued = await ca.pki.authorities.sign('CA', testRequest(name, pair).toString('base64'));
  assert.ok(issued.ok, JSON.stringify(issued));
  return issued.value;
}

interface Sent {
  readonly name: string;
  readonly pair: TestPair;
  /** Who signs the message, with the key of `own`. */
  readonly by?: Certificate;
  readonly renews?: true;
}

async function send(ca: TestRouter, { name, pair, by, renews }: Sent): Promise<ScepAnswer> {
  const request = readRequest(testRequest(name, pair));
  assert.ok(request.ok);
  const signer = by && { certificate: by, privateKey: own.privateKey };
  const transaction = new ScepTransaction(
    {
      request: request.value,
      privateKey: pair.privateKey,
      authorities: [ca.pki.authorities.report('CA')!.ca!],
      capabilities,
      now: ca.clock.time,
      ...(signer !== undefined && (renews ? { renewing: signer } : { credential: signer })),
    },
    random,
  );
  const body = transaction.request();
  const answer = await ca.pki.authorities.scep({ method: 'POST', operation: 'PKIOperation', body });
  return transaction.receive(answer.body);
}

const authority = (more: Partial<CaServerSettings>): Promise<TestRouter> =>
  new TestRouter().withServer('CA', { grant: 'none', ...more });

test('grant ra-auto grants what a registration authority of this CA asks for others, sealed for it, and nobody else', async () => {
  const ca = await authority({ grant: 'ra-auto' });
  const registrar = await signed(ca, registrarName, own);
  const answer = await send(ca, { name: 'cn=peer', pair: client, by: registrar });
  assert.equal(answer.state, 'granted', JSON.stringify(answer));
  assert.ok(answer.state === 'granted' && answer.certificate.publicKeyDer.equals(client.publicKey));
  const issuer = new X509Certificate(ca.pki.authorities.report('CA')!.ca!.der);
  assert.ok(new X509Certificate(answer.certificate.der).verify(issuer.publicKey));
  assert.equal((await send(ca, { name: 'cn=direct', pair: client })).state, 'pending', 'who asks directly waits');
  const waits = await authority({});
  const there = await signed(waits, registrarName, own);
  assert.equal((await send(waits, { name: 'cn=peer', pair: client, by: there })).state, 'pending', 'grant none');
});

test('one that is none, is revoked, of another CA or out of its time vouches for nobody, and none for an authority', async () => {
  const lifetime = { ...caServerDefaults.lifetime, certificate: 10 };
  const ca = await authority({ grant: 'ra-auto', lifetime });
  const registrar = await signed(ca, registrarName, own);
  const asks = async (by: Certificate, name = 'cn=peer'): Promise<string> => {
    const answer = await send(ca, { name, pair: client, by });
    return 'reason' in answer ? `${answer.state}: ${answer.reason}` : answer.state;
  };
  const reason = (): string => ca.log.at(-1)?.text ?? '';
  assert.match(await asks(await signed(ca, 'cn=router', own)), /^denied/);
  assert.match(await asks(registrar, registrarName), /^denied/);
  assert.match(reason(), /vouches for no other authority/);
  const foreign = await signed(await authority({}), registrarName, own);
  assert.match(await asks(foreign), /^denied/);
  assert.match(reason(), /registration authority is not of this CA/);
  assert.ok((await ca.pki.authorities.revoke('CA', Number.parseInt(registrar.serial, 16), 'superseded')).ok);
  assert.match(await asks(registrar), /^denied/);
  assert.match(reason(), /registration authority is revoked/);
  const next = await signed(ca, registrarName, own);
  ca.clock.time += 11 * 86_400_000;
  assert.match(await asks(next), /^denied/);
  assert.match(reason(), /registration authority is not in its time/);
});

test('a registration authority is made by the operator, by its number, whatever is granted to routers', async () => {
  const ca = await authority({ grant: 'auto' });
  assert.equal((await send(ca, { name: registrarName, pair: own })).state, 'pending');
  const { requests } = ca.pki.authorities.report('CA')!;
  assert.deepEqual(
    requests.map(({ kind, state }) => [kind, state]),
    [['ra', 'pending']],
  );
  assert.deepEqual(await ca.pki.authorities.grant('CA', 'all'), { ok: true, value: 0 });
  assert.deepEqual(await ca.pki.authorities.grant('CA', 1), { ok: true, value: 1 });
  assert.equal((await send(ca, { name: registrarName, pair: own })).state, 'granted');
});

test('grant auto rollover ra-cert grants its renewal, which waits without', async () => {
  for (const [more, state] of [
    [{}, 'pending'],
    [{ grantsRegistrarRollover: true }, 'granted'],
  ] as const) {
    const ca = await authority(more);
    const registrar = await signed(ca, registrarName, own);
    const read = readCertificate(registrar.der);
    assert.ok(read.ok);
    const answer = await send(ca, { name: registrarName, pair: own, by: read.value, renews: true });
    assert.equal(answer.state, state, JSON.stringify(answer));
  }
});
