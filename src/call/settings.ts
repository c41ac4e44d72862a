export { type CallAdmissionSettings, noCallAdmission } from './admission-settings.ts';

import type { CodecName } from '../media/codec.ts';
import type { CallTranslation } from '../port/settings.ts';
import type {
  AssertedId,
  AuthenticationEntry,
  HeartbeatTiming,
  LocalName,
  OutboundProxy,
  Reliability,
  SipSettings,
} from '../sip/settings.ts';
import type { Expansions } from './number-expansion.ts';

/** `dial-peer voice TAG {pots | voip}` as typed. Defaults are IOS's. */
export type DialPeer = PotsPeer | VoipPeer;

interface PeerCommon {
  readonly tag: number;
  readonly description?: string;
  readonly destinationPattern?: string;
  /** `destination e164-pattern-map TAG`. */
  readonly destinationMap?: number;
  readonly incomingCalledNumber?: string;
  /** `incoming called e164-pattern-map TAG`, `incoming calling e164-pattern-map TAG`. */
  readonly incomingCalledMap?: number;
  readonly incomingCallingMap?: number;
  readonly answerAddress?: string;
  /** `destination dpg TAG`: where calls that come in by this peer leave. */
  readonly destinationGroup?: number;
  readonly preference: number;
  readonly huntstop: boolean;
  readonly maxConnections?: number;
  readonly shutdown: boolean;
  /** Absent when there is none. */
  readonly authentication?: readonly AuthenticationEntry[];
  /** `permission`: `orig` takes calls, `term` makes them. */
  readonly permission: 'both' | 'none' | 'orig' | 'term';
  readonly translation: CallTranslation;
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
  /** `session server-group TAG`, in the place of a target. */
  readonly serverGroup?: number;
  /** `incoming uri {via | request | to | from} NAME`. */
  readonly incomingUri: Readonly<Partial<Record<'via' | 'request' | 'to' | 'from', string>>>;
  /** `destination uri NAME`. */
  readonly destinationUri?: string;
  readonly sessionTransport: 'system' | 'udp' | 'tcp' | 'tls';
  readonly url: 'system' | 'sip' | 'sips' | 'tel';
  /** `voice-class sip rel1xx`; absent: as configured for all. */
  readonly rel1xx?: Reliability;
  /** `voice-class sip transport switch udp tcp`; absent: as configured for all. */
  readonly tcpWhenLong?: true;
  /** `voice-class sip asserted-id`; absent: as configured for all. */
  readonly assertedId?: AssertedId | 'none';
  /** `max-redirects`: so often a call follows a 3xx; absent: once. */
  readonly maxRedirects?: number;
  /** `voice-class sip tenant TAG`. */
  readonly tenant?: number;
  /** `voice-class sip bind`: interface names. */
  readonly bind?: SipSettings['bind'];
  /** `voice-class sip options-keepalive`. */
  readonly keepalive?: PeerKeepalive;
  /** `voice-class sip outbound-proxy`; absent: that of the tenant, or the global one. */
  readonly outboundProxy?: OutboundProxy;
  /** `voice-class sip localhost`; absent: as configured for all. */
  readonly localName?: LocalName;
  readonly codec: CodecName;
  readonly codecBytes?: number;
  /** `fixed-bytes`. */
  readonly codecFixed?: true;
  /** A codec that is not spoken, or `transparent`: in the place of `codec`. */
  readonly otherCodec?: string;
  /** `voice-class codec TAG [offer-all]`: the list of that class in the place of `codec`. */
  readonly codecClass?: { readonly tag: number; readonly offerAll: boolean };
  readonly dtmfRelay: readonly string[];
  readonly vad: boolean;
}

/** `session target`. `other`: a form of IOS that is kept, and leaves the peer down (`ras`, `enum:1`). */
export type SessionTarget =
  | TargetAddress
  | { readonly kind: 'sip-server' }
  | { readonly kind: 'registrar' }
  | { readonly kind: 'other'; readonly text: string };

export interface TargetAddress {
  readonly kind: 'ipv4' | 'ipv6' | 'dns';
  readonly host: string;
  readonly port?: number;
}

export type { CodecName };

export interface DialPlanSettings {
  readonly peers: ReadonlyMap<number, DialPeer>;
  /** `dial-peer hunt 0-7`. */
  readonly hunt: number;
  /** `num-exp`. */
  readonly expansions?: Expansions;
  /** `voice hunt user-busy`. */
  readonly huntUserBusy?: true;
  /** `voip-incoming translation-profile NAME`: of every call that comes over SIP. */
  readonly voipIncoming?: string;
}

/** What dial peers refer to by tag or name. */
export interface VoiceClasses {
  readonly codecs: ReadonlyMap<number, CodecClass>;
  readonly rules: ReadonlyMap<number, TranslationRules>;
  readonly profiles: ReadonlyMap<string, TranslationProfile>;
  readonly uris: ReadonlyMap<string, UriClass>;
  readonly patternMaps: ReadonlyMap<number, PatternMap>;
  readonly serverGroups: ReadonlyMap<number, ServerGroup>;
  readonly peerGroups: ReadonlyMap<number, PeerGroup>;
  readonly keepalives: ReadonlyMap<number, KeepaliveProfile>;
}

/** How often a dial peer's targets are asked whether they live: as a profile says, or by itself. */
export type PeerKeepalive = { readonly profile: number } | HeartbeatTiming;

/** `voice class sip-options-keepalive TAG`. */
export interface KeepaliveProfile extends HeartbeatTiming {
  readonly tag: number;
  readonly description?: string;
  readonly transport: 'system' | 'udp' | 'tcp' | 'tls';
  readonly shutdown: boolean;
}

/** `voice class uri NAME {sip | tel}`: expressions as typed. */
export interface UriClass {
  readonly name: string;
  readonly scheme: 'sip' | 'tel';
  readonly hosts: readonly string[];
  readonly userId?: string;
  /** Of the whole URI. */
  readonly pattern?: string;
  readonly phoneNumber?: string;
  readonly phoneContext?: string;
}

/** `voice class e164-pattern-map TAG`. */
export interface PatternMap {
  readonly tag: number;
  readonly description?: string;
  /** Where more patterns are, one a line. */
  readonly url?: string;
  readonly patterns: readonly string[];
  readonly shutdown: boolean;
}

/** `voice class server-group TAG`: servers that calls through one dial peer may go to. */
export interface ServerGroup {
  readonly tag: number;
  readonly description?: string;
  /** As typed, at most five. */
  readonly servers: readonly GroupServer[];
  /** `hunt-scheme round-robin`; else by preference. */
  readonly roundRobin: boolean;
  /** `huntstop RULE resp-code FROM to TO`, by rule. */
  readonly huntStops: ReadonlyMap<number, StatusRange>;
  readonly shutdown: boolean;
}

export interface GroupServer extends TargetAddress {
  readonly kind: 'ipv4' | 'ipv6';
  /** 0 first. */
  readonly preference: number;
}

/** Both ends belong to it. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

/** `voice class dpg TAG`: the dial peers that calls of an inbound dial peer leave by. */
export interface PeerGroup {
  readonly tag: number;
  readonly description?: string;
  /** As typed, at most twenty. */
  readonly members: readonly GroupMember[];
  readonly shutdown: boolean;
}

interface GroupMember {
  readonly peer: number;
  /** 0 first. */
  readonly preference: number;
}

/** `voice class codec TAG`: codecs by preference. */
export interface CodecClass {
  readonly tag: number;
  readonly codecs: ReadonlyMap<number, { readonly name: CodecName; readonly bytes?: number }>;
}

/** `voice translation-rule TAG`: rules by their number. */
export interface TranslationRules {
  readonly tag: number;
  readonly rules: ReadonlyMap<number, TranslationRule>;
}

/** `rule N /match/ /replace/`, or `rule N reject /match/` without `replace`. */
export interface TranslationRule {
  readonly match: string;
  readonly replace?: string;
  readonly type?: { readonly from: string; readonly to?: string };
  readonly plan?: { readonly from: string; readonly to?: string };
}

/** `voice translation-profile NAME`: the rule set for each kind of number. */
export interface TranslationProfile {
  readonly name: string;
  readonly rules: Readonly<Partial<Record<NumberKind, number>>>;
}
export type NumberKind = 'calling' | 'called' | 'redirectCalled' | 'redirectTarget' | 'callbackNumber';

export const noVoiceClasses: VoiceClasses = {
  codecs: new Map(),
  rules: new Map(),
  profiles: new Map(),
  uris: new Map(),
  patternMaps: new Map(),
  serverGroups: new Map(),
  peerGroups: new Map(),
  keepalives: new Map(),
};

/** How often a call follows a 3xx where a peer does not say. */
export const redirectsDefault = 1;

export const potsDefaults = {
  kind: 'pots',
  preference: 0,
  huntstop: false,
  shutdown: false,
  permission: 'both',
  translation: {},
  digitStrip: true,
  sipRegister: true,
} as const;
export const voipDefaults = {
  kind: 'voip',
  preference: 0,
  huntstop: false,
  shutdown: false,
  permission: 'both',
  translation: {},
  incomingUri: {},
  sessionTransport: 'system',
  url: 'system',
  codec: 'g729r8',
  dtmfRelay: [],
  vad: true,
} as const;
