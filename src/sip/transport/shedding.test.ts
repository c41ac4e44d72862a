import assert from 'node:assert/strict';
import { test } from 'node:test';
import { message, open, type Pair, pair, settings, tryOpen } from '../../../test/transport-pair.ts';
import { log, printLogEntry, type Stream } from '../../io/index.ts';
import { type LimitSettings, limitsOf } from '../limits.ts';
import { DescriptorBound } from './descriptor-bound.ts';
import { transportMessages } from './messages.ts';

/** A pair whose east has these bounds. */
async function bounded(limits: LimitSettings): Promise<Pair> {
  const p = await pair();
  await p.east.transport.reconfigure(settings('0.0.0.0', { limits: limitsOf(limits) }));
  return p;
}

interface Caller {
  readonly stream: Stream;
  closed: boolean;
}

/** So many connections of an address to a port of east, on which nothing is said. */
async function silent(p: Pair, host: string, port: number, count = 1): Promise<readonly Caller[]> {
  const { network } = p.world.host([host]);
  const connecting = Array.from({ length: count }, () =>
    network.connectTcp({ host: '10.0.0.2', port }, { timeoutMs: 1000 }),
  );
  await p.world.advance(10);
  const callers = (await Promise.all(connecting)).map((stream) => ({ stream, closed: false }));
  for (const caller of callers) {
    const closed = (): void => {
      caller.closed = true;
    };
    caller.stream.start({ received: () => undefined, closed });
  }
  await p.world.advance(10);
  return callers;
}

function row(p: Pair, what: string) {
  return p.east.transport.overload().held.find((one) => one.what === what) ?? assert.fail(`no row ${what}`);
}

test('when all handshakes that may be in flight are idle ones of a few addresses, one of theirs ends for each that is new', async () => {
  const p = await bounded({ handshakes: 16, 'handshakes per-source': 4 });
  const first = await silent(p, '10.5.0.1', 5061, 4);
  for (const host of ['10.5.0.2', '10.5.0.3', '10.5.0.4']) await silent(p, host, 5061, 4);
  assert.equal(p.east.transport.load.handshakes, 16);
  const flow = await open(p, 'tls');
  assert.ok(flow.open);
  assert.deepEqual(
    first.map(({ closed }) => closed),
    [true, false, false, false],
  );
  const { bound, perSource, ended, refused } = row(p, 'TLS handshakes in flight');
  assert.deepEqual([bound, perSource, ended, refused], [16, 4, 1, 0]);
  assert.match(p.east.lines().join('\n'), /16 TLS handshakes in flight, of which its source held most/);
  await silent(p, '10.5.0.1', 5061, 2);
  assert.equal(row(p, 'TLS handshakes in flight').refused, 1, 'whoever holds most pushes nobody out');
  await p.world.advance(20_000);
  assert.equal(p.east.transport.load.handshakes, 0);
});

test('when all connections that may be accepted are there, the idle ones of the source with most go first, and no call loses its own', async () => {
  const p = await bounded({ connections: 8, 'connections per-source': 4 });
  const [calling, ...idle] = await silent(p, '10.5.0.1', 5060, 4);
  calling?.stream.write(message);
  await p.world.advance(10);
  p.east.received.at(-1)?.[1].carry(1);
  const other = await silent(p, '10.5.0.2', 5060, 4);
  for (const host of ['10.5.0.3', '10.5.0.4', '10.5.0.5']) {
    const [caller] = await silent(p, host, 5060);
    assert.equal(caller?.closed, false);
  }
  const closed = (callers: readonly Caller[]): number => callers.filter((one) => one.closed).length;
  assert.deepEqual([calling?.closed, closed(idle), closed(other)], [false, 1, 2]);
  assert.deepEqual([row(p, 'connections accepted').now, row(p, 'connections accepted').ended], [8, 3]);
  assert.equal(p.east.transport.history().filter(({ cause }) => cause === 'shed').length, 3);
});

test('whom the screen knows is let in while any stranger is there to go, and goes for no stranger', async () => {
  const p = await bounded({ connections: 3 });
  p.east.known.add('10.6.0.1');
  const strangers = [await silent(p, '10.5.0.1', 5060), await silent(p, '10.5.0.2', 5060)].flat();
  const known = await silent(p, '10.6.0.1', 5060, 3);
  assert.deepEqual(
    [...strangers, ...known].map(({ closed }) => closed),
    [true, true, false, false, false],
  );
  await silent(p, '10.5.0.3', 5060);
  assert.deepEqual([known.some(({ closed }) => closed), row(p, 'connections accepted').refused], [false, 1]);
});

test('new connections of addresses that come fast leave room for those that come seldom, and for those the screen knows', async () => {
  const p = await bounded({
    'connection-rate': 10,
    'connection-rate burst': 100,
    'connection-rate per-source': 10,
    'connection-rate per-source burst': 20,
  });
  for (let i = 0; i < 30; i++) await silent(p, `10.5.0.${i}`, 5060, 2);
  for (let i = 0; i < 20; i++) await silent(p, '10.5.1.1', 5060, 4);
  const { refused } = p.east.transport.overload().arrivals;
  assert.ok(refused >= 60, String(refused));
  assert.equal((await silent(p, '10.7.0.1', 5060))[0]?.closed, false);
  for (let i = 0; i < 60; i++) await silent(p, `10.5.2.${i}`, 5060, 2);
  assert.equal((await silent(p, '10.7.0.2', 5060))[0]?.closed, true);
  p.east.known.add('10.0.0.1');
  assert.ok('open' in (await tryOpen(p, 'tcp')));
});

const unfinished = 'unfinished message bytes';
const begun = (length: number): string => `OPTIONS sip:east SIP/2.0\r\nContent-Length: ${length}\r\n\r\n`;

test('bytes of unfinished messages are bounded for each source and in all, and none are held when their connections end', async () => {
  const p = await bounded({ 'unfinished-bytes': 200_000, 'unfinished-bytes per-source': 100_000 });
  const says = async (host: string, bytes: number): Promise<Caller> => {
    const [caller] = await silent(p, host, 5060);
    caller?.stream.write(begun(16_000) + 'x'.repeat(bytes));
    await p.world.advance(10);
    return caller ?? assert.fail('no caller');
  };
  const first: Caller[] = [];
  for (let i = 0; i < 7; i++) first.push(await says('10.5.0.1', 15_000));
  assert.deepEqual(
    first.map(({ closed }) => closed),
    [false, false, false, false, false, false, true],
  );
  assert.equal(row(p, unfinished).refused, 1);
  const others: Caller[] = [];
  for (let i = 0; i < 20; i++) others.push(await says(`10.5.1.${i}`, 15_000));
  const { now, ended } = row(p, unfinished);
  assert.ok(now <= 200_000, String(now));
  assert.equal(ended, [...first, ...others].filter(({ closed }) => closed).length - 1);
  assert.ok(first[0]?.closed, 'the source that held most lost its oldest first');
  assert.equal(others.at(-1)?.closed, false);
  const received = p.east.received.length;
  others.at(-1)?.stream.write('x'.repeat(1000));
  await p.world.advance(10);
  assert.equal(p.east.received.length, received + 1, 'a message that goes on is heard whole');
  for (const { stream } of [...first, ...others]) stream.destroy();
  await p.world.advance(10);
  assert.equal(row(p, unfinished).now, 0);
});

test('a body of a stranger has a bound of its own, that of a known address the common one', async () => {
  const p = await bounded({ 'message body': 4096, 'message body strangers': 2048 });
  p.east.known.add('10.6.0.1');
  for (const [host, length, isClosed] of [
    ['10.5.0.1', 2048, false],
    ['10.5.0.1', 2049, true],
    ['10.6.0.1', 4096, false],
    ['10.6.0.1', 4097, true],
  ] as const) {
    const [caller] = await silent(p, host, 5060);
    caller?.stream.write(begun(length));
    await p.world.advance(10);
    assert.equal(caller?.closed, isClosed, `${host} ${length}`);
  }
});

test('where the process may open fewer files than connections may come, fewer are taken, and the operator is told once', async () => {
  const lines: string[] = [];
  const told = log('SIP', transportMessages, { write: (entry) => lines.push(printLogEntry(entry)) });
  const bound = new DescriptorBound(90, told);
  assert.deepEqual(bound.within({ inAll: 16_000, ofSource: 4000 }), { inAll: 26, ofSource: 4000 });
  assert.equal(bound.within({ inAll: 16_000, ofSource: 4000 }).inAll, 26);
  assert.equal(bound.within({ inAll: 20, ofSource: 4000 }).inAll, 20);
  assert.equal(new DescriptorBound(20_000, told).within({ inAll: 16_000, ofSource: 1 }).inAll, 16_000);
  assert.equal(new DescriptorBound(undefined, told).within({ inAll: 16_000, ofSource: 1 }).inAll, 16_000);
  assert.equal(lines.length, 1);
  assert.match(
    lines[0] ?? '',
    /%SIP-4-DESCRIPTORS_FEW: limit connections is 16000, but this process may open 90 files and sockets: 26 /,
  );
});
