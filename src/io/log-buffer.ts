import type { Clock } from './clock.ts';
import { type LogCatalogue, type LogEntry, type LogSink, log, printLogEntry } from './log.ts';
import { LogLimit } from './log-limit.ts';

/** What the log says of itself. */
const logMessages = {
  LOG_LIMITED: {
    severity: 4,
    text: '{count} further messages %{name} were not logged',
    cause: 'More than 20 of them a second: mostly a scanner, or a peer whose every attempt fails.',
    remedy: 'Read those that were logged before; the counters of the `show` commands are complete.',
  },
} as const satisfies LogCatalogue;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Keeps the newest log lines, stamped, and hands each on to whoever watches. A flood of one message does not drown the
 * others: it passes at 20 lines a second, and when it is over one line says how many were dropped.
 */
export class LogBuffer implements LogSink {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #limit: LogLimit;
  readonly #lines: string[] = [];
  readonly #watchers = new Set<(line: string) => void>();

  constructor(clock: Clock, most = 1000) {
    this.#clock = clock;
    this.#most = most;
    const say = log('SYS', logMessages, { write: (entry) => this.#keep(entry) });
    this.#limit = new LogLimit(clock, (name, count) => say('LOG_LIMITED', { name, count }));
  }

  write(entry: LogEntry): void {
    if (this.#limit.passes(`${entry.facility}-${entry.severity}-${entry.mnemonic}`)) this.#keep(entry);
  }

  /** The end of the log: what is dropped is told now. */
  flush(): void {
    this.#limit.flush();
  }

  #keep(entry: LogEntry): void {
    const line = `${logStamp(this.#clock.now())}: ${printLogEntry(entry)}`;
    this.#lines.push(line);
    if (this.#lines.length > this.#most) this.#lines.shift();
    for (const watch of this.#watchers) watch(line);
  }

  /** Oldest first. */
  lines(): readonly string[] {
    return [...this.#lines];
  }

  /** Calls `watch` with each new line until the function returned is called. */
  watch(watch: (line: string) => void): () => void {
    this.#watchers.add(watch);
    return () => void this.#watchers.delete(watch);
  }
}

/** `Mar  1 18:19:04.508`, UTC: IOS's `datetime msec`. */
export function logStamp(ms: number): string {
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  const milliseconds = String(at.getUTCMilliseconds()).padStart(3, '0');
  return `${months[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2, ' ')} ${time}.${milliseconds}`;
}
