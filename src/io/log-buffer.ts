import type { Clock } from './clock.ts';
import { type LogEntry, type LogSink, printLogEntry } from './log.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Keeps the newest log lines, stamped, and hands each on to whoever watches. */
export class LogBuffer implements LogSink {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #lines: string[] = [];
  readonly #watchers = new Set<(line: string) => void>();

  constructor(clock: Clock, most = 1000) {
    this.#clock = clock;
    this.#most = most;
  }

  write(entry: LogEntry): void {
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
