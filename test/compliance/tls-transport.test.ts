import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { connect as tlsConnect } from 'node:tls';
import { type LogEntry, log, printLogEntry, type TlsCredentials } from '../../src/io/index.ts';
import { nodeIo } from '../../src/io/node/index.ts';
import { type Flow, SipTransport, transportMessages } from '../../src/sip/transport/index.ts';
import { authority, certificate, type TestCertificate } from '../certificates.ts';

const root = authority('Root');
const server = certificate('server', { issuer: root });
const client = certificate('client', { issuer: root });
const message = 'OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n';

function credentials(own: TestCertificate): TlsCredentials {
  return {
    certificateChainPem: own.chainPem,
    privateKeyPem: own.keyPem,
    trustAnchorsPem: [root.pem],
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
  };
}

/** A transport on real sockets that demands what the library verified and answers each message with itself. */
async function listening(
  own: TestCertificate,
): Promise<{ transport: SipTransport; entries: LogEntry[]; port: number }> {
  const entries: LogEntry[] = [];
  const transport = new SipTransport({
    ...nodeIo({ root: '.' }),
    log: log('SIP', transportMessages, { write: (entry) => entries.push(entry) }),
    settings: {
      listeners: [{ transport: 'tls', local: { host: '127.0.0.1', port: 0 }, tenant: 0 }],
      times: { agingMs: 300_000, establishTlsMs: 20_000 },
    },
    policy: {
      credentialsFor: () => ({ credentials: credentials(own), policy: 'test' }),
      judge: ({ chainError }) =>
        chainError === undefined ? { accepted: true } : { accepted: false, rule: 'chain', reason: chainError },
    },
    receiver: {
      received: (text, flow) => flow.direction === 'in' && flow.send(text),
      closed: () => undefined,
      inUse: () => false,
    },
  });
  await transport.start();
  return { transport, entries, port: transport.listenPort('tls') ?? assert.fail('not listening') };
}

/** Polls, since what is waited for happens in another corner of this process; the test's own time-out bounds it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('two transports talk over mutual TLS, and both tables list the connection', { timeout: 20_000 }, async () => {
  const east = await listening(server);
  const west = await listening(client);
  const flow = await new Promise<Flow>((opened, failed) => {
    west.transport.open({ transport: 'tls', remote: { host: '127.0.0.1', port: east.port } }, { opened, failed });
  });
  assert.equal(flow.send(message), true);
  await until(() => east.transport.report('tls').maxQueue.size === 1);
  for (const { transport } of [east, west]) {
    const row = transport.report('tls').agents[0]?.connections[0];
    assert.equal(row?.state, 'Established');
    assert.equal(row?.tlsVersion, 'TLSv1.3');
  }
  west.transport.close();
  await until(() => east.transport.load.sockets === 0);
  assert.equal(east.transport.report('tls').remoteClosures, 1);
  east.transport.close();
});

const refusals: readonly [string, TestCertificate | undefined, string, string][] = [
  ['without a certificate', undefined, 'peer did not return a certificate', 'handshake'],
  [
    'with an expired certificate',
    certificate('late', { issuer: root, notAfter: new Date(Date.now() - 1000) }),
    'CERT_HAS_EXPIRED',
    'policy',
  ],
  [
    'with a certificate of an unknown authority',
    certificate('stranger', { issuer: authority('Unknown') }),
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'policy',
  ],
];

for (const [what, own, reason, stage] of refusals) {
  test(`a client ${what} is refused, counted, logged and kept with its reason`, { timeout: 20_000 }, async (t) => {
    const { transport, entries, port } = await listening(server);
    t.after(() => transport.close());
    const socket = tlsConnect({
      port,
      host: '127.0.0.1',
      ca: root.pem,
      checkServerIdentity: () => undefined,
      ...(own === undefined ? {} : { cert: own.chainPem, key: own.keyPem }),
    });
    socket.on('error', () => undefined);
    socket.write(message);
    await until(() => transport.failures().length > 0);
    assert.deepEqual(transport.report('tls').handshakeFailures, { client: 0, server: 1 });
    assert.deepEqual(
      transport.failures().map((f) => [f.reason, f.stage]),
      [[reason, stage]],
    );
    assert.match(
      printLogEntry(entries[0]!),
      new RegExp(`^%SIP-2-TLS_HANDSHAKE_FAILED: Reason: ${reason}, Connection ID: 1,`),
    );
    await until(() => transport.load.sockets + transport.load.handshakes === 0);
    socket.destroy();
  });
}

test('a thousand aborted handshakes leave nothing behind, and the next one succeeds', { timeout: 60_000 }, async () => {
  const { transport, port } = await listening(server);
  const beginnings = ['', '\x16\x03\x01', 'OPTIONS sip:a SIP/2.0\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01'];
  for (let batch = 0; batch < 20; batch++) {
    const sockets = Array.from({ length: 50 }, (_, i) => aborted(port, beginnings[i % 4] ?? ''));
    await Promise.all(sockets);
  }
  await until(() => transport.load.sockets + transport.load.handshakes === 0);
  assert.deepEqual(transport.report('tls').agents, []);
  assert.equal(transport.failures().length, 100);
  const west = await listening(client);
  const flow = await new Promise<Flow>((opened, failed) => {
    west.transport.open({ transport: 'tls', remote: { host: '127.0.0.1', port } }, { opened, failed });
  });
  assert.equal(flow.open, true);
  west.transport.close();
  transport.close();
});

/** Connects, says something that is no handshake, and is gone. */
function aborted(port: number, beginning: string): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1', () => {
      socket.write(beginning, 'latin1', () => setImmediate(() => socket.resetAndDestroy()));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
  });
}
