import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { GatewayError, type HttpClient } from '../../io/index.ts';
import { nodeHttpClient } from '../../io/node/http-client.ts';
import { TestRouter } from '../test-router.ts';

/** What a router says of the CA at a port. */
async function said(port: number, timeoutMs: number): Promise<readonly string[]> {
  const http: HttpClient = { fetch: (request) => nodeHttpClient.fetch({ ...request, timeoutMs }) };
  const router = new TestRouter(http).withTrustpoint('TP');
  const { enrollment } = router.settings.trustpoints.get('TP')!;
  const method = { kind: 'url', url: `http://127.0.0.1:${port}`, pem: false } as const;
  router.withTrustpoint('TP', { enrollment: { ...enrollment, method } });
  assert.equal((await router.pki.fetchCa('TP')).ok, false);
  return router.log.map(({ mnemonic, text }) => `${mnemonic}: ${text}`);
}

const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-x509-ca-cert\r\ncontent-length: 1000\r\n\r\n';
const minuteMs = 60_000;
type Row = readonly [what: string, timeoutMs: number, answer: (socket: Socket) => void, reason: RegExp];
const rows: readonly Row[] = [
  ['says nothing', 200, () => undefined, /^No answer from 127\.0\.0\.1:\d+ in time$/],
  ['sends the head and then nothing', 200, (socket) => void socket.write(head), /^No whole answer from .* in time$/],
  ['closes without a word', minuteMs, (socket) => void socket.end(), /^socket hang up$/],
  ['cuts its answer short', minuteMs, (socket) => void socket.end(`${head}half`), /^The answer was cut short$/],
  [
    'speaks another protocol',
    minuteMs,
    (socket) => void socket.end('220 mail\r\n'),
    /^What answers does not speak HTTP$/,
  ],
  ['sends noise', minuteMs, (socket) => void socket.end(Buffer.alloc(500, 0xa5)), /^What answers does not speak HTTP$/],
];
for (const [what, timeoutMs, answer, reason] of rows) {
  test(`a CA that ${what} is not called unreachable: the line names the trustpoint and says what came`, async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.once('data', () => answer(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const lines = await said((server.address() as AddressInfo).port, timeoutMs);
    server.close();
    for (const socket of sockets) socket.destroy();
    const start = 'CA_SILENT: No usable answer from the CA of trustpoint TP: ';
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.ok(lines[0]!.startsWith(start), lines[0]);
    assert.match(lines[0]!.slice(start.length), reason);
  });
}

test('a CA that nobody can be asked at is, in the words of IOS', async () => {
  const closed = createServer();
  closed.listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  assert.deepEqual(await said(port, minuteMs), ['SOCKETSEND: Failed to send out message to CA server.']);
});

test('an enrolment whose answer is late says so, and is sent again after the retry period', async () => {
  const ca = await new TestRouter().withServer('CA');
  const http: HttpClient = {
    fetch: () => Promise.reject(new GatewayError('connection-timeout', 'No whole answer from ca in time')),
  };
  const router = new TestRouter(http).withTrustpoint('TP', { rsaKeyPair: { label: 'k', size: 1024 } });
  assert.ok(router.pki.acceptCa('TP', [ca.pki.authorities.report('CA')!.ca!]).ok);
  const sent = await router.pki.enroll('TP', { defaultKeyLabel: 'west.lab' });
  assert.equal(sent.ok && sent.value.state, 'pending');
  const told = (): readonly string[] => router.mnemonics.filter((one) => one === 'CA_SILENT' || one === 'SOCKETSEND');
  assert.deepEqual(told(), ['CA_SILENT']);
  await router.clock.advance(minuteMs);
  assert.deepEqual(told(), ['CA_SILENT', 'CA_SILENT']);
});
