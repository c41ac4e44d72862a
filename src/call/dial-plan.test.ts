import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UriPlace } from '../sip/session.ts';
import { type Arrival, DialPlan } from './dial-plan.ts';
import { type DialPeer, noVoiceClasses, type PotsPeer, potsDefaults, type VoipPeer, voipDefaults } from './settings.ts';

const target = { kind: 'ipv4', host: '192.0.2.1' } as const;

function voip(tag: number, extra: Partial<VoipPeer> = {}): VoipPeer {
  return { ...voipDefaults, tag, sessionProtocol: 'sipv2', sessionTarget: target, ...extra };
}
function pots(tag: number, extra: Partial<PotsPeer> = {}): PotsPeer {
  return { ...potsDefaults, tag, ...extra };
}
function plan(hunt: number, ...peers: DialPeer[]): DialPlan {
  return new DialPlan({ hunt, peers: new Map(peers.map((peer) => [peer.tag, peer])) });
}
const never = { random: 1, lastUsed: new Map<number, number>() };
function tags(of: DialPlan, called: string, state = never): readonly number[] {
  return of.outbound(called, state).map(({ peer }) => peer.tag);
}

const inboundPlan = plan(
  0,
  voip(1, { destinationPattern: '5551000' }),
  voip(2, { answerAddress: '555' }),
  voip(3, { incomingCalledNumber: '9...' }),
  voip(4, { incomingCalledNumber: '90..' }),
  voip(5, { incomingCalledNumber: '90..', preference: 1 }),
  voip(6, { incomingCalledNumber: '8', shutdown: true }),
  voip(7, { incomingCalledNumber: '70', sessionProtocol: 'cisco' }),
  pots(8, { incomingCalledNumber: '9001' }),
);
const inbound: readonly [string, string, string, number | undefined][] = [
  ['the longest explicit match of the called number wins, then the preference', '9001', '5551000', 4],
  ['a shorter one is taken where the longer does not match', '9101', '5551000', 3],
  ['then the calling number decides by answer-address', '4444', '5551000', 2],
  ['a peer that is shut is passed over', '8', '4000', undefined],
  ['a peer of H.323 is passed over', '70', '4000', undefined],
];
for (const [title, called, calling, tag] of inbound) {
  test(`inbound: ${title}`, () => assert.equal(inboundPlan.inbound({ called, calling, tenant: 0 })?.tag, tag));
}

test('inbound: the calling number against destination-pattern comes last, and needs no session target', () => {
  const { sessionTarget: _, ...untargeted } = voip(1, { destinationPattern: '777' });
  assert.equal(plan(0, untargeted).inbound({ called: '1', calling: '777', tenant: 0 })?.tag, 1);
  assert.deepEqual(tags(plan(0, untargeted), '777'), []);
});

test('inbound on a port: the POTS peer of the port is the last resort', () => {
  const of = plan(0, pots(1, { port: '0/3/1' }), pots(2, { incomingCalledNumber: '9', port: '0/3/0' }));
  assert.equal(of.inboundFromPort('5', '', '0/3/1')?.tag, 1);
  assert.equal(of.inboundFromPort('9', '', '0/3/1')?.tag, 2);
  assert.equal(of.inboundFromPort('5', '', '0/9/9'), undefined);
});

const hunted = [
  voip(1, { destinationPattern: '2...', preference: 0 }),
  voip(2, { destinationPattern: '200.', preference: 2 }),
  voip(3, { destinationPattern: '200.', preference: 1 }),
];
const used = {
  random: 1,
  lastUsed: new Map([
    [1, 5],
    [3, 9],
  ]),
};
const orders: readonly [number, readonly number[]][] = [
  [0, [3, 2, 1]],
  [1, [3, 2, 1]],
  [2, [1, 3, 2]],
  [3, [1, 3, 2]],
  [4, [2, 1, 3]],
  [5, [2, 1, 3]],
  [7, [2, 1, 3]],
];
for (const [hunt, expected] of orders) {
  test(`dial-peer hunt ${hunt} tries ${expected.join(', ')}`, () => {
    assert.deepEqual(tags(plan(hunt, ...hunted), '2001', used), expected);
  });
}

test('equals are tried in an order that changes with the random number, each of them first at times', () => {
  const of = plan(0, voip(1, { destinationPattern: '9' }), voip(2, { destinationPattern: '9' }));
  const firsts = new Set(Array.from({ length: 64 }, (_, random) => tags(of, '9', { ...never, random })[0]));
  assert.deepEqual([...firsts].sort(), [1, 2]);
});

test('among ten thousand peers only those whose literal digits lead the number are looked at', () => {
  const peers = Array.from({ length: 10_000 }, (_, i) => voip(i + 1, { destinationPattern: `7${10_000 + i}...` }));
  const of = plan(0, ...peers);
  assert.deepEqual(tags(of, '719999123'), [10_000]);
  assert.deepEqual(tags(of, '8'), []);
});

test('a plan that follows changes answers as one made anew', () => {
  const numbers = ['5551000', '555', '9001', '90', '8', '777', ''];
  const peers: readonly DialPeer[] = [
    voip(1, { destinationPattern: '555....' }),
    voip(2, { incomingCalledNumber: '90..', answerAddress: '8' }),
    pots(3, { destinationPattern: '777', port: '0/1/0' }),
    pots(4, { destinationPattern: '778', port: '0/1/0', preference: 1 }),
    voip(1, { destinationPattern: '9001', preference: 2 }),
    pots(3, { destinationPattern: '777', port: '0/1/0', shutdown: true }),
    voip(2, { incomingCalledNumber: '5', sessionProtocol: 'cisco' }),
    pots(4, { destinationPattern: '777' }),
  ];
  const following = plan(0);
  const map = new Map<number, DialPeer>();
  const asked = (of: DialPlan) =>
    numbers.map((number) => [
      tags(of, number),
      of.inbound({ called: number, calling: number, tenant: 0 })?.tag,
      of.inboundFromPort(number, number, '0/1/0')?.tag,
      of.peerOfPort('0/1/0')?.tag,
    ]);
  const compare = (hunt: number): void => {
    const settings = { hunt, peers: new Map(map) };
    following.update(settings);
    assert.deepEqual(asked(following), asked(new DialPlan(settings)));
  };
  for (const peer of peers) {
    map.set(peer.tag, peer);
    compare(peer.tag);
  }
  for (const tag of [3, 1, 4, 2]) {
    map.delete(tag);
    compare(0);
  }
});

test("a call at a tenant's port is matched with its peers, then with those of nobody, and with no other tenant's", () => {
  const own = voip(1, { incomingCalledNumber: '.', tenant: 7 });
  const other = voip(2, { incomingCalledNumber: '5551', tenant: 8 });
  const nobodys = voip(3, { incomingCalledNumber: '55' });
  const at = (tenant: number, ...peers: readonly DialPeer[]) =>
    plan(0, ...peers).inbound({ called: '5551', calling: '', tenant })?.tag;
  assert.equal(at(7, own, other, nobodys), 1);
  assert.equal(at(7, other, nobodys), 3);
  assert.equal(at(7, other), undefined);
  assert.equal(at(0, own, other, nobodys), 2);
});

const classes = (name: string, ...hosts: readonly string[]) => ({ name, scheme: 'sip' as const, hosts });

/** An INVITE to and from hosts, by where they stand in it. */
function arriving(hosts: Readonly<Partial<Record<UriPlace, string>>>, called = '5551'): Arrival {
  return {
    called,
    calling: '777',
    tenant: 0,
    uri: (place) => ({
      text: `sip:u@${hosts[place] ?? 'nowhere'}`,
      scheme: 'sip',
      user: 'u',
      host: hosts[place] ?? 'nowhere',
      phoneContext: undefined,
    }),
  };
}

test('URIs come before numbers, and via before request, to and from, whatever describes more', () => {
  const uris = new Map([
    ['a', classes('a', 'dns:a')],
    ['long', classes('long', 'dns:long.example')],
  ]);
  const peers = [
    voip(1, { incomingCalledNumber: '5551' }),
    voip(2, { incomingUri: { from: 'long' } }),
    voip(3, { incomingUri: { to: 'long' } }),
    voip(4, { incomingUri: { request: 'long' } }),
    voip(5, { incomingUri: { via: 'a' } }),
  ];
  const of = new DialPlan(
    { peers: new Map(peers.map((peer) => [peer.tag, peer])), hunt: 0 },
    { ...noVoiceClasses, uris },
  );
  const long = 'long.example';
  const table: readonly (readonly [Readonly<Partial<Record<UriPlace, string>>>, number])[] = [
    [{ via: 'a', request: long, to: long, from: long }, 5],
    [{ via: 'b', request: long, to: long, from: long }, 4],
    [{ to: long, from: long }, 3],
    [{ from: long }, 2],
    [{ from: 'c' }, 1],
  ];
  for (const [hosts, tag] of table) assert.equal(of.inbound(arriving(hosts))?.tag, tag);
  assert.equal(of.inbound({ called: '5551', calling: '', tenant: 0 })?.tag, 1, 'a call without URIs');
});

test('among peers of one URI criterion the class that describes more wins, then the preference, then the lower tag', () => {
  const uris = new Map([
    ['any', classes('any', 'example')],
    ['exact', classes('exact', 'dns:a.example')],
  ]);
  const tagOf = (...peers: readonly DialPeer[]) => {
    const settings = { peers: new Map(peers.map((peer) => [peer.tag, peer])), hunt: 0 };
    return new DialPlan(settings, { ...noVoiceClasses, uris }).inbound(arriving({ from: 'a.example' }))?.tag;
  };
  const [any, exact] = [{ incomingUri: { from: 'any' } }, { incomingUri: { from: 'exact' } }];
  assert.equal(tagOf(voip(1, any), voip(2, exact)), 2);
  assert.equal(tagOf(voip(1, { ...exact, preference: 1 }), voip(2, exact)), 2);
  assert.equal(tagOf(voip(2, exact), voip(1, exact)), 1);
});

test('a request whose URI a peer is for goes to that peer, else the called number decides', () => {
  const uris = new Map([['a', classes('a', 'dns:a')]]);
  const peers = [voip(1, { destinationPattern: '5551' }), voip(2, { destinationUri: 'a' })];
  const of = new DialPlan(
    { peers: new Map(peers.map((peer) => [peer.tag, peer])), hunt: 0 },
    { ...noVoiceClasses, uris },
  );
  const routes = (host: string) =>
    of.outbound('5551', never, arriving({ request: host }).uri?.('request')).map(({ peer }) => peer.tag);
  assert.deepEqual(routes('a'), [2]);
  assert.deepEqual(routes('b'), [1]);
  assert.deepEqual(tags(of, '5551'), [1]);
});

test('a pattern map stands for its patterns, each peer is tried once, and a change of the map is followed', () => {
  const map = (tag: number, ...patterns: readonly string[]) => ({ tag, patterns, shutdown: false });
  const withMaps = (...maps: readonly ReturnType<typeof map>[]) => ({
    ...noVoiceClasses,
    patternMaps: new Map(maps.map((one) => [one.tag, one])),
  });
  const peers = [
    voip(1, { destinationMap: 1 }),
    voip(2, { destinationPattern: '55' }),
    voip(3, { incomingCalledMap: 1 }),
    voip(4, { incomingCallingMap: 2 }),
  ];
  const settings = { peers: new Map(peers.map((peer) => [peer.tag, peer])), hunt: 0 };
  const of = new DialPlan(settings, withMaps(map(1, '5551', '555', '6'), map(2, '777')));
  assert.deepEqual(tags(of, '5551'), [1, 2]);
  assert.deepEqual(tags(of, '61'), [1]);
  assert.equal(of.inbound({ called: '555', calling: '', tenant: 0 })?.tag, 3);
  assert.equal(of.inbound({ called: '9', calling: '7771', tenant: 0 })?.tag, 4);
  of.update(settings, withMaps(map(1, '7'), { ...map(2, '777'), shutdown: true }));
  assert.deepEqual(tags(of, '5551'), [2]);
  assert.deepEqual(tags(of, '71'), [1]);
  assert.equal(of.inbound({ called: '9', calling: '7771', tenant: 0 })?.tag, undefined);
  of.update({ ...settings, peers: new Map() }, withMaps());
  assert.deepEqual(tags(of, '71'), []);
});

test('a peer with a group of servers can be dialled through while the group takes calls', () => {
  const server = { kind: 'ipv4', host: '192.0.2.7', preference: 0 } as const;
  const group = { tag: 3, servers: [server], roundRobin: false, huntStops: new Map(), shutdown: false };
  const { sessionTarget: _, ...grouped } = voip(1, { destinationPattern: '5', serverGroup: 3 });
  const settings = { peers: new Map([[1, grouped]]), hunt: 0 };
  const withGroup = (one?: typeof group) => ({
    ...noVoiceClasses,
    serverGroups: new Map(one === undefined ? [] : [[3, one]]),
  });
  const of = new DialPlan(settings, withGroup());
  assert.deepEqual(tags(of, '51'), []);
  of.update(settings, withGroup(group));
  assert.deepEqual(tags(of, '51'), [1]);
  of.update(settings, withGroup({ ...group, shutdown: true }));
  assert.deepEqual(tags(of, '51'), []);
});

test('a group of peers takes calls of any number, in the order of its preferences, and passes over peers that are down', () => {
  const peers = [
    voip(1, { destinationPattern: '5' }),
    voip(2, { destinationPattern: '6', preference: 9 }),
    voip(3, { destinationPattern: '7', shutdown: true }),
    voip(4, { destinationPattern: '8', permission: 'orig' }),
    voip(5),
    pots(6, { destinationPattern: '9', port: '0/3/1' }),
  ];
  const members = [1, 2, 3, 4, 5, 6, 77].map((peer) => ({ peer, preference: peer === 1 ? 2 : peer === 2 ? 0 : 1 }));
  const group = { tag: 8, members, shutdown: false };
  const settings = { peers: new Map(peers.map((peer) => [peer.tag, peer])), hunt: 0 };
  const withGroups = (...groups: (typeof group)[]) => ({
    ...noVoiceClasses,
    peerGroups: new Map(groups.map((one) => [one.tag, one])),
  });
  const of = new DialPlan(settings, withGroups(group));
  const leaves = (tag: number) => of.outboundOf(tag, '123', never)?.map(({ peer }) => peer.tag);
  assert.deepEqual(leaves(8), [2, 6, 1]);
  assert.deepEqual(leaves(9), []);
  of.update(settings, withGroups({ ...group, shutdown: true }));
  assert.equal(leaves(8), undefined);
});
