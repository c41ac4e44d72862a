import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpClient } from '../../io/index.ts';
import type { Outcome } from '../outcome.ts';
import { httpTo, TestRouter } from '../test-router.ts';
import type { EnrollmentSent } from '../trustpoint-face.ts';
import { displayName } from '../x500-name.ts';
import { operationUrl } from './client.ts';

const answers = {
  fqdn: 'west.lab',
  serialNumber: '36E8B0B3',
  ipAddress: '172.18.197.154',
  defaultKeyLabel: 'west.lab',
};
const minuteMs = 60_000;

async function authority(grant: 'auto' | 'none' = 'auto'): Promise<TestRouter> {
  return new TestRouter().withServer('CA', { grant });
}

async function client(http: HttpClient): Promise<TestRouter> {
  const router = new TestRouter(http).withTrustpoint('TP', {
    subjectName: 'CN=172.18.197.154',
    rsaKeyPair: { label: 'kp1', size: 1024 },
  });
  const fetched = await router.pki.fetchCa('TP');
  assert.ok(fetched.ok, fetched.ok ? '' : fetched.reason);
  assert.ok(router.pki.acceptCa('TP', fetched.value).ok);
  return router;
}

function state(sent: Outcome<EnrollmentSent>): string {
  assert.ok(sent.ok, sent.ok ? '' : sent.reason);
  return sent.value.state;
}

test('a router authenticates a CA over SCEP, enrols, and has a certificate with the names it asked for', async () => {
  const ca = await authority();
  const router = await client(httpTo(() => ca));
  assert.equal(state(await router.pki.enroll('TP', answers)), 'granted');
  const { identity, key, enrollment } = router.pki.trustpoint('TP')!;
  assert.deepEqual(displayName(identity!.subject), [
    'serialNumber=36E8B0B3+hostname=west.lab+ipaddress=172.18.197.154',
    'cn=172.18.197.154',
  ]);
  assert.equal(key?.label, 'kp1');
  assert.equal(enrollment.state, 'granted');
  await router.pki.settled();
  assert.deepEqual(await router.files.list('certificates/TP'), ['CA#1CA.cer', 'CA#2.cer']);
});

test('a request waits for the operator under grant none, and the client polls until it is granted', async () => {
  const ca = await authority('none');
  const router = await client(httpTo(() => ca));
  assert.equal(state(await router.pki.enroll('TP', answers)), 'pending');
  await router.clock.advance(minuteMs);
  assert.equal(router.pki.trustpoint('TP')!.identity, undefined);
  assert.deepEqual(await ca.pki.authorities.grant('CA', 'all'), { ok: true, value: 1 });
  await router.clock.advance(minuteMs);
  assert.notEqual(router.pki.trustpoint('TP')!.identity, undefined);
});

test('a rejected request ends the enrolment with CERTREJECT', async () => {
  const ca = await authority('none');
  const router = await client(httpTo(() => ca));
  await router.pki.enroll('TP', answers);
  await ca.pki.authorities.reject('CA', 1);
  await router.clock.advance(minuteMs);
  assert.equal(router.pki.trustpoint('TP')!.enrollment.state, 'denied');
  assert.ok(router.mnemonics.includes('CERTREJECT'));
});

test('polling ends when the retry count is used up', async () => {
  const ca = await authority('none');
  const router = await client(httpTo(() => ca));
  await router.pki.enroll('TP', answers);
  for (let minute = 0; minute < 12; minute++) await router.clock.advance(minuteMs);
  assert.equal(router.pki.trustpoint('TP')!.enrollment.state, 'failed');
  assert.ok(router.mnemonics.includes('CERTFAIL'));
});

/** What a lying CA does with its answer to PKIOperation, and what the client says of it. */
const lies: [lie: string, change: (body: Buffer) => Buffer, reason: RegExp][] = [
  ['cuts it short', (body) => body.subarray(0, body.length - 40), /cannot be decoded/],
  ['sends nothing', () => Buffer.alloc(0), /cannot be decoded/],
  ['sends noise', (body) => Buffer.from(body.map((byte) => byte ^ 0x5a)), /cannot be decoded/],
  ['sends half a megabyte', (body) => Buffer.concat([body, Buffer.alloc(512 * 1024)]), /larger than/],
];
for (const [lie, change, reason] of lies) {
  test(`a CA that ${lie} ends the enrolment, and nothing is stored`, async () => {
    const ca = await authority();
    const router = await client(
      httpTo(
        () => ca,
        (body, operation) => (operation === 'PKIOperation' ? change(body) : body),
      ),
    );
    assert.equal(state(await router.pki.enroll('TP', answers)), 'failed');
    assert.equal(router.pki.trustpoint('TP')!.identity, undefined);
    const said = router.log.find(({ mnemonic }) => mnemonic === 'CERTFAIL');
    assert.match(said?.text ?? '', reason);
  });
}

test('an answer to an earlier message is refused for its nonce', async () => {
  const ca = await authority('none');
  let first: Buffer | undefined;
  const replay = (body: Buffer, operation: string): Buffer => {
    if (operation === 'PKIOperation') first ??= body;
    return operation === 'PKIOperation' ? first! : body;
  };
  const router = await client(httpTo(() => ca, replay));
  assert.equal(state(await router.pki.enroll('TP', answers)), 'pending');
  await router.clock.advance(minuteMs);
  assert.match(router.log.at(-1)?.text ?? '', /does not return our nonce/);
});

test('an answer from another transaction is refused', async () => {
  const ca = await authority();
  let first: Buffer | undefined;
  const http = httpTo(
    () => ca,
    (body, operation) => {
      if (operation !== 'PKIOperation') return body;
      first ??= body;
      return first;
    },
  );
  await (await client(http)).pki.enroll('TP', answers);
  const second = await client(http);
  assert.equal(state(await second.pki.enroll('TP', answers)), 'failed');
  assert.match(second.log.at(-1)?.text ?? '', /another transaction/);
});

test('an answer signed by another CA of the same name is refused', async () => {
  const honest = await authority();
  const other = await authority();
  const router = new TestRouter(httpTo(() => other));
  router.withTrustpoint('TP', { subjectName: 'CN=x', rsaKeyPair: { label: 'kp1', size: 1024 } });
  assert.ok(router.pki.acceptCa('TP', [honest.pki.authorities.report('CA')!.ca!]).ok);
  assert.equal(state(await router.pki.enroll('TP', answers)), 'failed');
  assert.match(
    router.log.at(-1)?.text ?? '',
    /not signed by the certificate authority|signature of the message is wrong/,
  );
  assert.equal(router.pki.trustpoint('TP')!.identity, undefined);
});

test('an unreachable CA is said, and the request is sent again after the retry period', async () => {
  const ca = await authority();
  let down = false;
  const through = httpTo(() => ca);
  const router = await client({
    fetch: (request) => (down ? Promise.reject(new Error('refused')) : through.fetch(request)),
  });
  down = true;
  assert.equal(state(await router.pki.enroll('TP', answers)), 'pending');
  assert.ok(router.mnemonics.includes('SOCKETSEND'));
  down = false;
  await router.clock.advance(minuteMs);
  assert.equal(router.pki.trustpoint('TP')!.enrollment.state, 'granted');
});

test('a URL without a path means the CGI script of an IOS CA; any other path is kept', () => {
  const cases: [string, string][] = [
    ['http://172.18.193.103:80', 'http://172.18.193.103:80/cgi-bin/pkiclient.exe?operation=GetCACert'],
    ['http://ca/', 'http://ca/cgi-bin/pkiclient.exe?operation=GetCACert'],
    ['http://ca:8080/scep', 'http://ca:8080/scep?operation=GetCACert'],
  ];
  for (const [url, expected] of cases) assert.equal(operationUrl(url, 'GetCACert'), expected);
});

test('the server refuses, as a SCEP failure or by HTTP, whatever is not on its list', async () => {
  const ca = await authority();
  const get = (operation: string, message = ''): Promise<{ status: number }> =>
    ca.pki.authorities.scep({ method: 'GET', operation, message });
  assert.equal((await get('GetCACaps')).status, 200);
  assert.equal((await get('GetCACert')).status, 200);
  assert.equal((await get('GetNextCACert')).status, 404);
  assert.equal((await get('getcacert')).status, 400);
  assert.equal((await get('')).status, 400);
  assert.equal((await get('PKIOperation', 'bm9pc2U=')).status, 400);
  assert.equal(ca.pki.authorities.report('CA')!.lastSerial, 1);
});

test('without a certificate server SCEP is answered with 404', async () => {
  const router = new TestRouter();
  assert.equal((await router.pki.authorities.scep({ method: 'GET', operation: 'GetCACert' })).status, 404);
});
