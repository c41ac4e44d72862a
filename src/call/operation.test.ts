import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipDefaults } from '../sip/settings.ts';
import { operationOf } from './operation.ts';
import {
  type DialPeer,
  noVoiceClasses,
  type PatternMap,
  potsDefaults,
  type VoiceClasses,
  type VoipPeer,
  voipDefaults,
} from './settings.ts';

const target = { kind: 'ipv4', host: '192.0.2.1' } as const;

function voip(more: Partial<VoipPeer>): VoipPeer {
  return { ...voipDefaults, tag: 1, sessionProtocol: 'sipv2', ...more };
}

function pots(more: object): DialPeer {
  return { ...potsDefaults, tag: 1, ...more };
}

const dialled = { destinationPattern: '1', sessionTarget: target };
const server = { kind: 'ipv4', host: '192.0.2.7', preference: 0 } as const;
const group = { tag: 3, servers: [server], roundRobin: false, huntStops: new Map(), shutdown: false };
const map = { tag: 4, patterns: ['1'], shutdown: false };
const classes: VoiceClasses = {
  ...noVoiceClasses,
  serverGroups: new Map([
    [3, group],
    [4, { ...group, shutdown: true }],
  ]),
  patternMaps: new Map<number, PatternMap>([
    [4, map],
    [5, { ...map, patterns: [] }],
    [6, { ...map, patterns: [], url: 'flash:numbers' }],
  ]),
};

const table: readonly (readonly [what: string, peer: DialPeer, told: string])[] = [
  ['pattern and target', voip(dialled), 'up'],
  ['the protocol cisco', { ...voipDefaults, tag: 1, ...dialled }, 'down: session protocol is not sipv2'],
  ['calls to take only', voip({ incomingCalledNumber: '.' }), 'up'],
  ['URIs to take calls by only', voip({ incomingUri: { via: 'A' } }), 'up'],
  [
    'calls to take, and nowhere to make them to',
    voip({ incomingCalledNumber: '.', destinationPattern: '1' }),
    'up, but no session target',
  ],
  ['nothing to match', voip({ sessionTarget: target }), 'down: no destination-pattern'],
  ['no target', voip({ destinationPattern: '1' }), 'down: no session target'],
  [
    'a target that is not spoken',
    voip({ ...dialled, sessionTarget: { kind: 'other', text: 'ras' } }),
    'down: session target ras is not supported',
  ],
  [
    'the target sip-server where there is none',
    voip({ ...dialled, sessionTarget: { kind: 'sip-server' } }),
    'down: no sip-server',
  ],
  ['a codec that is not spoken', voip({ ...dialled, otherCodec: 'opus' }), 'down: codec opus is not spoken'],
  [
    'such a codec, and calls to take',
    voip({ incomingCalledNumber: '.', otherCodec: 'opus' }),
    'down: codec opus is not spoken',
  ],
  ['a tenant that is not there', voip({ ...dialled, tenant: 9 }), 'down: voice class tenant 9 is not defined'],
  [
    'such a tenant, and calls to take',
    voip({ incomingCalledNumber: '.', tenant: 9 }),
    'down: voice class tenant 9 is not defined',
  ],
  ['a group of servers', voip({ destinationPattern: '1', serverGroup: 3 }), 'up'],
  [
    'a group that is shut',
    voip({ destinationPattern: '1', serverGroup: 4 }),
    'down: voice class server-group 4 is shut, empty or not defined',
  ],
  ['a map of patterns', voip({ destinationMap: 4, sessionTarget: target }), 'up'],
  ['a map whose file is to be read', voip({ destinationMap: 6, sessionTarget: target }), 'up'],
  [
    'an empty map',
    voip({ destinationMap: 5, sessionTarget: target }),
    'down: voice class e164-pattern-map 5 is shut, empty or not defined',
  ],
  ['a map that is not there, and a pattern', voip({ ...dialled, destinationMap: 9 }), 'up'],
  ['pattern and port', pots({ destinationPattern: '1', port: '0/0/0' }), 'up'],
  ['a pattern without port', pots({ destinationPattern: '1' }), 'down: no port'],
  ['shutdown', voip({ ...dialled, shutdown: true }), 'down: shutdown'],
];

for (const [what, peer, told] of table) {
  test(`a ${peer.kind} peer with ${what} is ${told}`, () => {
    const operation = operationOf(peer, { sip: sipDefaults, voiceClasses: classes });
    const { state } = operation;
    const text = state === 'down' ? `down: ${operation.reason}` : operation.makesNone;
    assert.equal(text === undefined ? 'up' : state === 'up' ? `up, but ${text}` : text, told);
  });
}
