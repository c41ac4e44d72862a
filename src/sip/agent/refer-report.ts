import type { SipResponse } from '../message/index.ts';
import { printSipfrag, sipfragType } from '../refer/index.ts';
import type { ReferProgress } from '../session.ts';
import type { Exchange, RequestOwner } from './exchange.ts';
import type { Carried } from './mid-call.ts';

/** Seconds a transferor may wait for the end of it; nobody renews what ends by itself. */
const lifetimeSeconds = 600;

interface News {
  readonly status: number;
  readonly why: Parameters<ReferProgress['tell']>[1];
}

/** What a report is sent through. */
interface ReportWay {
  requestInDialog(method: 'NOTIFY', owner: RequestOwner, carried: Carried): void;
  headers(): readonly string[];
  /** Nothing more is told, and nothing more is wanted. */
  over(): void;
}

/**
 * Tells the transferor how far the referred call is: the subscription that a REFER makes (RFC 3515 2.4.4). One NOTIFY after the other;
 * of what happens while one is under way the last is told. It outlives the call it was asked for in (RFC 5057 4.1).
 */
export class ReferReport implements ReferProgress, RequestOwner {
  readonly #way: ReportWay;
  /** The first of a dialog needs none (RFC 3515 2.4.6). */
  readonly #id: number | undefined;
  #isSending = false;
  #next: News | undefined;
  #told = 0;
  #isOver = false;

  constructor(way: ReportWay, id: number | undefined) {
    this.#way = way;
    this.#id = id;
  }

  /** The end is known, and is being told. */
  get isEnding(): boolean {
    return !this.#isOver && (this.#told >= 200 || (this.#next?.status ?? 0) >= 200);
  }

  tell(status: number, why?: News['why']): void {
    if (this.#isOver || this.#told >= 200 || (this.#next?.status ?? 0) >= 200) return;
    if (status === this.#told || status === this.#next?.status) return;
    this.#next = { status, why };
    this.#send();
  }

  /** A 481 says that nobody listens any more (RFC 6665 4.2.2), and so do the others: what comes later would be as unwelcome. */
  responded(_exchange: Exchange, { status }: SipResponse): void {
    if (status < 200) return;
    this.#isSending = false;
    if (status >= 300) this.#end();
    else this.#send();
  }

  unanswered(): void {
    this.#end();
  }

  #send(): void {
    const news = this.#next;
    if (this.#isSending || this.#isOver) return;
    if (news === undefined) {
      if (this.#told >= 200) this.#end();
      return;
    }
    this.#next = undefined;
    this.#told = news.status;
    this.#isSending = true;
    const state = news.status < 200 ? `active;expires=${lifetimeSeconds}` : 'terminated;reason=noresource';
    this.#way.requestInDialog('NOTIFY', this, {
      headers: [
        `Event: refer${this.#id === undefined ? '' : `;id=${this.#id}`}`,
        `Subscription-State: ${state}`,
        ...this.#way.headers(),
      ],
      body: printSipfrag(news.status, news.why),
      contentType: sipfragType,
      unsent: () => this.#end(),
    });
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#next = undefined;
    this.#way.over();
  }
}
