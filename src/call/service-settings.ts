import type { Address, Clock, Network, ProcessMeter, Random } from '../io/index.ts';
import { type RtpPortOptions, rtpPortDefaults } from '../media/index.ts';
import { type PortOptions, portDefaults, type VoicePortSettings } from '../port/index.ts';
import type { UserAgent } from '../sip/session.ts';
import type { ServiceStop, SipSettings } from '../sip/settings.ts';
import type { CallAdmissionSettings } from './admission-settings.ts';
import type { Availability } from './availability.ts';
import type { MediaPlace } from './leg-world.ts';
import type { DialPlanSettings, VoiceClasses } from './settings.ts';

/** The parts of the running configuration calls depend on. The commands' tree is one. */
export interface CallSettings {
  readonly dialPlan: DialPlanSettings;
  readonly voiceClasses: VoiceClasses;
  readonly voicePorts: ReadonlyMap<string, VoicePortSettings>;
  readonly sip: SipSettings;
  readonly callAdmission: CallAdmissionSettings;
  readonly interfaces: ReadonlyMap<string, BoundInterface>;
}

/** What `bind media` may name. */
interface BoundInterface {
  readonly address?: { readonly address: string };
  readonly ipv6?: { readonly address: string };
}

export interface CallOptions {
  /** Calls in being at once; more are refused with 503. */
  readonly mostCalls: number;
  /** How long `csim` holds an answered call, and how long it lets the far end ring. */
  readonly simulatedHoldMs: number;
  readonly simulatedPatienceMs: number;
  readonly ports: PortOptions;
  readonly rtp: RtpPortOptions;
}

export const callDefaults: CallOptions = {
  mostCalls: 4000,
  simulatedHoldMs: 1000,
  simulatedPatienceMs: 30_000,
  ports: portDefaults,
  rtp: rtpPortDefaults,
};

/** What the service is given. */
export interface CallNeeds {
  readonly userAgent: UserAgent;
  readonly network: Pick<Network, 'bindUdp' | 'sourceAddress'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly process: Pick<ProcessMeter, 'usage' | 'descriptorsAtMost'>;
  /** Absent: every target is taken for alive. */
  readonly availability?: Availability;
  /** A call was not taken because there are too many: for the log. */
  readonly overloaded?: (source: Address, reason: string) => void;
}

/** Whether SIP is shut, by whichever of the two lines. */
export function stopOf({ sip: { stopped: how } }: Pick<CallSettings, 'sip'>): ServiceStop | undefined {
  return how.service === 'forced' ? how.service : (how.sip ?? how.service);
}

/** Media bound to an interface without address must not be received anywhere else. */
export function mediaPlace({ media }: SipSettings['bind'], interfaces: CallSettings['interfaces']): MediaPlace {
  if (media === undefined) return 'with signaling';
  const bound = interfaces.get(media);
  const [ipv4, ipv6] = [bound?.address?.address, bound?.ipv6?.address];
  return ipv4 === undefined && ipv6 === undefined ? 'nowhere' : { ipv4, ipv6 };
}
