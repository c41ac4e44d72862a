import { descriptorShares } from '../../io/index.ts';
import type { SipLimits } from '../limits.ts';
import type { TransportLog } from './messages.ts';

/**
 * Keeps accepted connections below what the process may open. When descriptors run out the system closes what it accepts and tells nobody;
 * before that we can choose who goes, count it and say so.
 */
export class DescriptorBound {
  readonly #room: number;
  readonly #atMost: number | undefined;
  readonly #log: TransportLog;
  #told = 0;

  constructor(atMost: number | undefined, log: TransportLog) {
    this.#atMost = atMost;
    this.#log = log;
    this.#room = descriptorShares(atMost).connections;
  }

  /** The bounds on connections as they can be kept. Warns where that is less, once for each number asked for. */
  within({ inAll, ofSource }: SipLimits['connections']): SipLimits['connections'] {
    const bound = Math.min(inAll, this.#room);
    if (bound < inAll && inAll !== this.#told) {
      this.#told = inAll;
      this.#log('DESCRIPTORS_FEW', { limit: inAll, descriptors: this.#atMost ?? 0, bound });
    }
    return { inAll: bound, ofSource };
  }
}
