import type { StampZone } from '../io/index.ts';
import type { Filtered } from './filter.ts';
import type { NtpPacket } from './packet.ts';
import type { Sample } from './reply.ts';
import type { NtpServerSettings } from './settings.ts';
import type { TimeSource } from './system-clock.ts';

/** What stands before a time: `*` not authoritative, `.` authoritative but not synchronised any more. */
export type ClockMark = '' | '*' | '.';

export interface ClockReport {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly zone: StampZone;
  readonly mark: ClockMark;
  readonly source: TimeSource;
}

/** What one server is to the choice among them. */
export type PeerStatus = 'system peer' | 'candidate' | 'falseticker' | 'unfit';

/** One server, for `show ntp associations`. Times and durations in milliseconds. */
export interface AssociationReport {
  readonly settings: NtpServerSettings;
  readonly address: string;
  /** The last eight questions, a bit each. */
  readonly reach: number;
  /** It asked not to be asked again. */
  readonly refused: boolean;
  readonly pollExponent: number;
  /** Its last good answer. */
  readonly packet: NtpPacket | undefined;
  readonly filtered: Filtered | undefined;
  readonly samples: readonly Sample[];
  /** Since that answer. */
  readonly sinceMs: number | undefined;
  readonly counters: { readonly sent: number; readonly received: number; readonly errors: number };
}

export interface NtpReport {
  readonly associations: readonly (AssociationReport & {
    readonly status: PeerStatus;
    /** Its time minus ours, by the newest measurement. */
    readonly offsetMs: number;
  })[];
  /** What is added to the monotonic clock for the time of day. */
  readonly base: number;
  readonly uptimeMs: number;
  /** When the clock was set by a server for the last time, and how long ago that is. */
  readonly update: { readonly at: number; readonly sinceMs: number } | undefined;
}

/** What commands see of the room. */
export interface TimeFace {
  clock(): ClockReport;
  ntp(): NtpReport;
  /** `clock set`: `at` is the time it is now; `by` who says so, for the log. */
  set(at: number, by: string): void;
}
