import type { Log } from '../io/index.ts';
import type { PkiMessages } from './messages.ts';
import type { Outcome } from './outcome.ts';
import type { ShadowKeys } from './shadow-keys.ts';
import type { Trustpoints } from './trustpoints.ts';
import type { WorkQueue } from './work-queue.ts';

export interface ReceivedCertificatesParts {
  readonly trustpoints: Trustpoints;
  readonly shadows: ShadowKeys;
  readonly queue: WorkQueue;
  readonly log: Log<PkiMessages>;
}

/** Takes in what a CA gave: in the configuration at once, on disk when the queue comes to it, and only then is it said. */
export class ReceivedCertificates {
  readonly #parts: ReceivedCertificatesParts;

  constructor(parts: ReceivedCertificatesParts) {
    this.#parts = parts;
  }

  /** False: it could not be committed, which is logged there. */
  store(name: string, commit: () => Outcome<void>): boolean {
    const { queue, log } = this.#parts;
    const stored = commit().ok;
    if (!stored) return false;
    // Behind the writing that the commit caused.
    queue.add(async () => {
      log('CERTRET');
      log('NOCONFIGAUTOSAVE');
    });
    this.settleKey(name);
    return true;
  }

  /** Gives the key of a certificate the label it is to have, behind the writing of the certificate. */
  settleKey(name: string): void {
    const { trustpoints, shadows, queue } = this.#parts;
    const settings = trustpoints.find(name);
    if (settings.ok) queue.add(() => shadows.settle(settings.value));
  }
}
