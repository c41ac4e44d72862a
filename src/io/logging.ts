import type { Clock } from './clock.ts';
import { type LogCatalogue, type LogEntry, type LogSink, log, printLogEntry, type Severity } from './log.ts';
import { LogLimit } from './log-limit.ts';
import { type Instant, printStamp, type StampFormat, type StampTime, utcTime } from './stamp.ts';
import type { SyslogFacility, SyslogHost, SyslogHostReport } from './syslog.ts';

/** What the log says of itself, facility `SYS`. */
export const logMessages = {
  LOG_LIMITED: {
    severity: 4,
    text: '{count} further messages %{name} were not logged',
    cause: 'More than 20 of them a second: mostly a scanner, or a peer whose every attempt fails.',
    remedy: 'Read those that were logged before; the counters of the `show` commands are complete.',
  },
} as const satisfies LogCatalogue;

/** `logging ...` and `service timestamps ...`, as configured. A destination without a level is off. */
export interface LoggingSettings {
  /** `logging on`. Off: only the console is written to. */
  readonly on: boolean;
  readonly console: Severity | undefined;
  readonly monitor: Severity | undefined;
  readonly buffer: { readonly bytes: number; readonly level: Severity } | undefined;
  /** What goes to the hosts. */
  readonly trap: Severity | undefined;
  readonly hosts: readonly SyslogHost[];
  readonly facility: SyslogFacility;
  /** Interface whose address the lines leave from. */
  readonly sourceInterface?: string;
  readonly originId?: 'hostname' | 'ip' | { readonly text: string };
  /** Absent: `datetime msec`. */
  readonly stamps: { readonly log?: StampFormat; readonly debug?: StampFormat };
}

const datetimeMsec: StampFormat = {
  kind: 'datetime',
  milliseconds: true,
  localtime: false,
  showTimezone: false,
  year: false,
};

export const loggingDefaults: LoggingSettings = {
  on: true,
  console: 7,
  monitor: 7,
  buffer: { bytes: 65_536, level: 7 },
  trap: 6,
  hosts: [],
  facility: 'local7',
  stamps: {},
};

/** What `show logging` shows. */
export interface LoggingReport {
  readonly settings: LoggingSettings;
  /** Lines written to each destination since start. */
  readonly logged: Readonly<Record<Destination | 'buffer', number>>;
  /** Debug messages that were not shown because more came than can be read. */
  readonly limited: number;
  readonly hosts: readonly SyslogHostReport[];
  /** The buffer, oldest first. */
  readonly lines: readonly string[];
}

const unseenAtMost = 1000;

type Destination = 'console' | 'monitor' | 'trap';
type Watcher = (line: string, severity: Severity) => void;

/**
 * Where log and debug lines go: the console, the sessions that said `terminal monitor`, a buffer of so many bytes, and whoever
 * watches `trap` to send them to syslog hosts. A flood of one message does not drown the others: it passes at 20 lines a second, and when it is over one line says how many were dropped.
 */
export class Logging implements LogSink {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #limit: LogLimit;
  readonly #watchers = { console: new Set<Watcher>(), monitor: new Set<Watcher>(), trap: new Set<Watcher>() };
  readonly #logged = { console: 0, monitor: 0, trap: 0, buffer: 0 };
  #lines: string[] = [];
  /** Lines at the front of `#lines` that are gone already: they are cut off together, now and then. */
  #gone = 0;
  #bytes = 0;
  #settings: LoggingSettings;
  #time: StampTime = utcTime;
  #limited = 0;
  /** Lines for the console from before there was one. */
  #unseen: string[] = [];

  constructor(clock: Clock, settings: LoggingSettings = loggingDefaults) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
    const say = log('SYS', logMessages, { write: (entry) => this.#log(entry) });
    this.#limit = new LogLimit(clock, (name, count) => {
      this.#limited += count;
      say('LOG_LIMITED', { name, count });
    });
    this.#settings = settings;
  }

  configure(settings: LoggingSettings): void {
    this.#settings = settings;
    this.#shorten();
  }

  /** Who knows what `localtime` is, and whether the clock can be relied on. UTC and yes until then. */
  keepTime(time: StampTime): void {
    this.#time = time;
  }

  write(entry: LogEntry): void {
    if (this.#limit.passes(`${entry.facility}-${entry.severity}-${entry.mnemonic}`)) this.#log(entry);
  }

  /** The end of the log: what is dropped is told now. */
  flush(): void {
    this.#limit.flush();
  }

  #log(entry: LogEntry): void {
    const stamp = printStamp(this.#settings.stamps.log ?? datetimeMsec, this.instant(), this.#time);
    this.#put(`${stamp}${printLogEntry(entry)}`, entry.severity);
  }

  /** A debug message, of one or several lines, stamped with the time it tells of. */
  debug(text: string, at: Instant): void {
    const stamp = printStamp(this.#settings.stamps.debug ?? datetimeMsec, at, this.#time);
    for (const line of `${stamp}${text}`.split('\n')) this.#put(line, 7);
  }

  /** So many debug messages were not shown; the line that says so is the caller's. */
  limited(count: number): void {
    this.#limited += count;
  }

  /** Now, on both clocks. */
  instant(): Instant {
    return { wall: this.#clock.now(), uptime: this.#clock.monotonic() - this.#startedAt };
  }

  /** The buffer, oldest first. */
  lines(): readonly string[] {
    return this.#lines.slice(this.#gone);
  }

  /** What the console was to show while nobody watched it, oldest first; each line once. For who opens the console. */
  unseen(): readonly string[] {
    const lines = this.#unseen;
    this.#unseen = [];
    return lines;
  }

  /** `clear logging`. */
  clear(): void {
    this.#lines = [];
    this.#gone = 0;
    this.#bytes = 0;
  }

  /** All but the hosts, of which whoever sends to them knows. */
  report(): Omit<LoggingReport, 'hosts'> {
    return { settings: this.#settings, logged: { ...this.#logged }, limited: this.#limited, lines: this.lines() };
  }

  /** Calls `watch` with each new line for that destination until the function returned is called. */
  watch(watch: Watcher, destination: Destination = 'console'): () => void {
    const watchers = this.#watchers[destination];
    watchers.add(watch);
    return () => void watchers.delete(watch);
  }

  #put(line: string, severity: Severity): void {
    const { on, console, monitor, trap, buffer } = this.#settings;
    if (takes(console, severity)) this.#tell('console', line, severity);
    if (!on) return;
    if (takes(monitor, severity)) this.#tell('monitor', line, severity);
    if (takes(trap, severity)) this.#tell('trap', line, severity);
    if (buffer === undefined || severity > buffer.level) return;
    this.#logged.buffer++;
    this.#lines.push(line);
    this.#bytes += line.length + 1;
    this.#shorten();
  }

  #tell(destination: Destination, line: string, severity: Severity): void {
    const watchers = this.#watchers[destination];
    if (destination === 'console' && watchers.size === 0 && this.#unseen.length < unseenAtMost) this.#unseen.push(line);
    if (destination === 'console' || watchers.size > 0) this.#logged[destination]++;
    for (const watch of watchers) watch(line, severity);
  }

  #shorten(): void {
    const most = this.#settings.buffer?.bytes ?? 0;
    while (this.#bytes > most && this.#gone < this.#lines.length) {
      this.#bytes -= (this.#lines[this.#gone]?.length ?? 0) + 1;
      this.#gone++;
    }
    if (this.#gone * 2 < this.#lines.length && this.#gone < 1000) return;
    this.#lines = this.#lines.slice(this.#gone);
    this.#gone = 0;
  }
}

function takes(level: Severity | undefined, severity: Severity): boolean {
  return level !== undefined && severity <= level;
}
