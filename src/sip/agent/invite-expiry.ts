import { Alarm } from './alarm.ts';
import type { SessionHost } from './session-host.ts';

/** How long an INVITE is valid that nobody answers (RFC 3261 13.2.1, 13.3.1). */
export class InviteExpiry {
  readonly #host: SessionHost;
  readonly #alarm: Alarm;

  constructor(host: SessionHost, expired: () => void) {
    this.#host = host;
    this.#alarm = new Alarm(expired);
  }

  start(ms: number): void {
    this.#alarm.setRoughly(this.#host.now() + ms);
    this.#host.watch(this.#alarm);
  }

  /** It was answered, or is over. */
  stop(): void {
    if (!this.#alarm.isSet) return;
    this.#alarm.stop();
    this.#host.watch(this.#alarm);
  }
}
