import { copied } from '../copied.ts';
import type { SipRequest } from '../message/index.ts';
import { type Replaced, readRefer } from '../refer/index.ts';
import type { ReceivedRefer, ReferOutcome, ReferProgress, SessionHandler, SipSession } from '../session.ts';
import type { Flow } from '../transport/index.ts';
import type { Abilities } from './abilities.ts';
import { arrivalUri } from './arrival-uri.ts';
import type { AgentTransaction, RequestOwner } from './exchange.ts';
import type { Carried } from './mid-call.ts';
import { PassedRefer } from './passed-refer.ts';
import { ReferReport } from './refer-report.ts';
import { isSameParty } from './same-peer.ts';
import type { SessionHost } from './session-host.ts';

/** The session that REFERs come in. */
interface ReferralOwner {
  readonly state: SipSession['state'];
  readonly told: SessionHandler | undefined;
  readonly abilities: Abilities;
  readonly flow: Flow | undefined;
  contactNow(): string;
  requestInDialog(method: string, owner: RequestOwner, carried: Carried): void;
}

const noReport: ReferProgress = { tell: () => undefined };

/** What peers ask with REFER in a call that stands: taken, one at a time, by whoever has the call, and reported to them. */
export class Referral {
  readonly #host: SessionHost;
  readonly #owner: ReferralOwner;
  #report: ReferReport | undefined;
  /** REFERs taken, those that want no report too: they count for who tells them apart (RFC 3515 2.4.6). */
  #count = 0;
  #after: (() => void) | undefined;
  #passed: PassedRefer | undefined;

  constructor(host: SessionHost, owner: ReferralOwner) {
    this.#host = host;
    this.#owner = owner;
  }

  /** The peer has something of ours to do. */
  get isPassing(): boolean {
    return this.#passed !== undefined;
  }

  /** Asks the peer to call a number here. */
  pass(contact: string, referredBy: string | undefined, outcome: ReferOutcome): void {
    const passed: PassedRefer = new PassedRefer(this.#host, outcome, () => {
      this.#passed = undefined;
    });
    this.#passed = passed;
    this.#owner.requestInDialog('REFER', passed, {
      headers: [
        `Refer-To: ${contact}`,
        ...(referredBy === undefined ? [] : [`Referred-By: ${referredBy}`]),
        `Contact: ${this.#owner.contactNow()}`,
        ...this.#owner.abilities.requestHeaders,
      ],
      unsent: () => passed.unsent(),
    });
  }

  /** A NOTIFY in the call: of what we asked for, or of nothing (RFC 6665 4.1.3). */
  notified(request: SipRequest, transaction: AgentTransaction): void {
    const isRefer = /^\s*refer\s*(?:;|$)/i.test(request.header('event') ?? '');
    if (isRefer && this.#passed !== undefined) this.#passed.notified(request, transaction);
    else this.#host.respond(transaction, 481);
  }

  /** The session is over. */
  stop(): void {
    this.#passed?.stop();
  }

  referred(request: SipRequest, transaction: AgentTransaction): void {
    const { told, state, abilities } = this.#owner;
    const refuse = (status: number, reason?: string): void =>
      this.#host.respond(transaction, status, reason === undefined ? {} : { reason });
    if (state !== 'confirmed') return refuse(403, 'The Call Does Not Stand');
    if (this.#report !== undefined) return refuse(491);
    const refer = readRefer(request);
    if (refer.kind === 'unusable') return refuse(refer.status, refer.reason);
    const replaces = refer.replaces && this.#replaced(refer.replaces);
    if (replaces === 'not theirs') return refuse(403, 'Another Party Is in That Dialog');
    // They outlive the message by far.
    const [called = '', referredBy = ''] = copied([refer.called, refer.referredBy ?? '']);
    const verdict = told?.referred({
      called,
      uri: arrivalUri(refer.uri),
      replaces,
      referredBy: referredBy === '' ? undefined : referredBy,
      maxForwards: request.maxForwards,
    });
    if (typeof verdict !== 'function') return refuse(verdict?.status ?? 481, verdict?.reason);
    const isFirst = this.#count++ === 0;
    const report = refer.wantsNotify ? this.#reportOf(request, isFirst) : undefined;
    this.#report = report;
    this.#host.respond(transaction, 202, {
      contact: this.#owner.contactNow(),
      headers: [...abilities.answerHeaders, ...(report === undefined ? ['Refer-Sub: false'] : [])],
    });
    report?.tell(100);
    verdict(report ?? noReport);
  }

  /** Only the peer's own dialogs are its to give away. */
  #replaced(dialog: Replaced): ReceivedRefer['replaces'] | 'not theirs' {
    const session = this.#host.replaced(dialog);
    if (session === undefined) return { dialog };
    const { leg, flow } = session;
    return leg !== undefined && isSameParty(flow, this.#owner.flow) ? { leg } : 'not theirs';
  }

  /** Whether the end is known and still to be told: then `run` is called when it was, should the call stand yet. */
  isQuietAfter(run: () => void): boolean {
    const isEnding = this.#report?.isEnding === true;
    if (isEnding) this.#after = run;
    return isEnding;
  }

  #reportOf({ cseqNumber }: SipRequest, isFirst: boolean): ReferReport {
    return new ReferReport(
      {
        requestInDialog: (method, owner, carried) => this.#owner.requestInDialog(method, owner, carried),
        headers: () => [`Contact: ${this.#owner.contactNow()}`, ...this.#owner.abilities.requestHeaders],
        over: () => {
          this.#report = undefined;
          const after = this.#after;
          this.#after = undefined;
          if (this.#owner.state === 'confirmed') after?.();
        },
      },
      isFirst ? undefined : cseqNumber,
    );
  }
}
