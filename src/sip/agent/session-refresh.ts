import { type AgreedInterval, type IntervalPolicy, intervalTimes, printSessionExpires } from '../dialog/index.ts';
import { Alarm } from './alarm.ts';
import type { SessionHost } from './session-host.ts';

export interface RefreshEvents {
  /** Half of the interval is over, and it is ours to refresh. */
  refresh(): void;
  /** Nobody refreshed the session in time. */
  expired(): void;
}

const never = Number.POSITIVE_INFINITY;
/** Calls that began together are not to be refreshed together: each is so up to a tenth of its time earlier. */
const spread = 10;
const grainMs = 100;

/**
 * The session timer of one call (RFC 4028). Of a peer that does not know session timers we alone watch whether it still knows the
 * call: we refresh, and what it answers ends nothing but by 481 and 408.
 */
export class SessionRefresh {
  readonly #host: SessionHost;
  /** As configured now for this call. */
  readonly #policy: () => IntervalPolicy;
  readonly #events: RefreshEvents;
  readonly #alarm = new Alarm(() => this.#ring());
  #interval: AgreedInterval | undefined;
  #isOurs = false;
  #refreshAt = never;
  #endAt = never;
  /** The shortest interval anybody on the way has asked for. */
  #raised = 0;

  constructor(host: SessionHost, policy: () => IntervalPolicy, events: RefreshEvents) {
    this.#host = host;
    this.#policy = policy;
    this.#events = events;
  }

  get #minSe(): number {
    return Math.max(this.#raised, this.#policy().minSe);
  }

  get seconds(): number {
    return this.#interval?.seconds ?? Math.max(this.#minSe, this.#policy().sessionExpires);
  }

  /** Header lines of a request of ours that refreshes the session, as all INVITEs and UPDATEs do. */
  headers(): readonly string[] {
    const refresher = this.#interval === undefined ? undefined : this.#isOurs ? 'uac' : 'uas';
    return [printSessionExpires(this.seconds, refresher), `Min-SE: ${this.#minSe}`];
  }

  /** A 2xx went or came; `role` is ours in its transaction. */
  agreed(interval: AgreedInterval, role: 'uac' | 'uas'): void {
    const { refreshMs, endMs } = intervalTimes(interval.seconds);
    const now = this.#host.now();
    this.#interval = interval;
    this.#isOurs = interval.refresher === role;
    this.#refreshAt = this.#isOurs ? now + refreshMs - this.#host.tokens.below(Math.floor(refreshMs / spread)) : never;
    this.#endAt = interval.isShared ? now + endMs : never;
    this.#arm();
  }

  /** A 422 says that the interval is too small. False: asking for what it wants would change nothing. */
  raise(minSe: number | undefined): boolean {
    if (minSe === undefined || minSe <= this.#minSe || minSe > 86_400) return false;
    this.#raised = minSe;
    if (this.#interval !== undefined && this.#interval.seconds < minSe) {
      this.#interval = { ...this.#interval, seconds: minSe };
    }
    return true;
  }

  /** To be refreshed again in a while: something else was under way. */
  postpone(ms: number): void {
    this.#refreshAt = this.#host.now() + ms;
    this.#arm();
  }

  stop(): void {
    if (!this.#alarm.isSet) return;
    this.#alarm.stop();
    this.#host.watch(this.#alarm);
  }

  #arm(): void {
    this.#alarm.setRoughly(Math.min(this.#refreshAt, this.#endAt), grainMs);
    this.#host.watch(this.#alarm);
  }

  #ring(): void {
    const now = this.#host.now();
    const isExpired = this.#endAt <= now;
    if (this.#refreshAt <= now) this.#refreshAt = never;
    if (isExpired) return this.#events.expired();
    this.#arm();
    this.#events.refresh();
  }
}
