import { readRack } from '../dialog/index.ts';
import type { ResponseFields, SipRequest } from '../message/index.ts';
import type { Woken } from './alarm.ts';
import type { SessionHost } from './session-host.ts';
import { ProvisionalMachine } from './session-machine.ts';

export interface Progress extends ResponseFields {
  readonly status: number;
}

export interface ReliableProgressEvents {
  send(progress: Progress): void;
  sendAgain(): void;
  /** A PRACK came, and nothing more waits. */
  acknowledged(progress: Progress): void;
  unacknowledged(): void;
}

/** Responses that wait for the PRACK of the one before; a call has no more steps than these. */
const waitingAtMost = 8;

/** Our provisional responses to an INVITE whose sender knows 100rel: numbered, one at a time, repeated until the PRACK. */
export class ReliableProgress implements Woken {
  readonly #host: SessionHost;
  readonly #events: ReliableProgressEvents;
  readonly #machine: ProvisionalMachine;
  readonly #inviteSequence: number;
  readonly #waiting: Progress[] = [];
  #rseq: number;
  #sent: Progress | undefined;

  constructor(host: SessionHost, tenant: number, inviteSequence: number, events: ReliableProgressEvents) {
    this.#host = host;
    this.#inviteSequence = inviteSequence;
    this.#events = events;
    this.#machine = new ProvisionalMachine(this, host.timers('rel1xx', tenant));
    // RFC 3262 3: from 1 to 2^31 - 1, so that there is room above.
    this.#rseq = host.tokens.below(0x7fff_ffff - 1);
  }

  /** A description is on its way, and its PRACK did not come yet: no 2xx may be sent (RFC 3262 3). */
  get holdsAnswer(): boolean {
    return this.#isWaiting && [this.#sent, ...this.#waiting].some((progress) => progress?.body !== undefined);
  }

  get #isWaiting(): boolean {
    return this.#machine.state === 'waiting';
  }

  send(progress: Progress): void {
    if (this.#machine.isOver) return;
    if (!this.#isWaiting) return this.#send(progress);
    if (this.#waiting.length < waitingAtMost) this.#waiting.push(progress);
  }

  /** Whether a PRACK acknowledges what was sent last. It may come after the final response too. */
  takes(prack: SipRequest): boolean {
    const rack = readRack(prack.rack);
    const isLast =
      this.#sent !== undefined &&
      rack?.rseq === this.#rseq &&
      rack.cseq === this.#inviteSequence &&
      rack.method === 'INVITE';
    if (isLast) this.#events.acknowledged(this.#sent ?? { status: 180 });
    return isLast;
  }

  /** After `takes`, and after the answer to the PRACK: the next one goes. */
  proceed(): void {
    this.#sent = undefined;
    this.#machine.receive('prack', this.#host.now());
    this.#host.watch(this.#machine);
    const next = this.#waiting.shift();
    if (next !== undefined && !this.#machine.isOver) this.#send(next);
  }

  /** The final response went. */
  stop(): void {
    this.#waiting.length = 0;
    this.#machine.receive('final', this.#host.now());
    this.#host.watch(this.#machine);
  }

  woken(now: number): void {
    for (const action of this.#machine.tick(now)) {
      if (action === 'send again') this.#events.sendAgain();
      else if (action === 'tell unacknowledged') this.#events.unacknowledged();
    }
    this.#host.watch(this.#machine);
  }

  #send(progress: Progress): void {
    this.#rseq++;
    this.#sent = progress;
    const headers = [...(progress.headers ?? []), 'Require: 100rel', `RSeq: ${this.#rseq}`];
    this.#machine.receive('send', this.#host.now());
    this.#host.watch(this.#machine);
    this.#events.send({ ...progress, headers });
  }
}
