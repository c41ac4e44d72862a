import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GatewayError, type NamingPointer, type Random, type ServiceRecord } from '../../io/index.ts';
import { locate, type Names } from './locate.ts';
import { NameCache } from './name-cache.ts';
import { customaryServiceName, pointedServiceNames } from './service-name.ts';
import { inServiceOrder } from './service-order.ts';
import type { Target } from './target.ts';
import { TargetHealth } from './target-health.ts';

const srv = (target: string, priority = 1, weight = 1, port = 5061): ServiceRecord => ({
  priority,
  weight,
  port,
  target,
});
const pointer = (service: string, replacement: string, order = 1, preference = 1, flags = 's'): NamingPointer => ({
  order,
  preference,
  flags,
  service,
  replacement,
});
const random: Random = { bytes: (count) => Buffer.alloc(count) };

interface Zone {
  readonly addresses?: Readonly<Record<string, readonly string[]>>;
  readonly services?: Readonly<Record<string, readonly ServiceRecord[]>>;
  readonly pointers?: Readonly<Record<string, readonly NamingPointer[]>>;
}

function zone({ addresses = {}, services = {}, pointers = {} }: Zone, asked: string[] = []): Names {
  return {
    addresses: async (name) => {
      asked.push(`A ${name}`);
      const found = addresses[name];
      if (found === undefined) throw new GatewayError('name-not-found', `No address of ${name} is known`);
      return found;
    },
    services: async (name) => {
      asked.push(`SRV ${name}`);
      return services[name] ?? [];
    },
    pointers: async (name) => {
      asked.push(`NAPTR ${name}`);
      return pointers[name] ?? [];
    },
  };
}

const tls = (more: Partial<Target> = {}): Target => ({ host: 'example.test', isName: true, transport: 'tls', ...more });
const places = async (target: Target, names: Names): Promise<readonly string[]> =>
  (await locate(target, names, random)).map(({ host, port }) => `${host}:${port}`);

test('a name with a port is its addresses at that port, and nothing else is asked', async () => {
  const asked: string[] = [];
  const names = zone({ addresses: { 'example.test': ['10.0.0.1', '10.0.0.2'] } }, asked);
  assert.deepEqual(await places(tls({ port: 5071 }), names), ['10.0.0.1:5071', '10.0.0.2:5071']);
  assert.deepEqual(asked, ['A example.test']);
});

test('a name without service records is its addresses at the port of the transport', async () => {
  const names = zone({ addresses: { 'example.test': ['10.0.0.1'] } });
  assert.deepEqual(await places(tls(), names), ['10.0.0.1:5061']);
  assert.deepEqual(await places(tls({ transport: 'udp' }), names), ['10.0.0.1:5060']);
});

test('service records are asked for under the name of the transport', () => {
  const names = (['udp', 'tcp', 'tls'] as const).map((transport) => customaryServiceName('a.test', transport));
  assert.deepEqual(names, ['_sip._udp.a.test', '_sip._tcp.a.test', '_sips._tcp.a.test']);
});

test('service records give hosts and ports, the lower priority first', async () => {
  const names = zone({
    addresses: { 'a.test': ['10.0.0.1'], 'b.test': ['10.0.0.2', '10.0.0.3'] },
    services: { '_sips._tcp.example.test': [srv('b.test', 20, 0, 5081), srv('a.test', 10, 0, 5071)] },
  });
  assert.deepEqual(await places(tls(), names), ['10.0.0.1:5071', '10.0.0.2:5081', '10.0.0.3:5081']);
});

test('a pointer leads to service records elsewhere; one to another transport leads nowhere', async () => {
  const names = zone({
    addresses: { 'a.test': ['10.0.0.1'], 'u.test': ['10.0.0.9'] },
    services: { '_sips._tcp.voice.test': [srv('a.test')], '_sip._udp.example.test': [srv('u.test')] },
    pointers: {
      'example.test': [
        pointer('SIP+D2U', '_sip._udp.example.test', 1),
        pointer('sips+d2t', '_sips._tcp.voice.test', 9),
      ],
    },
  });
  assert.deepEqual(await places(tls(), names), ['10.0.0.1:5061']);
});

test('pointers are followed by order, then by preference; flags other than s are none of ours', () => {
  const pointers = [
    pointer('SIPS+D2T', 'third', 2, 1),
    pointer('SIPS+D2T', 'second', 1, 2, 'S'),
    pointer('SIPS+D2T', 'first', 1, 1),
    pointer('SIPS+D2T', 'never', 0, 0, 'u'),
    pointer('SIPS+D2T', '.', 0, 0),
  ];
  assert.deepEqual(pointedServiceNames(pointers, 'tls'), ['first', 'second', 'third']);
});

test('a domain that says it does not offer the service is not called at its address instead', async () => {
  const names = zone({
    addresses: { 'example.test': ['10.0.0.1'] },
    services: { '_sips._tcp.example.test': [srv('')] },
  });
  await assert.rejects(places(tls(), names), /example\.test does not offer the service/);
});

test('a host of the service without address does not condemn the others', async () => {
  const services = { '_sips._tcp.example.test': [srv('gone.test', 1), srv('a.test', 2)] };
  assert.deepEqual(await places(tls(), zone({ addresses: { 'a.test': ['10.0.0.1'] }, services })), ['10.0.0.1:5061']);
  await assert.rejects(places(tls(), zone({ services })), /hosts without address/);
});

test('a server that is silent about pointers is asked for the rest all the same', async () => {
  const names = zone({ addresses: { 'example.test': ['10.0.0.1'] } });
  const silent = { ...names, pointers: () => Promise.reject(new GatewayError('name-timeout', 'silent')) };
  assert.deepEqual(await places(tls(), silent), ['10.0.0.1:5061']);
});

test('a hostile number of records is cut', async () => {
  const hosts = Array.from({ length: 500 }, (_, i) => `h${i}.test`);
  const addresses = Object.fromEntries(hosts.map((host) => [host, Array.from({ length: 9 }, (_, i) => `10.0.0.${i}`)]));
  const asked: string[] = [];
  const names = zone({ addresses, services: { '_sips._tcp.example.test': hosts.map((host) => srv(host)) } }, asked);
  assert.equal((await places(tls(), names)).length, 16);
  assert.equal(asked.filter((question) => question.startsWith('A ')).length, 8);
});

test('every record comes once whatever is drawn, and never before one of lower priority', () => {
  const record = fc.record({
    priority: fc.nat(3),
    weight: fc.nat(65_535),
    port: fc.nat(65_535),
    target: fc.constant('a.test'),
  });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (records, draws) => {
      const ordered = inServiceOrder(records, (upTo) => (draws.next().value ?? 0) % (upTo + 1));
      assert.equal(new Set(ordered).size, records.length);
      const priorities = ordered.map(({ priority }) => priority);
      assert.deepEqual(
        priorities,
        [...priorities].sort((a, b) => a - b),
      );
    }),
  );
});

test('among equals the heavier is drawn in proportion', () => {
  const records = [srv('light', 1, 1), srv('heavy', 1, 3)];
  const first = [0, 1, 2, 3, 4].map((mark) => inServiceOrder(records, (upTo) => Math.min(mark, upTo))[0]?.target);
  assert.deepEqual(first, ['light', 'light', 'heavy', 'heavy', 'heavy']);
});

test('answers are shared, kept for ten seconds and asked for again then', async () => {
  let now = 0;
  const asked: string[] = [];
  const cache = new NameCache(zone({ addresses: { 'a.test': ['10.0.0.1'] } }, asked), () => now);
  await Promise.all([cache.addresses('a.test'), cache.addresses('A.test')]);
  await cache.services('a.test');
  assert.deepEqual(asked, ['A a.test', 'SRV a.test']);
  now = 10_000;
  await cache.addresses('a.test');
  await assert.rejects(cache.addresses('gone.test'));
  await assert.rejects(cache.addresses('gone.test'));
  assert.deepEqual(asked.slice(2), ['A a.test', 'A gone.test']);
  cache.clear();
  await cache.addresses('a.test');
  assert.equal(asked.length, 5);
});

test('whoever may go by older answers gets them, but for refusals', async () => {
  let now = 0;
  const asked: string[] = [];
  const cache = new NameCache(zone({ addresses: { 'a.test': ['10.0.0.1'] } }, asked), () => now);
  const patient = cache.heldFor(60_000);
  await patient.addresses('a.test');
  await assert.rejects(patient.addresses('gone.test'));
  now = 30_000;
  await patient.addresses('a.test');
  await assert.rejects(patient.addresses('gone.test'));
  assert.deepEqual(asked, ['A a.test', 'A gone.test', 'A gone.test']);
  await cache.addresses('a.test');
  now = 89_999;
  await patient.addresses('a.test');
  assert.equal(asked.length, 4);
  now = 90_000;
  await patient.addresses('a.test');
  assert.equal(asked.length, 5);
});

test('a place that failed is asked after the others for half a minute, or as long as it said', () => {
  const [a, b] = [
    { host: '10.0.0.1', port: 5061 },
    { host: '10.0.0.2', port: 5061 },
  ];
  const health = new TargetHealth();
  health.failed(a, 'tls', 0, 'refused');
  assert.deepEqual(health.order([a, b], 'tls', 29_999), [b, a]);
  assert.deepEqual(health.order([a, b], 'tcp', 0), [a, b]);
  assert.deepEqual(health.order([a, b], 'tls', 30_000), [a, b]);
  health.failed(b, 'tls', 0, '503', 60_000);
  assert.deepEqual(health.order([b, a], 'tls', 59_999), [a, b]);
  health.worked(b, 'tls');
  assert.deepEqual(health.order([b, a], 'tls', 31_000), [b, a]);
  assert.deepEqual(health.report(20_000), [
    { ...a, transport: 'tls', failures: 1, reason: 'refused', shunnedMs: 10_000 },
  ]);
});

test('what is remembered of failures is bounded', () => {
  const health = new TargetHealth();
  for (let port = 1; port <= 3000; port++) health.failed({ host: '10.0.0.1', port }, 'udp', 0, 'refused');
  assert.equal(health.report(0).length, 1000);
});
