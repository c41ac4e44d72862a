import type { Address, Stream } from '../../io/index.ts';
import { type SipLimits, standardLimits } from '../limits.ts';
import type { ArrivalReport } from '../report.ts';
import { Admission, type AdmissionReport, SourceRate } from '../screen/index.ts';
import { readProxyHeader } from './proxy-header.ts';
import type { Shared } from './upper-layer.ts';

/** A proxy writes its header at once. */
const headerMs = 5000;

/** `via`: the proxy through which `remote` came. */
export type Arrived = (remote: Address, via: Address | undefined) => void;
export type Refused = (reason: string) => void;

/**
 * What a TCP connection goes through before anything is made for it: not too many in a second, of one source and of all; and from a
 * proxy that the operator listed, first whom it speaks for. Whoever is behind it is judged and counted in the proxy's place.
 */
export class Arrivals {
  readonly #shared: Shared;
  readonly #rate = new SourceRate(standardLimits.arrivals);
  /** Of those the screen knows: no flood of strangers uses it up. */
  readonly #knownRate = new SourceRate(standardLimits.arrivals);
  readonly #headers = new Admission('PROXY headers awaited', standardLimits.handshakes);
  /** Proxies that have not said yet for whom they speak. */
  readonly #waiting = new Set<Stream>();
  #refused = 0;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** How many may come in a second, and how many more did. */
  report(): ArrivalReport {
    return { ...this.#limits.arrivals, refused: this.#refused };
  }

  get #limits(): SipLimits {
    return this.#shared.settings.limits ?? standardLimits;
  }

  /** The bounds are other ones. */
  limit(): void {
    this.#rate.limit(this.#limits.arrivals);
    this.#knownRate.limit(this.#limits.arrivals);
    this.#headers.limit(this.#limits.handshakes);
  }

  /** Headers that are waited for. */
  get headers(): AdmissionReport {
    return this.#headers.report();
  }

  arrived(stream: Stream, then: Arrived, refuse: Refused): void {
    const { remote } = stream;
    if (this.#shared.settings.proxies?.ruleFor({ host: remote.host, provedNames: [] }) === undefined) {
      this.#limited(remote, undefined, then, refuse);
      return;
    }
    const full = this.#headers.begin(remote.host);
    if (full !== undefined) return refuse(full);
    void this.#introduced(stream, then, refuse).finally(() => this.#headers.end(remote.host));
  }

  close(): void {
    for (const stream of this.#waiting) stream.destroy();
  }

  #limited(remote: Address, via: Address | undefined, then: Arrived, refuse: Refused): void {
    const isKnown = this.#shared.knows({ host: remote.host, provedNames: [] });
    const rate = isKnown ? this.#knownRate : this.#rate;
    const taken = rate.take(remote.host, this.#shared.clock.monotonic());
    if (taken === 'taken') return then(remote, via);
    this.#refused++;
    const { perSecond, perSecondInAll } = this.#limits.arrivals;
    const [most, whose] = taken === 'source' ? [perSecond, ' of this source'] : [perSecondInAll, ''];
    refuse(`more than ${most} new connections a second${whose}`);
  }

  async #introduced(stream: Stream, then: Arrived, refuse: Refused): Promise<void> {
    let source: Address | undefined;
    let fault = 'it closed, or said nothing, before its PROXY header was whole';
    const deadline = this.#shared.clock.after(headerMs, () => stream.destroy());
    this.#waiting.add(stream);
    const isRead = await stream.preface((data) => {
      const header = readProxyHeader(data);
      if (header.kind === 'more') return undefined;
      if (header.kind === 'header') {
        source = header.source;
        return header.length;
      }
      fault = `PROXY header: ${header.reason}`;
      stream.destroy();
      return undefined;
    });
    deadline.cancel();
    this.#waiting.delete(stream);
    if (!isRead) refuse(fault);
    else if (source === undefined) this.#limited(stream.remote, undefined, then, refuse);
    else this.#limited(source, stream.remote, then, refuse);
  }
}
