import type { Address } from '../io/index.ts';
import type { CodecName } from '../media/index.ts';
import type { TransportName } from '../sip/settings.ts';
import type {
  CallAdmissionSettings,
  SpikeSettings,
  Threshold,
  TreatmentSettings,
  Trigger,
} from './admission-settings.ts';

/** One row of `show dial-peer voice summary`. */
export interface DialPeerRow {
  readonly tag: number;
  readonly kind: 'pots' | 'voip';
  readonly admin: 'up' | 'down';
  readonly operational: 'up' | 'down';
  /** Why it is down; of one that is up, why it takes calls only. */
  readonly reason?: string;
  readonly prefix: string;
  readonly destinationPattern: string;
  readonly preference: number;
  /** `ipv4:10.0.0.1:5070`, as configured; '' when there is none. */
  readonly sessionTarget: string;
  /** POTS: whether the port can take a call. */
  readonly outStatus?: 'up' | 'down';
  /** POTS: the port's name. */
  readonly port?: string;
  /** VoIP: how the places are that it leads to, where they are asked. */
  readonly keepalive?: 'active' | 'busyout' | 'partial';
}

/** `show dial-peer voice summary`. */
export interface DialPeerSummary {
  readonly hunt: number;
  readonly peers: readonly DialPeerRow[];
}

/** One call leg: a row of `show call active voice brief` and of `show sip-ua calls`. */
export interface LegReport {
  /** Number of the leg since start, and that of the leg it is joined with (0: none yet). */
  readonly id: number;
  readonly otherId: number;
  /** Number of the call both legs belong to. */
  readonly call: number;
  readonly protocol: 'sip' | 'telephony';
  /** `Answer`: the call came in on this leg; `Originate`: it goes out on it. */
  readonly direction: 'Answer' | 'Originate';
  readonly peer: number;
  readonly calling: string;
  readonly called: string;
  readonly state: 'connecting' | 'alerting' | 'active' | 'held';
  /** Wall clock of the setup, milliseconds since the epoch. */
  readonly setupAt: number;
  /** Milliseconds from setup to connect; undefined before. */
  readonly connectMs: number | undefined;
  /** Milliseconds since connect; 0 before. */
  readonly durationMs: number;
  readonly sent: PacketCount;
  readonly received: PacketCount;
  readonly codec: CodecName | undefined;
  readonly sip?: SipLegReport;
  /** Telephony: the port's name ('' for a call of `csim` without a port) and, on the way out, the digits sent to it. */
  readonly port?: string;
  readonly digits?: string;
}

interface PacketCount {
  readonly packets: number;
  readonly bytes: number;
}

interface SipLegReport {
  readonly callId: string;
  readonly transport: TransportName;
  readonly localHost: string | undefined;
  readonly remoteSignalling: Address | undefined;
  readonly localMedia: Address | undefined;
  readonly remoteMedia: Address | undefined;
  readonly payloadType: number | undefined;
  readonly codecBytes: number;
  /** Payload type of RFC 4733 events when both sides agreed on them. */
  readonly telephoneEvent: number | undefined;
  readonly dtmf: 'rtp-nte' | 'sip-info' | 'inband';
}

/** `show call active voice`: the legs in being, oldest first, and what was counted since start. */
export interface ActiveCalls {
  readonly telephony: number;
  readonly sip: number;
  readonly legs: readonly LegReport[];
}

/** What became of one call: written once, when it ends. */
export interface CallRecord {
  readonly call: number;
  readonly calling: string;
  readonly called: string;
  /** Dial-peer tags; 0 is the default peer, undefined when no peer was tried. */
  readonly inPeer: number;
  readonly outPeer: number | undefined;
  /** Peers tried, in order, with the cause each attempt failed with. */
  readonly attempts: readonly { readonly peer: number; readonly cause: number }[];
  readonly setupAt: number;
  readonly alertMs: number | undefined;
  readonly connectMs: number | undefined;
  readonly durationMs: number;
  /** Q.850 cause, and who ended the call. */
  readonly cause: number;
  readonly endedBy: 'caller' | 'called' | 'gateway';
}

/** A threshold and where it stands. */
export interface ThresholdReport extends Threshold {
  readonly value: number;
  readonly available: boolean;
}

/** `show call spike`, `show call threshold`, `show call treatment`. */
export interface CallAdmissionReport {
  readonly spike:
    | (SpikeSettings & { readonly inWindow: number; readonly triggered: boolean; readonly rejected: number })
    | undefined;
  readonly thresholds: readonly ThresholdReport[];
  readonly pollSeconds: CallAdmissionSettings['pollSeconds'];
  readonly treatment: TreatmentSettings & {
    readonly accepted: number;
    /** By what was too high. */
    readonly rejected: readonly (readonly [Trigger, number])[];
  };
}

/** Counters since start. */
export interface CallCounters {
  readonly active: number;
  readonly attempted: number;
  readonly connected: number;
  readonly failed: number;
  /** Refused because the gateway was full. */
  readonly refused: number;
  readonly rtp: { readonly bound: number; readonly idle: number; readonly inUse: number; readonly exhausted: number };
}

/** What `csim start` saw. */
export interface SimulatedCall {
  readonly called: string;
  readonly calling: string;
  readonly answered: boolean;
  /** Q.850 cause of a call that was not answered. */
  readonly cause: number;
  readonly reason: string;
}

/** What became of the calls of one dial peer since start: `show dial-peer voice TAG`. */
export interface PeerCalls {
  readonly active: number;
  readonly successful: number;
  readonly failed: number;
  /** Milliseconds connected, of calls that ended. */
  readonly connectMs: number;
  /** Q.850 cause of the last call that ended, and when it was set up. */
  readonly lastCause?: number;
  readonly lastSetupAt?: number;
}

/** A peer that a number leads to: `show dialplan number`. */
export interface DialPlanMatch {
  readonly tag: number;
  /** The digits that were matched, and how many of them the pattern names. */
  readonly matched: string;
  readonly explicit: number;
}
