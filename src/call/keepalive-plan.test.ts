import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heartbeatDefaults, sipDefaults } from '../sip/settings.ts';
import { keepalivePlan } from './keepalive-plan.ts';
import { type KeepaliveProfile, noVoiceClasses, type ServerGroup, type VoipPeer, voipDefaults } from './settings.ts';

const base = { ...voipDefaults, tag: 1, sessionProtocol: 'sipv2', destinationPattern: '9' } as const;
const server = (host: string) => ({ kind: 'ipv4', host, preference: 0 }) as const;
const group: ServerGroup = {
  tag: 4,
  servers: [server('192.0.2.7'), { ...server('192.0.2.8'), port: 5070 }],
  roundRobin: false,
  huntStops: new Map(),
  shutdown: false,
};
const profile: KeepaliveProfile = { ...heartbeatDefaults, tag: 3, transport: 'tcp', upSeconds: 10, shutdown: false };

function planned(
  peer: VoipPeer,
  classes: { groups?: readonly ServerGroup[]; profiles?: readonly KeepaliveProfile[] } = {},
) {
  const { groups = [group], profiles = [profile] } = classes;
  const plan = keepalivePlan({
    dialPlan: { peers: new Map([[1, peer]]), hunt: 0 },
    sip: { ...sipDefaults, sipServer: { kind: 'dns', host: 'home.example' } },
    voiceClasses: {
      ...noVoiceClasses,
      serverGroups: new Map(groups.map((one) => [one.tag, one])),
      keepalives: new Map(profiles.map((one) => [one.tag, one])),
    },
  });
  return (plan.get(1) ?? []).map(({ target: { host, port, isName, transport, timing } }) =>
    [isName ? 'dns' : 'ip', host, port ?? '-', transport, timing.upSeconds, timing.downSeconds, timing.retries].join(
      ' ',
    ),
  );
}

const target = { kind: 'ipv4', host: '192.0.2.1' } as const;
const cases: readonly [string, VoipPeer, readonly string[]][] = [
  ['nobody of a peer that does not want it', { ...base, sessionTarget: target }, []],
  [
    "the target, at IOS's intervals",
    { ...base, sessionTarget: target, keepalive: heartbeatDefaults },
    ['ip 192.0.2.1 - udp 60 30 5'],
  ],
  [
    'as the peer says itself',
    {
      ...base,
      sessionTarget: target,
      sessionTransport: 'tls',
      keepalive: { upSeconds: 12, downSeconds: 65, retries: 2 },
    },
    ['ip 192.0.2.1 - tls 12 65 2'],
  ],
  [
    'each server of a group, as a profile says',
    { ...base, serverGroup: 4, keepalive: { profile: 3 } },
    ['ip 192.0.2.7 - tcp 10 30 5', 'ip 192.0.2.8 5070 tcp 10 30 5'],
  ],
  [
    'the outbound proxy in the place of the target',
    {
      ...base,
      sessionTarget: target,
      outboundProxy: { kind: 'dns', host: 'proxy.example', port: 5080 },
      keepalive: heartbeatDefaults,
    },
    ['dns proxy.example 5080 udp 60 30 5'],
  ],
  [
    'the sip-server',
    { ...base, sessionTarget: { kind: 'sip-server' }, keepalive: heartbeatDefaults },
    ['dns home.example - udp 60 30 5'],
  ],
  [
    'nobody where the called number makes the target',
    { ...base, sessionTarget: { kind: 'dns', host: '$d$.example' }, keepalive: heartbeatDefaults },
    [],
  ],
  ['nobody by a profile that is not there', { ...base, sessionTarget: target, keepalive: { profile: 9 } }, []],
  [
    'nobody of a peer that is shut',
    { ...base, sessionTarget: target, keepalive: heartbeatDefaults, shutdown: true },
    [],
  ],
  [
    'nobody of a tenant that is not there',
    { ...base, sessionTarget: target, keepalive: heartbeatDefaults, tenant: 5 },
    [],
  ],
];
for (const [title, peer, expected] of cases)
  test(`asked with OPTIONS: ${title}`, () => assert.deepEqual(planned(peer), expected));

test('a profile or a group that is shut asks nobody', () => {
  const peer: VoipPeer = { ...base, serverGroup: 4, keepalive: { profile: 3 } };
  assert.deepEqual(planned(peer, { profiles: [{ ...profile, shutdown: true }] }), []);
  assert.deepEqual(planned(peer, { groups: [{ ...group, shutdown: true }] }), []);
});
