import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SimulatedHost, SimulatedWorld } from '../memory/index.ts';
import type { Address, DatagramSocket } from '../network.ts';
import { TftpClient } from './client.ts';
import { decodeTftp, encodeTftp, type TftpPacket } from './packet.ts';

const server = '10.0.0.9';
const limit = 1000;

interface Played {
  readonly world: SimulatedWorld;
  readonly client: TftpClient;
  readonly host: SimulatedHost;
  /** What the server heard, kinds only. */
  readonly heard: string[];
}

type Answer = (packet: TftpPacket, from: Address, tid: DatagramSocket) => void;

/** A client and a server that answers from a port of its own. */
async function play(answer: Answer): Promise<Played> {
  const world = new SimulatedWorld();
  const there = world.host([server]);
  const heard: string[] = [];
  const hear = (data: Buffer, from: Address): void => {
    const packet = decodeTftp(data);
    assert.ok(packet);
    heard.push(packet.kind);
    answer(packet, from, tid);
  };
  const handler = { received: hear, failed: (error: Error) => assert.fail(error) };
  const tid = await there.network.bindUdp({ host: server, port: 3000 }, handler);
  await there.network.bindUdp({ host: server, port: 69 }, handler);
  const host = world.host(['10.0.0.1', '10.0.0.2']);
  world.names.set('ca.lab', [server]);
  const client = new TftpClient({ ...host, resolve: (name) => host.resolver.addresses(name) });
  return { world, client, host, heard };
}

async function during<T>(world: SimulatedWorld, promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  await world.advance(200_000);
  return promise;
}

const block = (text: string, number = 1): Buffer =>
  encodeTftp({ kind: 'data', block: number, data: Buffer.from(text) });

test('a file is read by name from the port the server answers with, and nothing is left open', async () => {
  const { world, client, host, heard } = await play((packet, from, tid) => {
    if (packet.kind === 'read') tid.send(block(packet.file), from);
  });
  assert.equal(String(await during(world, client.read('tftp://ca.lab/west.ca', limit))), 'west.ca');
  assert.deepEqual(heard, ['read', 'ack']);
  assert.equal(world.clock.pending, 0);
  const again = await host.network.bindUdp({ host: '10.0.0.1', port: 49_152 }, { received() {}, failed() {} });
  again.close();
});

test('a file is asked for from the address that is wanted', async () => {
  const seen = new Set<string>();
  const { world, client } = await play((packet, from, tid) => {
    seen.add(from.host);
    if (packet.kind === 'read') tid.send(block(packet.file), from);
  });
  await during(world, client.read(`tftp://${server}/x`, limit, '10.0.0.2'));
  assert.deepEqual([...seen], ['10.0.0.2']);
});

test('a request that is lost is repeated; a server that stays silent is given up', async () => {
  let lost = 3;
  const patient = await play((packet, from, tid) => {
    if (packet.kind === 'read' && lost-- <= 0) tid.send(block('late'), from);
  });
  assert.equal(String(await during(patient.world, patient.client.read(`tftp://${server}/f`, limit))), 'late');
  const silent = await play(() => undefined);
  await assert.rejects(during(silent.world, silent.client.write(`tftp://${server}/f`, Buffer.from('x'))), {
    code: 'connection-timeout',
  });
  assert.deepEqual(silent.heard, ['write', 'write', 'write', 'write', 'write']);
  assert.equal(silent.world.clock.pending, 0);
});

test('a block from another port is refused there and does not disturb the transfer', async () => {
  const told: string[] = [];
  const { world, client } = await play((packet, from, tid) => {
    if (packet.kind === 'read') tid.send(block('a'.repeat(512)), from);
    if (packet.kind !== 'ack' || packet.block !== 1) return;
    stranger.send(block('evil', 2), from);
    world.clock.after(100, () => tid.send(block('good', 2), from));
  });
  const stranger = await world.host(['10.0.0.66']).network.bindUdp(
    { host: '10.0.0.66', port: 3000 },
    {
      received: (data) => {
        const packet = decodeTftp(data);
        told.push(packet?.kind === 'error' ? `error ${packet.code}` : 'other');
      },
      failed: (error) => assert.fail(error),
    },
  );
  assert.equal(String(await during(world, client.read(`tftp://${server}/f`, limit))), `${'a'.repeat(512)}good`);
  assert.deepEqual(told, ['error 5']);
});

test('a server that trickles is cut off in the end', async () => {
  const { world, client } = await play((packet, from, tid) => {
    const next = packet.kind === 'read' ? 1 : packet.kind === 'ack' ? packet.block + 1 : 0;
    if (next > 0) world.clock.after(1900, () => tid.send(block('x'.repeat(512), next), from));
  });
  await assert.rejects(during(world, client.read(`tftp://${server}/f`, 10_000_000)), { code: 'connection-timeout' });
});

test('what the server says is quoted; a name nobody knows and a URL of another form are refused', async () => {
  const { world, client } = await play((_packet, from, tid) => {
    tid.send(encodeTftp({ kind: 'error', code: 1, message: 'File not found' }), from);
  });
  await assert.rejects(during(world, client.read(`tftp://${server}/f`, limit)), { message: 'File not found' });
  await assert.rejects(client.read('tftp://nowhere/f', limit), { code: 'name-not-found' });
  await assert.rejects(client.read('tftp://nowhere', limit), { code: 'tftp-failed' });
});
