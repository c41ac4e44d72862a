import { rtpPortDefaults } from '../../media/index.ts';
import type { VoicePortDevice } from '../../port/index.ts';
import { sipDefaults } from '../../sip/settings.ts';
import { type CallAdmissionSettings, noCallAdmission } from '../admission-settings.ts';
import { CallService } from '../service.ts';
import { type CallSettings, callDefaults } from '../service-settings.ts';
import {
  type DialPeer,
  noVoiceClasses,
  type PotsPeer,
  potsDefaults,
  type VoiceClasses,
  type VoipPeer,
  voipDefaults,
} from '../settings.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeNetwork, settle } from './fake-network.ts';
import { FakeUserAgent, peerSdp } from './fake-user-agent.ts';

export const pcmu = peerSdp('0 101', 'a=rtpmap:101 telephone-event/8000\r\n');

export function pots(tag: number, extra: Partial<PotsPeer>): DialPeer {
  return { ...potsDefaults, tag, ...extra };
}
export function voip(tag: number, extra: Partial<VoipPeer>): DialPeer {
  const sip = { sessionProtocol: 'sipv2', sessionTarget: { kind: 'ipv4', host: '192.0.2.9' } } as const;
  return { ...voipDefaults, ...sip, codec: 'g711ulaw', tag, ...extra };
}

/** A call service among fakes. */
export interface House {
  readonly peers: readonly DialPeer[];
  readonly device?: VoicePortDevice;
  readonly sipToSip?: boolean;
  readonly mostCalls?: number;
  readonly ports?: number;
  readonly classes?: VoiceClasses;
  readonly callAdmission?: CallAdmissionSettings;
}

const noMemory = { resident: 0, heapUsed: 0, heapTotal: 0, heapLimit: 1, external: 0 };

export function settings({
  peers,
  device = 'answer',
  sipToSip = true,
  classes = noVoiceClasses,
  callAdmission = noCallAdmission,
}: House): CallSettings {
  return {
    dialPlan: { peers: new Map(peers.map((peer) => [peer.tag, peer])), hunt: 0 },
    voiceClasses: classes,
    voicePorts: new Map([['0/3/1', { name: '0/3/1', shutdown: false, device, translation: {} }]]),
    sip: { ...sipDefaults, allowSipToSip: sipToSip },
    interfaces: new Map(),
    callAdmission,
  };
}

/** Builds the house, its calls running. */
export async function house(plan: House) {
  const clock = new FakeClock();
  const network = new FakeNetwork();
  const agent = new FakeUserAgent();
  const random = { bytes: (count: number) => Buffer.alloc(count, 7) };
  const usage = { load: { fiveSeconds: 0, oneMinute: 0, fiveMinutes: 0 }, memory: noMemory };
  const meter = { usage: () => ({ pid: 1, cpuMs: 0, switches: 0, ...usage }) };
  const needs = { clock, network, userAgent: agent, random, process: meter };
  const now = settings(plan);
  const rtp = { ...rtpPortDefaults, idle: 4, most: plan.ports ?? 100 };
  const calls = new CallService(needs, now, { ...callDefaults, rtp, mostCalls: plan.mostCalls ?? 100 });
  calls.start();
  await settle();
  return {
    clock,
    network,
    agent,
    calls,
    settings: now,
    async invite(called: string, sdp: string | undefined = pcmu, calling = '5551000') {
      const session = agent.call(calls, { called, calling }, sdp);
      await settle();
      return session;
    },
    /** What must be true after every story. */
    async quiet(): Promise<void> {
      await settle();
      const left = {
        legs: calls.activeCalls().legs.length,
        calls: calls.counters().active,
        rtpPorts: calls.counters().rtp.inUse,
        timers: clock.pending,
        sessions: agent.sessionCount,
        offHook: calls.ports().filter(({ state }) => state !== 'on-hook' && state !== 'shut').length,
      };
      if (Object.values(left).some((count) => count > 0)) throw new Error(`left: ${JSON.stringify(left)}`);
    },
  };
}

export const telephone = pots(1, { destinationPattern: '777', port: '0/3/1' });
export const far = voip(5, { destinationPattern: '9001' });
