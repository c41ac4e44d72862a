import type { CodecName } from '../media/codec.ts';
import type { AuthenticationEntry } from '../sip/settings.ts';

/** `dial-peer voice TAG {pots | voip}` as typed. Defaults are IOS's. */
export type DialPeer = PotsPeer | VoipPeer;

interface PeerCommon {
  readonly tag: number;
  readonly description?: string;
  readonly destinationPattern?: string;
  readonly incomingCalledNumber?: string;
  readonly answerAddress?: string;
  readonly preference: number;
  readonly huntstop: boolean;
  readonly maxConnections?: number;
  readonly shutdown: boolean;
  /** Absent when there is none. */
  readonly authentication?: readonly AuthenticationEntry[];
}

export interface PotsPeer extends PeerCommon {
  readonly kind: 'pots';
  /** Voice port name, `0/3/1`. */
  readonly port?: string;
  readonly digitStrip: boolean;
  readonly forwardDigits?: number | 'all' | 'extra';
  readonly prefix?: string;
  /** Its number is registered, when it can be. */
  readonly sipRegister: boolean;
}

export interface VoipPeer extends PeerCommon {
  readonly kind: 'voip';
  /** As typed; absent is IOS's `cisco` (H.323), which this gateway does not speak: such a peer is never up. */
  readonly sessionProtocol?: 'cisco' | 'sipv2';
  readonly sessionTarget?: SessionTarget;
  readonly sessionTransport: 'system' | 'udp' | 'tcp' | 'tls';
  readonly url: 'system' | 'sip' | 'sips' | 'tel';
  readonly codec: CodecName;
  readonly codecBytes?: number;
  readonly dtmfRelay: readonly string[];
  readonly vad: boolean;
}

/** `session target`. Other forms of IOS (`dhcp`, `enum`, `ras`, ...) are refused as not supported. */
export type SessionTarget =
  | { readonly kind: 'ipv4'; readonly host: string; readonly port?: number }
  | { readonly kind: 'dns'; readonly host: string; readonly port?: number };

export type { CodecName };

export interface DialPlanSettings {
  readonly peers: ReadonlyMap<number, DialPeer>;
  /** `dial-peer hunt 0-7`. */
  readonly hunt: number;
}

export const potsDefaults = {
  kind: 'pots',
  preference: 0,
  huntstop: false,
  shutdown: false,
  digitStrip: true,
  sipRegister: true,
} as const;
export const voipDefaults = {
  kind: 'voip',
  preference: 0,
  huntstop: false,
  shutdown: false,
  sessionTransport: 'system',
  url: 'system',
  codec: 'g729r8',
  dtmfRelay: [],
  vad: true,
} as const;
