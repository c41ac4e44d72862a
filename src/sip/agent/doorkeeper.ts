import type { SipRequest } from '../message/index.ts';
import { AnswerBudget, type Source } from '../screen/index.ts';
import type { Flow } from '../transport/index.ts';
import { printAddress } from './identity.ts';
import type { AgentLog } from './messages.ts';

/** A stranger is answered with 403 and seldom, or not at all. */
export type Screening = { readonly admitted: true } | { readonly admitted: false; readonly silent: boolean };

export interface DoorkeeperParts {
  /** Whether a source may ask for anything; asked before anything is made for a request. */
  readonly screen: (source: Source) => Screening;
  readonly log: AgentLog;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Names of one certificate in a line of the log. */
const mostShown = 5;

/** Turns strangers away: says which, counts them, and sees to it that they are not answered for ever. */
export class Doorkeeper {
  readonly #parts: DoorkeeperParts;
  readonly #budget = new AnswerBudget();
  #strangers = 0;
  #tooLong = 0;

  constructor(parts: DoorkeeperParts) {
    this.#parts = parts;
  }

  /** Requests of sources that may not call, and how many of them got no answer for want of budget. */
  get counters(): { readonly strangers: number; readonly strangersUnanswered: number } {
    return { strangers: this.#strangers, strangersUnanswered: this.#budget.unanswered + this.#tooLong };
  }

  /** What becomes of a request that belongs to no call yet. */
  judge(request: SipRequest, flow: Flow): 'admit' | 'refuse' | 'ignore' {
    const { remote, provedName, provedNames, transport, tenant } = flow;
    const { screen, log } = this.#parts;
    const screening = screen({ host: remote.host, provedNames, tenant });
    if (screening.admitted) return 'admit';
    this.#strangers++;
    const shown = provedNames.length === 0 ? provedName : provedNames.slice(0, mostShown).join(', ');
    const name = shown === undefined ? '' : `, who proved the name ${shown},`;
    log('UNTRUSTED', { method: request.method, remote: printAddress(remote), transport, name });
    return !screening.silent && this.#mayAnswer(remote.host) ? 'refuse' : 'ignore';
  }

  /** Whether what a source sent and nobody can use, so many characters, may be answered with `answer`. */
  mayAnswer(flow: Flow, answer: string, asked: number): boolean {
    const { remote, provedNames, tenant } = flow;
    if (this.#parts.screen({ host: remote.host, provedNames, tenant }).admitted) return true;
    return this.fits(flow, answer, asked) && this.#mayAnswer(remote.host);
  }

  /** Over UDP, where a stranger's address may be another's, nobody is sent more than came from there. */
  fits({ reliable }: Flow, answer: string, asked: number): boolean {
    if (reliable || answer.length <= asked) return true;
    this.#tooLong++;
    return false;
  }

  #mayAnswer(host: string): boolean {
    return this.#budget.take(host, this.#parts.now());
  }
}
