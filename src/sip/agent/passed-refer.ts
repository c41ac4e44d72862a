import type { SipRequest, SipResponse } from '../message/index.ts';
import { readSipfrag } from '../refer/index.ts';
import type { ReferOutcome } from '../session.ts';
import { Alarm } from './alarm.ts';
import type { AgentTransaction, Exchange, RequestOwner } from './exchange.ts';
import type { SessionHost } from './session-host.ts';

/** So long we wait for a NOTIFY of somebody who does not say how long it may take (RFC 6665 4.1.2.4, twice). */
const patienceMs = 128_000;
const longestMs = 3_600_000;

/** A REFER of ours, and what its receiver tells of the call that it makes. */
export class PassedRefer implements RequestOwner {
  readonly #host: SessionHost;
  readonly #outcome: ReferOutcome;
  readonly #over: () => void;
  readonly #alarm: Alarm;
  #isOver = false;

  /** `over`: nothing more is heard of it. */
  constructor(host: SessionHost, outcome: ReferOutcome, over: () => void) {
    this.#host = host;
    this.#outcome = outcome;
    this.#over = over;
    this.#alarm = new Alarm(() => this.#end(408));
  }

  responded(_exchange: Exchange, { status }: SipResponse): void {
    if (this.#isOver || status < 200) return;
    if (status >= 300) return this.#refused(status);
    this.#wait(patienceMs);
    this.#outcome.taken();
  }

  unanswered(): void {
    this.#refused(408);
  }

  unsent(): void {
    this.#refused(503);
  }

  /** A NOTIFY of the subscription that our REFER made. */
  notified(request: SipRequest, transaction: AgentTransaction): void {
    this.#host.respond(transaction, 200);
    const status = request.contentType === 'message/sipfrag' ? readSipfrag(request.body) : undefined;
    const [, state = '', parameters = ''] =
      /^\s*([\w-]+)((?:[^\w-].*)?)$/.exec(request.header('subscription-state') ?? '') ?? [];
    if (state.toLowerCase() === 'terminated') return this.#end(status !== undefined && status >= 200 ? status : 487);
    const seconds = Number(/;\s*expires\s*=\s*(\d{1,9})/i.exec(parameters)?.[1] ?? Number.NaN);
    this.#wait(Number.isNaN(seconds) ? patienceMs : Math.min(seconds * 1000 + patienceMs, longestMs));
    if (status !== undefined && status < 200) this.#outcome.tell(status);
  }

  /** The session is over, and nothing comes any more. */
  stop(): void {
    this.#end(487);
  }

  #refused(status: number): void {
    if (this.#close()) this.#outcome.refused(status);
  }

  #end(status: number): void {
    if (this.#close()) this.#outcome.tell(status);
  }

  #close(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    if (this.#alarm.isSet) {
      this.#alarm.stop();
      this.#host.watch(this.#alarm);
    }
    this.#over();
    return true;
  }

  #wait(ms: number): void {
    this.#alarm.set(this.#host.now() + ms);
    this.#host.watch(this.#alarm);
  }
}
