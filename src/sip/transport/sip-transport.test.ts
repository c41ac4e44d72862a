import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority, certificate, type TestCertificate } from '../../../test/certificates.ts';
import { type LogEntry, log, printLogEntry, type Stream, type TlsCredentials } from '../../io/index.ts';
import { type SimulatedHost, SimulatedWorld } from '../../io/memory/index.ts';
import { Admission } from '../screen/index.ts';
import type { TransportName } from '../settings.ts';
import type { Flow, OpenFailure } from './flow.ts';
import { transportMessages } from './messages.ts';
import type { CredentialsAnswer, TlsPolicy } from './policy.ts';
import { SipTransport } from './sip-transport.ts';
import type { TransportSettings } from './transport-settings.ts';

const root = authority('Root');
const west = certificate('west', { issuer: root });
const east = certificate('east', { issuer: root });

const minutes = 60_000;
const message = 'OPTIONS sip:east SIP/2.0\r\nContent-Length: 0\r\n\r\n';

function credentials(own: TestCertificate | undefined): TlsCredentials {
  return {
    ...(own === undefined ? {} : { certificateChainPem: own.chainPem, privateKeyPem: own.keyPem }),
    trustAnchorsPem: [root.pem],
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
  };
}

/** Accepts whatever the library verified; tests replace what they are about. */
class TestPolicy implements TlsPolicy {
  answer: CredentialsAnswer;
  judge: TlsPolicy['judge'] = (peer, { expectedName }) =>
    peer.chainError === undefined
      ? { accepted: true, ...(expectedName === undefined ? {} : { provedName: expectedName }) }
      : { accepted: false, rule: 'chain', reason: peer.chainError };

  constructor(own: TestCertificate | undefined) {
    this.answer = { credentials: credentials(own), policy: 'test' };
  }

  credentialsFor(): CredentialsAnswer {
    return this.answer;
  }
}

interface Side {
  readonly host: SimulatedHost;
  readonly transport: SipTransport;
  readonly policy: TestPolicy;
  readonly received: [string, Flow][];
  readonly closed: [Flow, Error | undefined][];
  /** Flows that a dialog is on. */
  readonly used: Set<Flow>;
  readonly entries: LogEntry[];
  lines(): string[];
}

function side(world: SimulatedWorld, address: string, own: TestCertificate | undefined): Side {
  const host = world.host([address]);
  const policy = new TestPolicy(own);
  const received: [string, Flow][] = [];
  const closed: [Flow, Error | undefined][] = [];
  const entries: LogEntry[] = [];
  const used = new Set<Flow>();
  const transport = new SipTransport({
    ...host,
    policy,
    settings: settings('0.0.0.0'),
    log: log('SIP', transportMessages, { write: (entry) => entries.push(entry) }),
    receiver: {
      received: (text, flow) => received.push([text, flow]),
      closed: (flow, error) => closed.push([flow, error]),
      inUse: (flow) => used.has(flow),
    },
  });
  return { host, transport, policy, received, closed, used, entries, lines: () => entries.map(printLogEntry) };
}

function settings(host: string, more: Partial<TransportSettings> = {}): TransportSettings {
  return {
    listeners: [
      { transport: 'udp', local: { host, port: 5060 }, tenant: 0 },
      { transport: 'tcp', local: { host, port: 5060 }, tenant: 0 },
      { transport: 'tls', local: { host, port: 5061 }, tenant: 0 },
    ],
    source: {},
    agingMs: 5 * minutes,
    establishTlsMs: 20_000,
    ...more,
  };
}

interface Pair {
  readonly world: SimulatedWorld;
  readonly west: Side;
  readonly east: Side;
}

async function pair(own: TestCertificate | undefined = west): Promise<Pair> {
  const world = new SimulatedWorld({ epoch: Date.now() });
  const both = { world, west: side(world, '10.0.0.1', own), east: side(world, '10.0.0.2', east) };
  await both.west.transport.start();
  await both.east.transport.start();
  return both;
}

const port = (transport: TransportName): number => (transport === 'tls' ? 5061 : 5060);

/** Opens from west to east and runs until told. */
async function open({ world, west: from }: Pair, transport: TransportName, serverName?: string): Promise<Flow> {
  const told = await tryOpen({ world, west: from }, transport, serverName);
  if ('reason' in told) assert.fail(told.reason);
  return told;
}

async function tryOpen(
  { world, west: from }: Pick<Pair, 'world' | 'west'>,
  transport: TransportName,
  serverName?: string,
): Promise<Flow | OpenFailure> {
  let told: Flow | OpenFailure | undefined;
  const name = serverName === undefined ? {} : { serverName };
  from.transport.open(
    { transport, remote: { host: '10.0.0.2', port: port(transport) }, ...name },
    { opened: (flow) => (told = flow), failed: (failure) => (told = failure) },
  );
  for (let i = 0; i < 300 && told === undefined; i++) await world.advance(100);
  return told ?? assert.fail('nothing was told');
}

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  test(`a message goes over ${transport} and its answer comes back on the same flow`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    assert.deepEqual(flow.remote, { host: '10.0.0.2', port: port(transport) });
    assert.equal(flow.local.host, '10.0.0.1');
    assert.equal(flow.reliable, transport !== 'udp');
    assert.equal(flow.send(message), true);
    await p.world.advance(10);
    const [text, back] = p.east.received[0] ?? assert.fail('nothing received');
    assert.equal(text, message);
    assert.equal(back.local.host, '10.0.0.2');
    back.send(message);
    await p.world.advance(10);
    assert.equal(p.west.received[0]?.[0], message);
    assert.equal(p.west.received[0]?.[1], flow);
  });

  test(`a second request to the same place reuses the ${transport} flow at once`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    let again: Flow | undefined;
    const remote = { host: '10.0.0.2', port: port(transport) };
    p.west.transport.open({ transport, remote }, { opened: (f) => (again = f), failed: () => undefined });
    assert.equal(again, flow);
    assert.equal(p.west.transport.report(transport).active, 1);
  });
}

test('over TLS a connection is reused only for the same name and under the same policy', async () => {
  const p = await pair();
  const first = await open(p, 'tls', 'a.example');
  assert.equal(first.provedName, 'a.example');
  assert.equal(await open(p, 'tls', 'A.example'), first);
  assert.notEqual(await open(p, 'tls', 'b.example'), first);
  assert.notEqual(await open(p, 'tls'), first);
  p.west.policy.answer = { credentials: credentials(west), policy: 'other trustpoint' };
  assert.notEqual(await open(p, 'tls', 'a.example'), first);
});

test('what the peer sends before the verdict is not read until it is in', async () => {
  const p = await pair();
  const verdict = Promise.withResolvers<{ accepted: true }>();
  p.east.policy.judge = () => verdict.promise;
  const flow = await open(p, 'tls');
  flow.send(message);
  await p.world.advance(1000);
  assert.equal(p.east.received.length, 0);
  verdict.resolve({ accepted: true });
  await p.world.advance(10);
  assert.equal(p.east.received.length, 1);
});

test('a verdict that never comes ends at the deadline', async () => {
  const p = await pair();
  p.west.policy.judge = () => new Promise(() => undefined);
  const told = await tryOpen(p, 'tls');
  assert.deepEqual(told, { code: 'connection-timeout', reason: 'no end of policy in time' });
  assert.deepEqual(p.west.transport.load, { handshakes: 0, sockets: 0 });
});

test('a refused certificate is counted, logged and kept with stage, rule and chain', async () => {
  const p = await pair(certificate('stranger', { issuer: authority('Unknown CA') }));
  await tryOpen(p, 'tls');
  await p.world.advance(100);
  assert.deepEqual(p.east.transport.report('tls').handshakeFailures, { client: 0, server: 1 });
  const [failure] = p.east.transport.failures();
  assert.deepEqual(
    { stage: failure?.stage, rule: failure?.rule, reason: failure?.reason, role: failure?.role, chain: failure?.chain },
    {
      stage: 'policy',
      rule: 'chain',
      reason: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      role: 'server',
      chain: ['CN=stranger'],
    },
  );
  assert.match(
    p.east.lines()[0] ?? '',
    /^%SIP-2-TLS_HANDSHAKE_FAILED: Reason: UNABLE_TO_GET_ISSUER_CERT_LOCALLY, Connection ID: 1, local address : 10\.0\.0\.2:5061 and remote address : 10\.0\.0\.1:\d+, /,
  );
  assert.equal(p.east.received.length, 0);
  assert.equal(p.east.transport.load.sockets, 0);
});

test('without a client certificate both sides know why', async () => {
  const p = await pair(undefined);
  p.west.policy.answer = { credentials: credentials(undefined), policy: 'none' };
  const told = await tryOpen(p, 'tls');
  await p.world.advance(10);
  assert.deepEqual(told, { code: 'tls-failed', reason: 'tlsv13 alert certificate required' });
  const [[here], [there]] = [p.west.transport.failures(), p.east.transport.failures()];
  assert.deepEqual([there?.rule, there?.reason], ['library', 'peer did not return a certificate']);
  assert.deepEqual([here?.role, here?.rule], ['client', 'peer'], 'an alert is the word of the other side');
});

test('without credentials for the peer nothing is begun, in either role, and the reason is kept', async () => {
  const p = await pair();
  p.east.policy.answer = { refused: 'no crypto signaling covers 10.0.0.1' };
  const told = await tryOpen(p, 'tls');
  assert.equal('code' in told ? told.code : '', 'connection-reset');
  assert.equal(p.east.transport.failures()[0]?.stage, 'credentials');
  assert.equal(p.east.transport.failures()[0]?.reason, 'no crypto signaling covers 10.0.0.1');
  p.west.policy.answer = { refused: 'trustpoint user1 has no certificate' };
  assert.deepEqual(await tryOpen(p, 'tls'), { code: 'tls-failed', reason: 'trustpoint user1 has no certificate' });
});

test('everybody who waits for one connection is told when it fails', async () => {
  const p = await pair();
  const told: string[] = [];
  for (let i = 0; i < 3; i++) {
    p.west.transport.open(
      { transport: 'tcp', remote: { host: '10.0.0.2', port: 9 } },
      { opened: () => told.push('opened'), failed: (failure) => told.push(failure.code) },
    );
  }
  assert.equal(p.west.transport.report('tcp').agents[0]?.connections[0]?.state, 'Connecting');
  assert.equal(p.west.transport.report('tcp').agents[0]?.connections[0]?.queue, 3);
  await p.world.advance(100);
  assert.deepEqual(told, ['connection-refused', 'connection-refused', 'connection-refused']);
  assert.equal(p.west.transport.report('tcp').connectionFailures, 1);
  assert.deepEqual(p.west.transport.report('tcp').maxQueue, { size: 3, remote: { host: '10.0.0.2', port: 9 } });
});

test('a thousandth and first request waiting for one connection fails at once', async () => {
  const p = await pair();
  let failed = 0;
  for (let i = 0; i < 1001; i++) {
    p.west.transport.open(
      { transport: 'tcp', remote: { host: '10.0.0.9', port: 5060 } },
      { opened: () => undefined, failed: () => failed++ },
    );
  }
  assert.equal(failed, 1);
  await p.world.advance(20_000);
  assert.equal(failed, 1001);
});

const agings: readonly [TransportName, number, number][] = [
  ['udp', 5 * minutes, 1],
  ['tcp', 5 * minutes, 1],
  ['tls', 60 * minutes, 1],
];

for (const [transport, limit] of agings) {
  test(`an idle ${transport} connection is closed after ${limit / minutes} minutes and counted as aged out`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    flow.send(message);
    await p.world.advance(limit - 10_000);
    assert.equal(p.west.transport.report(transport).active, 1);
    await p.world.advance(20_000);
    assert.equal(p.west.transport.report(transport).active, 0);
    assert.equal(p.west.transport.report(transport).ageouts, 1);
    assert.equal(p.west.closed.length, 1);
    assert.equal(p.west.closed[0]?.[1], undefined);
  });
}

test('a tcp connection that says nothing for a minute is let go', async () => {
  const p = await pair();
  await open(p, 'tcp');
  await p.world.advance(70_000);
  assert.equal(p.east.transport.report('tcp').active, 0);
  assert.equal(p.east.transport.report('tcp').ageouts, 1);
});

test('connections are bounded in all and for each source', () => {
  const admission = new Admission('connections', { inAll: 3, ofSource: 2 });
  assert.deepEqual(
    ['a', 'a', 'a', 'b', 'c'].map((source) => admission.begin(source)),
    [undefined, undefined, '2 connections of this source', undefined, '3 connections'],
  );
  admission.end('a');
  admission.end('nobody');
  assert.equal(admission.begin('c'), undefined);
  for (const source of ['a', 'b', 'c']) admission.end(source);
  assert.equal(admission.count, 0);
});

test('traffic keeps a connection from ageing', async () => {
  const p = await pair();
  const flow = await open(p, 'tcp');
  flow.send(message);
  for (let i = 0; i < 10; i++) {
    await p.world.advance(4 * minutes);
    assert.equal(flow.send(message), true);
  }
  assert.equal(p.west.transport.report('tcp').ageouts, 0);
});

test('when the peer closes, the flow ends, is counted, and nothing more can be sent on it', async () => {
  const p = await pair();
  const flow = await open(p, 'tcp');
  p.east.transport.close();
  await p.world.advance(10);
  assert.equal(p.west.transport.report('tcp').remoteClosures, 1);
  assert.deepEqual(p.west.closed, [[flow, undefined]]);
  assert.equal(flow.send(message), false);
  assert.equal(p.west.transport.report('tcp').sendFailures, 1);
});

test('a reset is told with its error', async () => {
  const p = await pair();
  await open(p, 'tcp');
  p.world.internet.reset('10.0.0.1', '10.0.0.2');
  await p.world.advance(10);
  assert.match(p.west.closed[0]?.[1]?.message ?? '', /ECONNRESET/);
});

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  const target = { host: '10.0.0.2', port: port(transport) };

  test(`clear by id purges the ${transport} socket only: the entry is marked ** and heals on its next use`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    assert.deepEqual(p.west.transport.clear(transport, { id: flow.id }), { socket: true, entry: false });
    const report = p.west.transport.report(transport);
    assert.equal(report.active, 0);
    assert.equal(report.agents[0]?.connections[0]?.mark, '**');
    assert.equal(flow.open, false);
    const healed = await open(p, transport);
    assert.equal(healed.open, true);
    assert.deepEqual(
      p.west.transport.report(transport).agents.map((a) => a.connections.map((c) => c.mark)),
      [['']],
    );
  });

  test(`clear by target purges the ${transport} entry only: the flow lives, the agent stays listed`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    assert.deepEqual(p.west.transport.clear(transport, { target }), { socket: false, entry: true });
    assert.deepEqual(p.west.transport.report(transport).agents, [{ host: '10.0.0.2', connections: [] }]);
    assert.equal(p.west.transport.report(transport).active, 1);
    assert.equal(flow.send(message), true);
    assert.notEqual(await open(p, transport), flow);
  });

  test(`clear by both purges the whole ${transport} connection`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    assert.deepEqual(p.west.transport.clear(transport, { id: flow.id, target }), { socket: true, entry: true });
    const report = p.west.transport.report(transport);
    assert.equal(report.active, 0);
    assert.deepEqual(report.agents, [{ host: '10.0.0.2', connections: [] }]);
    assert.deepEqual(p.west.transport.clear(transport, { id: flow.id, target }), { socket: false, entry: false });
  });
}

for (const transport of ['tcp', 'tls'] as const) {
  test(`a ${transport} connection that is drained carries on, takes nothing new, and closes behind its last dialog`, async () => {
    const p = await pair();
    const flow = await open(p, transport);
    p.west.used.add(flow);
    assert.equal(p.west.transport.drain(transport, { id: flow.id }), 1);
    assert.equal(p.west.transport.report(transport).agents[0]?.connections[0]?.state, 'Closing');
    await p.world.advance(20_000);
    assert.equal(flow.send(message), true, 'what is on it goes on');
    const other = await open(p, transport);
    assert.notEqual(other, flow, 'what is new goes elsewhere');
    p.west.used.delete(flow);
    await p.world.advance(10_000);
    assert.deepEqual([flow.open, other.open], [false, true]);
    assert.equal(p.west.transport.drain(transport, { target: { host: '10.0.0.2', port: port(transport) } }), 1);
    assert.equal(other.open, false, 'one that nobody is on closes at once');
    assert.equal(p.west.transport.drain(transport, {}), 0);
  });
}

test('an entry whose id went to a connection with somebody else is marked ++', async () => {
  const p = await pair();
  const third = side(p.world, '10.0.0.3', east);
  await third.transport.start();
  const flow = await open(p, 'tcp');
  p.west.transport.clear('tcp', { id: flow.id });
  let other: Flow | undefined;
  p.west.transport.open(
    { transport: 'tcp', remote: { host: '10.0.0.3', port: 5060 } },
    { opened: (f) => (other = f), failed: () => undefined },
  );
  await p.world.advance(10);
  assert.equal(other?.id, flow.id);
  const marks = p.west.transport.report('tcp').agents.map((a) => [a.host, a.connections[0]?.mark]);
  assert.deepEqual(marks, [
    ['10.0.0.2', '++'],
    ['10.0.0.3', ''],
  ]);
});

test('TCP and TLS share the ids of one process, UDP has its own', async () => {
  const p = await pair();
  assert.equal((await open(p, 'tcp')).id, 1);
  assert.equal((await open(p, 'tls')).id, 2);
  assert.equal((await open(p, 'udp')).id, 1);
  assert.deepEqual(p.west.transport.clear('tls', { id: 1 }), { socket: false, entry: false });
});

async function raw(p: Pair): Promise<{ stream: Stream; received: string[]; isClosed: () => boolean }> {
  const stranger = p.world.host(['10.0.0.7']);
  const connecting = stranger.network.connectTcp({ host: '10.0.0.2', port: 5060 }, { timeoutMs: 1000 });
  await p.world.advance(10);
  const stream = await connecting;
  const received: string[] = [];
  let closed = false;
  stream.start({ received: (data) => received.push(data.toString('latin1')), closed: () => (closed = true) });
  return { stream, received, isClosed: () => closed };
}

test('a keepalive ping on a stream is answered by a pong', async () => {
  const p = await pair();
  const { stream, received } = await raw(p);
  stream.write('\r\n\r\n');
  await p.world.advance(10);
  assert.deepEqual(received, ['\r\n']);
});

test('a stream that is not SIP is closed, with a line in the log', async () => {
  const p = await pair();
  const { stream, isClosed } = await raw(p);
  stream.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await p.world.advance(10);
  assert.equal(isClosed(), true);
  assert.match(
    p.east.lines()[0] ?? '',
    /^%SIP-4-STREAM_CLOSED: Connection 1 with 10\.0\.0\.7:\d+ \(TCP\) was closed: /,
  );
  assert.equal(p.east.transport.load.sockets, 0);
});

test('a message that stays unfinished for 30 seconds closes its connection, one that arrives in time does not', async () => {
  const p = await pair();
  const { stream, isClosed } = await raw(p);
  stream.write(message.slice(0, 20));
  await p.world.advance(20_000);
  stream.write(message.slice(20));
  await p.world.advance(60_000);
  assert.equal(p.east.received.length, 1);
  assert.equal(isClosed(), false);
  stream.write(message.slice(0, 20));
  await p.world.advance(45_000);
  assert.equal(isClosed(), true);
});

test('a peer that takes nothing makes sends fail at the bound of the queue, and is closed in the end', async () => {
  const p = await pair();
  const flow = await open(p, 'tcp');
  p.world.internet.cut('10.0.0.1', '10.0.0.2');
  let sent = 0;
  while (flow.send(message) && sent < 10_000) sent++;
  assert.equal(sent, 2000);
  assert.equal(p.west.transport.report('tcp').sendFailures, 1);
  await p.world.advance(45_000);
  assert.equal(flow.open, false);
});

test('a receiver that throws loses its connection and nothing else', async () => {
  const p = await pair();
  const flow = await open(p, 'tcp');
  p.east.received.push = () => {
    throw new Error('a fault of ours');
  };
  flow.send(message);
  await p.world.advance(10);
  assert.match(p.east.lines()[0] ?? '', /^%SIP-3-RECEIVER_FAILED: .*a fault of ours/);
  assert.equal(p.west.transport.report('tcp').remoteClosures, 1);
});

test('a busy port is logged and the other listeners run', async () => {
  const world = new SimulatedWorld({ epoch: Date.now() });
  const one = side(world, '10.0.0.1', west);
  await one.host.network.listenTcp(
    { host: '10.0.0.1', port: 5060 },
    { accepted: () => undefined, failed: () => undefined },
  );
  await one.transport.start();
  assert.deepEqual(one.lines(), [
    '%SIP-2-LISTEN_SOCKET: Failed to open listen socket for ip_addr=0.0.0.0, port=5060, transport=TCP: bind EADDRINUSE 0.0.0.0:5060',
  ]);
  assert.deepEqual(
    (['udp', 'tcp', 'tls'] as const).map((t) => one.transport.listenPort(t)),
    [5060, undefined, 5061],
  );
});

test('reconfiguring restarts the listeners that changed and leaves connections alone', async () => {
  const p = await pair();
  const tcp = await open(p, 'tcp');
  const udp = await open(p, 'udp');
  const next = settings('0.0.0.0');
  await p.west.transport.reconfigure({
    ...next,
    listeners: next.listeners.map((l) => (l.transport === 'udp' ? { ...l, local: { ...l.local, port: 5070 } } : l)),
  });
  assert.equal(p.west.transport.listenPort('udp'), 5070);
  assert.equal(tcp.open, true);
  assert.equal(udp.open, false, 'the socket of this flow is gone');
  await p.west.transport.reconfigure({ ...next, listeners: [] });
  assert.deepEqual(p.west.transport.report('tcp').listeners, []);
  assert.equal(tcp.open, true);
});

test('after close nothing is told and nothing is left', async () => {
  const p = await pair();
  await open(p, 'tls');
  await open(p, 'udp');
  p.west.transport.open(
    { transport: 'tcp', remote: { host: '10.0.0.2', port: 5060 } },
    { opened: () => undefined, failed: () => assert.fail('failed') },
  );
  p.west.transport.close();
  p.west.transport.close();
  await p.world.advance(1000);
  assert.deepEqual(p.west.closed, []);
  assert.deepEqual(p.west.transport.load, { handshakes: 0, sockets: 0 });
  p.east.transport.close();
  await p.world.runUntilIdle(60_000);
  assert.equal(p.world.internet.openStreams, 0);
  assert.equal(p.world.clock.pending, 0);
});

test('handshakes of one source are bounded; the rest is shed before any crypto', async () => {
  const p = await pair();
  const stranger = p.world.host(['10.0.0.7']);
  for (let i = 0; i < 100; i++) {
    void stranger.network.connectTcp({ host: '10.0.0.2', port: 5061 }, { timeoutMs: 1000 }).catch(() => undefined);
  }
  await p.world.advance(100);
  assert.equal(p.east.transport.load.handshakes, 64);
  assert.equal(p.east.transport.failures().filter((f) => f.stage === 'limit').length, 36);
  await p.world.advance(20_000);
  assert.deepEqual(p.east.transport.load, { handshakes: 0, sockets: 0 });
});

test('a flood from invented UDP sources stays within its bound and does not push out a flow in use', async () => {
  const p = await pair();
  const flow = await open(p, 'udp');
  flow.send(message);
  await p.world.advance(10);
  for (let i = 0; i < 9000; i++) {
    const from = { host: `10.1.${i >> 8}.${i & 255}`, port: 5060 };
    p.world.internet.sendUdp(Buffer.from(message), from, { host: '10.0.0.2', port: 5060 });
    if (i % 50 === 0) await p.world.advance(2);
  }
  await p.world.advance(10);
  assert.equal(p.east.transport.report('udp').active, 8192);
  const before = p.east.received.length;
  flow.send(message);
  await p.world.advance(10);
  assert.equal(p.east.received.length, before + 1);
  await p.world.advance(6 * minutes);
  assert.equal(p.east.transport.report('udp').active, 0);
});

test('a peer that is no longer accepted loses its connection when trust has changed, and the ledger keeps why', async () => {
  const p = await pair();
  await open(p, 'tls');
  await p.world.advance(10);
  const asked: (boolean | undefined)[] = [];
  p.east.policy.judge = (_peer, { isLive }) => {
    asked.push(isLive);
    return { accepted: false, rule: 'revoked', reason: 'it was revoked' };
  };
  p.west.transport.judgeAgain();
  await p.world.advance(10);
  assert.equal(p.west.transport.report('tls').active, 1, 'who is still accepted keeps it');
  p.east.transport.judgeAgain();
  await p.world.advance(10);
  assert.deepEqual(asked, [true]);
  assert.equal(p.east.transport.report('tls').active, 0);
  assert.match(p.east.closed[0]?.[1]?.message ?? '', /it was revoked/);
  const [failure] = p.east.transport.failures();
  assert.deepEqual([failure?.stage, failure?.rule, failure?.reason], ['live', 'revoked', 'it was revoked']);
  assert.ok(p.east.lines().some((line) => /%SIP-2-TLS_PEER_DROPPED: .*it was revoked, rule: revoked/.test(line)));
});

test('a verdict that runs out is asked for again once, and a slow answer leaves the connection up meanwhile', async () => {
  const p = await pair();
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<TlsPolicy['judge']>>>();
  let asked = 0;
  p.east.policy.judge = (_peer, { isLive }) => {
    asked++;
    return isLive === true ? promise : { accepted: true, validUntil: p.world.clock.now() + minutes };
  };
  await open(p, 'tls');
  await p.world.advance(50_000);
  assert.equal(asked, 1);
  await p.world.advance(10 * minutes);
  assert.equal(asked, 2, 'not while the answer is awaited');
  assert.equal(p.east.transport.report('tls').active, 1);
  resolve({ accepted: false, rule: 'chain', reason: 'it has expired' });
  await p.world.advance(10);
  assert.equal(p.east.transport.report('tls').active, 0);
});

test('a verdict that waits for others holds up no handshake of others', async () => {
  const p = await pair();
  p.east.policy.judge = () => new Promise(() => undefined);
  const opening = { opened: () => undefined, failed: () => undefined };
  for (let i = 0; i < 120; i++) {
    // More than a source may have in handshake at once, were a verdict part of it.
    if (i % 40 === 0) await p.world.advance(500);
    p.west.transport.open(
      { transport: 'tls', remote: { host: '10.0.0.2', port: 5061 }, serverName: `n${i}.test` },
      opening,
    );
  }
  await p.world.advance(500);
  assert.equal(p.east.transport.load.handshakes, 0);
  assert.equal(p.east.transport.failures().filter((f) => f.stage === 'limit').length, 0);
  await p.world.advance(11_000);
  assert.equal(p.east.transport.failures().filter((f) => f.stage === 'policy' && f.rule === 'deadline').length, 100);
});
