import type { Log } from '../io/index.ts';
import type { PkiMessages } from './messages.ts';
import { done, type Outcome, refused } from './outcome.ts';

/** Holds back what hangs on dates until the clock is authoritative, as IOS does, and says so once. */
export class ClockGate {
  readonly #isAuthoritative: () => boolean;
  readonly #log: Log<PkiMessages>;
  #isTold = false;

  constructor(isAuthoritative: () => boolean, log: Log<PkiMessages>) {
    this.#isAuthoritative = isAuthoritative;
    this.#log = log;
  }

  pass(): Outcome<void> {
    const isOpen = this.#isAuthoritative();
    if (!isOpen && !this.#isTold) this.#log('NON_AUTHORITATIVE_CLOCK');
    this.#isTold = !isOpen;
    return isOpen ? done(undefined) : refused('the clock is not authoritative: no time server has answered yet');
  }
}
