import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answers, authenticated } from '../../../test/enrolled-router.ts';
import type { HttpClient } from '../../io/index.ts';
import { testPair, testRequest } from '../test-request.ts';
import { httpTo, TestRouter } from '../test-router.ts';
import { crlOnly, readCrlOnly } from './crl-only.ts';

const pair = testPair();

/** A CA that publishes no list, a router enrolled there that checks by CRL, and a peer with a certificate of that CA. */
async function scene(lie?: (body: Buffer, operation: string) => Buffer) {
  const ca = await new TestRouter().withServer('CA');
  let isLying = false;
  const honest = httpTo(() => ca);
  const lying = httpTo(() => ca, lie);
  const http: HttpClient = { fetch: (request) => (isLying ? lying : honest).fetch(request) };
  const router = await authenticated(http, { revocationCheck: ['crl'], rsaKeyPair: { label: 'k', size: 2048 } });
  await router.pki.enroll('TP', answers);
  isLying = lie !== undefined;
  const signed = await ca.pki.authorities.sign('CA', testRequest('cn=peer', pair).toString('base64'));
  assert.ok(signed.ok && signed.value.crlUrls.length === 0);
  const cipher = 'TLS_AES_128_GCM_SHA256';
  const chainDer = [signed.value.der];
  const session = { version: 'TLSv1.3', cipher, cipherOpenssl: cipher, resumed: false, chainDer } as const;
  const judge = async () => router.pki.judge(session, { role: 'client' });
  return { ca, router, judge, serial: Number.parseInt(signed.value.serial, 16) };
}

test('where no certificate names a place the CRL is asked for by SCEP, kept, and asked for again at the word of the operator', async () => {
  const { ca, router, judge, serial } = await scene();
  const first = await judge();
  assert.ok(first.accepted, JSON.stringify(first));
  const [list] = router.pki.trust.crls().lists;
  assert.deepEqual([list?.byScep, list?.revoked], [true, 0]);
  assert.ok((await ca.pki.authorities.revoke('CA', serial, 'key-compromise')).ok);
  router.clock.time += 1000;
  const asked = await router.pki.trust.requestCrl('TP');
  assert.ok(asked.ok, JSON.stringify(asked));
  const second = await judge();
  assert.equal(second.accepted ? '' : second.rule, 'revoked');
});

test('a router that has no certificate of the CA does not ask it, and says so', async () => {
  const { router, judge } = await scene();
  router.commit({
    ...router.settings,
    chains: new Map(
      [...router.settings.chains].map(([name, chain]) => [name, chain.filter(({ kind }) => kind === 'ca')]),
    ),
  });
  const verdict = await judge();
  assert.match(verdict.accepted ? '' : verdict.reason, /no http CRL distribution point is known/);
});

const lies: readonly (readonly [what: string, (body: Buffer) => Buffer])[] = [
  ['another byte in it', (body) => Buffer.from(body.with(body.length - 20, body.at(-20)! ^ 1))],
  ['half of it', (body) => body.subarray(0, body.length / 2)],
  ['a web page', () => Buffer.from('<html>')],
  ['nothing', () => Buffer.alloc(0)],
];
for (const [what, lie] of lies) {
  test(`an answer to GetCRL with ${what} is not believed, and the peer is refused`, async () => {
    const { judge } = await scene((body, operation) => (operation === 'PKIOperation' ? lie(body) : body));
    const verdict = await judge();
    assert.equal(verdict.accepted ? '' : verdict.rule, 'revocation');
  });
}

test('an answer to another question, signed by the CA, is not believed', async () => {
  let recorded: Buffer | undefined;
  const { router, judge } = await scene((body, operation) => {
    if (operation !== 'PKIOperation') return body;
    recorded ??= body;
    return recorded;
  });
  assert.ok((await judge()).accepted, 'the first answer is true');
  const again = await router.pki.trust.requestCrl('TP');
  assert.match(again.ok ? '' : again.reason, /another transaction/);
});

test('the list comes out as it went in, and no bytes make the reader throw', () => {
  const crl = Buffer.from('3003020101', 'hex');
  const read = readCrlOnly(crlOnly(crl));
  assert.deepEqual(read.ok && read.value, crl);
  const whole = crlOnly(crl);
  for (let length = 0; length < whole.length; length++) readCrlOnly(whole.subarray(0, length));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => typeof readCrlOnly(Buffer.from(bytes)).ok === 'boolean'),
  );
});
