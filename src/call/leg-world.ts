import type { Clock, Network } from '../io/index.ts';
import type { RtpPorts } from '../media/index.ts';
import type { VoicePorts } from '../port/index.ts';
import type { UserAgent } from '../sip/session.ts';
import type { SipSettings } from '../sip/settings.ts';
import type { PeerStatistics } from './peer-statistics.ts';
import type { PeerUse } from './peer-use.ts';

/** Where RTP arrives: at the address signalling uses, at those of `bind media`, or nowhere, as its interface has none. */
export type MediaPlace = 'with signaling' | 'nowhere' | BoundMedia;

/** An address of each family: a call signalled over IPv6 has its media there too. */
interface BoundMedia {
  readonly ipv4: string | undefined;
  readonly ipv6: string | undefined;
}

/** What legs need of the outside, and of the configuration as it is now. */
export interface LegWorld {
  readonly clock: Clock;
  readonly network: Pick<Network, 'bindUdp' | 'sourceAddress'>;
  readonly userAgent: UserAgent;
  readonly rtp: RtpPorts;
  readonly ports: VoicePorts;
  /** A leg holds a place on its peer from before it is made until it is over, and gives it back itself. */
  readonly use: PeerUse;
  readonly statistics: PeerStatistics;
  /** `sip-ua` and `voice service voip`. */
  readonly sip: SipSettings;
  /** By what `bind` says for the call. */
  media(bind: SipSettings['bind']): MediaPlace;
  /** A new leg's number. */
  nextLeg(): number;
  /** Another at each start: what tells calls of two runs apart. */
  readonly seed: number;
  /** Any 32-bit number. */
  random(): number;
}

/** The address for the RTP of a call signalled from `signaling`; undefined when there is none. */
export function mediaHost(media: MediaPlace, signaling: string): string | undefined {
  if (media === 'with signaling') return signaling;
  if (media === 'nowhere') return undefined;
  return signaling.includes(':') ? media.ipv6 : media.ipv4;
}
