import { Alarm } from './alarm.ts';
import { ignoringOwner, type RequestOwner } from './exchange.ts';
import { InviteExpiry } from './invite-expiry.ts';
import type { SessionHost } from './session-host.ts';

/** How often a caller is asked, while it rings, whether it is still there. */
const probeMs = 32_000;
/** Seconds; more is no time limit at all. */
const longestExpires = 86_400;

export interface UnansweredEvents {
  /** Nobody answered as long as the INVITE is valid. */
  expired(): void;
  /** Sends an OPTIONS to the caller. */
  ask(owner: RequestOwner): void;
  /** The caller answered nothing. */
  gone(): void;
}

/**
 * An INVITE of the peer that nobody has answered yet: how long it is valid, and whether its caller is there. Who vanishes while it
 * rings cannot say so, and would hold both legs and the telephone for minutes.
 */
export class UnansweredInvite {
  readonly #host: SessionHost;
  readonly #events: UnansweredEvents;
  readonly #expiry: InviteExpiry | undefined;
  #probe: Alarm | undefined;

  /** `expires`: of the INVITE, in seconds. */
  constructor(host: SessionHost, expires: number | undefined, events: UnansweredEvents) {
    this.#host = host;
    this.#events = events;
    if (expires === undefined || expires === 0 || expires > longestExpires) return;
    this.#expiry = new InviteExpiry(host, () => events.expired());
    this.#expiry.start(expires * 1000);
  }

  /** It rings: from now on the caller knows the dialog. */
  rings(): void {
    if (this.#probe === undefined) this.#askLater();
  }

  /** It was answered, or is over. */
  stop(): void {
    this.#expiry?.stop();
    if (this.#probe?.isSet !== true) return;
    this.#probe.stop();
    this.#host.watch(this.#probe);
  }

  #askLater(): void {
    this.#probe ??= new Alarm(() => this.#ask());
    this.#probe.setRoughly(this.#host.now() + probeMs);
    this.#host.watch(this.#probe);
  }

  /** Whatever is answered shows that somebody is there: not every telephone knows OPTIONS, or takes them before the call stands. */
  #ask(): void {
    this.#askLater();
    this.#events.ask({
      ...ignoringOwner,
      unanswered: (_exchange, why) => {
        if (why === 'timeout' && this.#probe?.isSet === true) this.#events.gone();
      },
    });
  }
}
