import { type LogSink, log, type StampTime, type StampZone } from '../io/index.ts';
import type { AssociationEvent, AssociationParts } from './association.ts';
import { clockMessages, ntpMessages } from './messages.ts';
import { NtpClient } from './ntp-client.ts';
import type { ClockMark, ClockReport, NtpReport, TimeFace } from './report.ts';
import { type TimeSettings, timeDefaults } from './settings.ts';
import type { SystemClock, TimeSource } from './system-clock.ts';
import { secondText } from './text.ts';
import { zoneAt } from './zone.ts';

export interface TimekeeperParts extends Omit<AssociationParts, 'clock' | 'changed'> {
  readonly clock: SystemClock;
  readonly log: LogSink;
  /** The clock has become authoritative. */
  readonly trusted: () => void;
}

/** More than this is told: a smaller correction nobody would notice. */
const notableMs = 1000;

const refusals = {
  unsynchronised: 'its own clock is not synchronised',
  distance: 'it is too far from the true time',
  time: 'the times in its answer cannot be',
} as const;

/** The room's owner: keeps the clock by what operator and servers say, and knows whether it can be relied on. */
export class Timekeeper implements TimeFace, StampTime {
  readonly #clock: SystemClock;
  readonly #client: NtpClient;
  readonly #trusted: () => void;
  readonly #ntpLog;
  readonly #clockLog;
  readonly #startedAt: number;
  #settings: TimeSettings = timeDefaults;
  #update: { readonly at: number; readonly monotonic: number } | undefined;
  /** The host's error that was told last, milliseconds. */
  #toldAheadMs = 0;
  #wasAuthoritative = true;
  /** The last event of each server. */
  readonly #told = new Map<string, string>();

  constructor(parts: TimekeeperParts) {
    this.#clock = parts.clock;
    this.#trusted = parts.trusted;
    this.#ntpLog = log('NTP', ntpMessages, parts.log);
    this.#clockLog = log('SYS', clockMessages, parts.log);
    this.#startedAt = parts.clock.monotonic();
    this.#client = new NtpClient(parts, {
      followed: (address, base, isNew) => this.#follow(address, base, isNew),
      lost: (reason) => this.#ntpLog('UNSYNC', { reason }),
      heard: (address, event) => this.#heard(address, event),
    });
  }

  // ---- service ----

  reconfigure(next: TimeSettings): void {
    const { servers } = this.#settings;
    this.#settings = next;
    if (servers !== next.servers) {
      this.#told.clear();
      this.#client.reconfigure(next.servers);
    }
    this.#noteAuthority();
  }

  stop(): void {
    this.#client.stop();
  }

  /**
   * Whether certificates may be judged by this clock. The host's counts as right where nobody was named to ask; who names a
   * server wants its answer first, or the operator's own word.
   */
  get isAuthoritative(): boolean {
    const { servers, calendarValid } = this.#settings;
    return this.#clock.source !== 'hardware calendar' || servers.length === 0 || calendarValid;
  }

  /** What stands before a time. */
  get mark(): ClockMark {
    if (!this.isAuthoritative) return '*';
    return this.#clock.source === 'NTP' && this.#client.peer === undefined ? '.' : '';
  }

  zoneAt(at: number): StampZone {
    return zoneAt(this.#settings, at);
  }

  // ---- face ----

  clock(): ClockReport {
    const now = this.#clock.now();
    return { now, zone: this.zoneAt(now), mark: this.mark, source: this.#clock.source };
  }

  ntp(): NtpReport {
    const { base } = this.#clock;
    const now = this.#clock.monotonic();
    return {
      associations: this.#client.report().map((one) => ({
        ...one,
        offsetMs: (one.samples.at(-1)?.base ?? base) - base,
      })),
      base,
      uptimeMs: now - this.#startedAt,
      update: this.#update && { at: this.#update.at, sinceMs: now - this.#update.monotonic },
    };
  }

  set(at: number, by: string): void {
    this.#move(at - this.#clock.monotonic(), 'user configuration', { how: 'console', by });
  }

  // ---- what servers say ----

  #follow(address: string, base: number, isNew: boolean): void {
    if (isNew || base !== this.#clock.base) {
      this.#move(base, 'NTP', { how: 'NTP', by: address });
      this.#update = { at: this.#clock.now(), monotonic: this.#clock.monotonic() };
    }
    if (isNew) this.#ntpLog('PEERSYNC', { server: address });
    this.#compareHost(address);
  }

  #move(base: number, source: TimeSource, by: { readonly how: string; readonly by: string }): void {
    const before = this.#clock.now();
    this.#clock.set(base, source);
    const after = this.#clock.now();
    if (source !== 'NTP' || Math.abs(after - before) > notableMs) {
      const text = (at: number): string => secondText(at, this.zoneAt(at));
      this.#clockLog('CLOCKUPDATE', { before: text(before), after: text(after), ...by });
    }
    this.#noteAuthority();
  }

  /** Told once, and again when it has changed. */
  #compareHost(server: string): void {
    const ahead = this.#clock.hostAheadMs;
    if (Math.abs(ahead - this.#toldAheadMs) <= notableMs) return;
    this.#toldAheadMs = Math.abs(ahead) > notableMs ? ahead : 0;
    if (this.#toldAheadMs === 0) return;
    const seconds = Math.round(Math.abs(ahead) / 1000);
    this.#ntpLog('HOST_CLOCK', { seconds, direction: ahead > 0 ? 'ahead' : 'behind', server });
  }

  /** What is the same as the last time is not told again. */
  #heard(server: string, event: AssociationEvent): void {
    const isNew = this.#told.get(server) !== JSON.stringify(event);
    this.#told.set(server, JSON.stringify(event));
    if (isNew) this.#tell(server, event);
  }

  #tell(server: string, event: AssociationEvent): void {
    if (event.kind === 'reached') this.#ntpLog('PEERREACH', { server });
    else if (event.kind === 'lost') this.#ntpLog('PEERUNREACH', { server });
    else if (event.kind === 'refused') this.#ntpLog('SERVER_REFUSED', { server, reason: refusals[event.rule] });
    else if (event.kind === 'kissed') this.#ntpLog('KISS', { server, code: event.code });
    else if (event.kind === 'failed') this.#ntpLog('NO_QUESTION', { server, reason: event.reason });
  }

  #noteAuthority(): void {
    const is = this.isAuthoritative;
    if (is && !this.#wasAuthoritative) this.#trusted();
    this.#wasAuthoritative = is;
  }
}
