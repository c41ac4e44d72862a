import { type SipLimits, standardLimits } from '../limits.ts';
import { Admission, type AdmissionReport } from '../screen/index.ts';
import type { HostedSession } from './session-host.ts';

/** Calls that came in, bounded in all and for each source. */
export class IncomingShare {
  readonly #admission = new Admission('incoming calls', standardLimits.calls);
  /** By whom each counts: a call may move to another address of its peer. */
  readonly #sources = new Map<HostedSession, string>();

  /** Undefined: a call `began` and counts until it `ended`. Else why it cannot be taken. */
  begin(source: string): string | undefined {
    return this.#admission.begin(source);
  }

  began(session: HostedSession, source: string): void {
    this.#sources.set(session, source);
  }

  /** Does nothing for a call of ours. */
  ended(session: HostedSession): void {
    const source = this.#sources.get(session);
    if (source === undefined) return;
    this.#sources.delete(session);
    this.#admission.end(source);
  }

  limit(calls: SipLimits['calls']): void {
    this.#admission.limit(calls);
  }

  report(): AdmissionReport {
    return this.#admission.report();
  }
}
