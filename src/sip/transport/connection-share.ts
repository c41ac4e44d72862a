import { Admission, type AdmissionReport, Shares, type Source } from '../screen/index.ts';
import type { StreamConnection } from './stream-connection.ts';

interface Bounds {
  readonly inAll: number;
  readonly ofSource: number;
}

/**
 * Connections that came in, or those of them that do something: bounded in all and for each source. When there are too many in all,
 * the source that holds most loses the one it used longest ago, so that nobody shuts the others out. Whom the screen knows is not
 * ended, nor what a call is on.
 */
export class ConnectionShare {
  readonly #admission: Admission;
  readonly #knows: (source: Omit<Source, 'tenant'>) => boolean;
  readonly #endEarly: (connection: StreamConnection, why: string) => void;
  readonly #held = new Set<StreamConnection>();
  /** Those of them that may be ended. */
  readonly #shares = new Shares<StreamConnection>();

  /** `what`: see `Admission`. `endEarly` calls `end` before it returns. */
  constructor(
    what: string,
    bounds: Bounds,
    knows: (source: Omit<Source, 'tenant'>) => boolean,
    endEarly: (connection: StreamConnection, why: string) => void,
  ) {
    this.#admission = new Admission(what, bounds);
    this.#knows = knows;
    this.#endEarly = endEarly;
  }

  limit(bounds: Bounds): void {
    this.#admission.limit(bounds);
  }

  get count(): number {
    return this.#admission.count;
  }

  report(): AdmissionReport {
    return this.#admission.report();
  }

  /** Undefined: one of this source `began`, or was given up. Else why it cannot. */
  begin(host: string): string | undefined {
    return this.#admission.begin(host, (held) => this.#makeRoom(host, held));
  }

  gaveUp(host: string): void {
    this.#admission.end(host);
  }

  began(connection: StreamConnection): void {
    this.#held.add(connection);
    this.changed(connection);
  }

  /** A call began or ended on it, or its peer proved a name. */
  changed(connection: StreamConnection): void {
    const { host } = connection.remote;
    if (this.#held.has(connection) && this.#mayEnd(connection)) this.#shares.add(host, connection);
    else this.#shares.remove(host, connection);
  }

  used(connection: StreamConnection): void {
    this.#shares.used(connection.remote.host, connection);
  }

  /** Does nothing for what did not begin, or has ended. */
  end(connection: StreamConnection): void {
    if (!this.#held.delete(connection)) return;
    this.#shares.remove(connection.remote.host, connection);
    this.#admission.end(connection.remote.host);
  }

  #mayEnd({ carried, remote, provedNames }: StreamConnection): boolean {
    return carried === 0 && !this.#knows({ host: remote.host, provedNames });
  }

  /** A stranger may take the place of a source that holds more than it does itself, whom we know that of any stranger. */
  #makeRoom(host: string, held: number): boolean {
    const isKnown = this.#knows({ host, provedNames: [] });
    for (let next = this.#shares.first; next !== undefined; next = this.#shares.first) {
      if (!isKnown && this.#shares.most <= held) return false;
      // The configuration may know it meanwhile.
      if (this.#mayEnd(next)) {
        const { bound, what } = this.#admission.report();
        this.#endEarly(next, `${bound} ${what}, of which its source held most`);
        return true;
      }
      this.#shares.remove(next.remote.host, next);
    }
    return false;
  }
}
