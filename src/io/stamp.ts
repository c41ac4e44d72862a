/** `service timestamps {debug | log} ...`: what stands in front of a line. */
export type StampFormat =
  | { readonly kind: 'none' }
  | { readonly kind: 'uptime' }
  | {
      readonly kind: 'datetime';
      readonly milliseconds: boolean;
      readonly localtime: boolean;
      readonly showTimezone: boolean;
      readonly year: boolean;
    };

/** The zone that `localtime` speaks of: its name, and its distance from UTC. */
export interface StampZone {
  readonly name: string;
  readonly minutes: number;
}

const utc: StampZone = { name: 'UTC', minutes: 0 };

/** What a stamp must know of the clock besides the time. */
export interface StampTime {
  /** Stands before the date: `*` while the clock is not authoritative, `.` while it is not synchronised any more. */
  readonly mark: string;
  zoneAt(wall: number): StampZone;
}

export const utcTime: StampTime = { mark: '', zoneAt: () => utc };

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** One instant, on both clocks, in milliseconds. */
export interface Instant {
  readonly wall: number;
  readonly uptime: number;
}

/** `Mar  1 18:19:04.508: `, `1d02h: `, or nothing: with the blank behind it, ready to stand before a line. */
export function printStamp(format: StampFormat, { wall, uptime }: Instant, clock: StampTime): string {
  if (format.kind === 'none') return '';
  if (format.kind === 'uptime') return `${printUptime(uptime)}: `;
  const own = format.localtime ? clock.zoneAt(wall) : utc;
  const at = new Date(wall + own.minutes * 60_000);
  const day = `${months[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2, ' ')}`;
  const year = format.year ? ` ${at.getUTCFullYear()}` : '';
  const time = at.toISOString().slice(11, format.milliseconds ? 23 : 19);
  return `${clock.mark}${day}${year} ${time}${format.showTimezone ? ` ${own.name}` : ''}: `;
}

/** As IOS counts: `00:01:46` on the first day, then `2d03h`, then `1w2d`, then `1y12w`. */
function printUptime(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  if (hours < 24) return `${two(hours)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const days = Math.floor(hours / 24);
  if (days < 7) return `${days}d${two(hours % 24)}h`;
  const weeks = Math.floor(days / 7);
  return days < 365 ? `${weeks}w${days % 7}d` : `${Math.floor(days / 365)}y${two(Math.floor((days % 365) / 7))}w`;
}
