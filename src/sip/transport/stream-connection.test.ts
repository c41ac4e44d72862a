import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message, open, pair, raw } from '../../../test/transport-pair.ts';

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

test('a TLS client at the port of plain TCP is closed at once, and the log says what it is', async () => {
  const p = await pair();
  const { stream, isClosed } = await raw(p);
  stream.write(Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1]));
  await p.world.advance(10);
  assert.equal(isClosed(), true);
  assert.match(p.east.lines()[0] ?? '', /\(TCP\) was closed: a TLS handshake came to the port of plain TCP$/);
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
