import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpClient } from '../../io/index.ts';
import { SeededRandom } from '../../io/memory/random.ts';
import type { Certificate } from '../certificate.ts';
import { testPair, testRequest } from '../test-request.ts';
import { TestRouter } from '../test-router.ts';
import { type Authority, answerScep } from './server.ts';
import { certificatesOnly } from './signed.ts';

const answers = { defaultKeyLabel: 'west.lab', fqdn: 'west.lab' };

interface Registration {
  readonly ca: Certificate;
  readonly ra: Certificate;
  readonly http: HttpClient;
}

/** A CA behind a registration authority: the RA opens the requests and signs the answers, the CA signs the certificates. */
async function registration(
  shown: (ca: Certificate, ra: Certificate) => readonly Certificate[],
): Promise<Registration> {
  const router = await new TestRouter().withServer('CA');
  const key = testPair();
  const ca = router.pki.authorities.report('CA')!.ca!;
  const sign = async (der: Buffer): Promise<Certificate> => {
    const signed = await router.pki.authorities.sign('CA', der.toString('base64'));
    assert.ok(signed.ok);
    return signed.value;
  };
  const ra = await sign(testRequest('cn=RA', key));
  const authority: Authority = {
    certificate: ra,
    key: key.privateKey,
    chain: [],
    next: undefined,
    request: async ({ request }) => ({ state: 'granted', certificate: await sign(request.der) }),
    poll: () => ({ state: 'pending' }),
    isRevoked: () => false,
    vouch: () => undefined,
    find: async () => undefined,
    crl: () => undefined,
    now: () => router.clock.now(),
    refusedMessage: (reason) => assert.fail(reason),
  };
  const http: HttpClient = {
    async fetch({ method, url, body }) {
      const operation = new URL(url).searchParams.get('operation') ?? '';
      if (operation === 'GetCACert') {
        const contentType = 'application/x-x509-ca-ra-cert';
        return { status: 200, contentType, body: certificatesOnly(shown(ca, ra)) };
      }
      return answerScep({ method, operation, ...(body !== undefined && { body }) }, authority, new SeededRandom(3));
    },
  };
  return { ca, ra, http };
}

test('a CA with an RA answers with both: the CA comes first, the RA after it, whatever the order in the message', async () => {
  for (const order of [
    (ca: Certificate, ra: Certificate) => [ca, ra],
    (ca: Certificate, ra: Certificate) => [ra, ca],
  ]) {
    const { ca, ra, http } = await registration(order);
    const router = new TestRouter(http).withTrustpoint('TP');
    const fetched = await router.pki.fetchCa('TP');
    assert.ok(fetched.ok, fetched.ok ? '' : fetched.reason);
    assert.deepEqual(
      fetched.value.map(({ der }) => der),
      [ca.der, ra.der],
    );
  }
});

test('a router enrols through an RA: it encrypts to the RA, believes its signature, and trusts the CA alone', async () => {
  const { ca, ra, http } = await registration((one, other) => [other, one]);
  const router = new TestRouter(http).withTrustpoint('TP', { rsaKeyPair: { label: 'k', size: 1024 } });
  const fetched = await router.pki.fetchCa('TP');
  assert.ok(fetched.ok && router.pki.acceptCa('TP', fetched.value).ok);
  const sent = await router.pki.enroll('TP', answers);
  assert.equal(sent.ok && sent.value.state, 'granted', router.log.at(-1)?.text);
  const report = router.pki.trustpoint('TP')!;
  assert.deepEqual([report.ca?.der, report.others.map(({ der }) => der)], [ca.der, [ra.der]]);
  assert.deepEqual(report.identity?.issuerDer, ca.subjectDer);
  const credentials = router.pki.credentialsFor('10.0.0.1', [{ trustpoint: 'TP', strictCipher: false }]);
  assert.ok(credentials.ok);
  assert.equal(credentials.value.tls.trustAnchorsPem.length, 1);
  assert.equal(
    credentials.value.tls.certificateChainPem?.match(/BEGIN CERTIFICATE/g)?.length,
    1,
    'the RA is not shown',
  );
});

const lies: [what: string, shown: (ca: Certificate, ra: Certificate, foreign: Certificate) => Certificate[]][] = [
  ['an RA that the CA did not certify', (ca, _ra, foreign) => [ca, foreign]],
  ['one stranger among them', (ca, ra, foreign) => [ca, ra, foreign]],
  ['an RA and no CA', (_ca, ra) => [ra]],
  ['nothing', () => []],
];
for (const [what, shown] of lies) {
  test(`an answer to GetCACert with ${what} is refused`, async () => {
    const foreign = (await registration((ca) => [ca])).ra;
    const { http } = await registration((ca, ra) => shown(ca, ra, foreign));
    const router = new TestRouter(http).withTrustpoint('TP');
    assert.equal((await router.pki.fetchCa('TP')).ok, false);
    assert.deepEqual(router.mnemonics, ['CA_ANSWER']);
  });
}

test('an answer to GetCACert with two authorities names no one to compare a fingerprint with, and is refused', async () => {
  const other = await new TestRouter().withServer('other');
  const { http } = await registration((ca) => [ca, other.pki.authorities.report('other')!.ca!]);
  const router = new TestRouter(http).withTrustpoint('TP');
  assert.equal((await router.pki.fetchCa('TP')).ok, false);
});

test('a CA that does not answer and one that answers wrongly are told apart in the log', async () => {
  const answer = (status: number, body: string): HttpClient => ({
    fetch: async () => ({ status, contentType: 'text/html', body: Buffer.from(body) }),
  });
  const rows: [http: HttpClient, said: string][] = [
    [{ fetch: () => Promise.reject(new Error('connection refused')) }, 'Failed to send out message to CA server.'],
    [answer(404, 'not here'), 'The CA of trustpoint TP answered, but not with its certificate: HTTP status 404'],
    [
      answer(200, '<html>'),
      'The CA of trustpoint TP answered, but not with its certificate: the answer holds no certificate',
    ],
  ];
  for (const [http, said] of rows) {
    const router = new TestRouter(http).withTrustpoint('TP');
    assert.equal((await router.pki.fetchCa('TP')).ok, false);
    assert.deepEqual(
      router.log.map(({ text }) => text),
      [said],
    );
  }
});
