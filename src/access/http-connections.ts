/** Who may have a connection to the HTTP server, and who was turned away. */
export interface ConnectionLimits {
  readonly all: number;
  /** So that one host does not take them all. */
  readonly eachSource: number;
}

export interface HttpConnectionCounters {
  readonly current: number;
  readonly accepted: number;
  /** Turned away because their address had as many as one may have. */
  readonly refusedOfSource: number;
  /** Turned away because there were as many as there may be. */
  readonly refusedOfAll: number;
}

export interface RefusedConnections {
  readonly count: number;
  readonly source: string;
  readonly reason: string;
}

const quietMs = 60_000;

/** The connections of a server by their source. Bounded by what it admits. */
export class HttpConnections {
  readonly #limits: ConnectionLimits;
  readonly #bySource = new Map<string, number>();
  #current = 0;
  #accepted = 0;
  #refusedOfSource = 0;
  #refusedOfAll = 0;
  #untold = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get counters(): HttpConnectionCounters {
    return {
      current: this.#current,
      accepted: this.#accepted,
      refusedOfSource: this.#refusedOfSource,
      refusedOfAll: this.#refusedOfAll,
    };
  }

  /** Why a connection may not be had; undefined when it may: then it is to be told when it ends. */
  admit(source: string): string | undefined {
    const { all, eachSource } = this.#limits;
    const own = this.#bySource.get(source) ?? 0;
    if (own >= eachSource) {
      this.#refusedOfSource++;
      return `its address has ${eachSource} connections already`;
    }
    if (this.#current >= all) {
      this.#refusedOfAll++;
      return `there are ${all} connections already`;
    }
    this.#bySource.set(source, own + 1);
    this.#current++;
    this.#accepted++;
    return undefined;
  }

  ended(source: string): void {
    const left = (this.#bySource.get(source) ?? 1) - 1;
    if (left === 0) this.#bySource.delete(source);
    else this.#bySource.set(source, left);
    this.#current--;
  }

  /** What to say of a refusal: once a minute at most, and then of all since. Times are milliseconds. */
  tell(source: string, reason: string, now: number): RefusedConnections | undefined {
    this.#untold++;
    if (now < this.#toldAt + quietMs) return undefined;
    const count = this.#untold;
    this.#untold = 0;
    this.#toldAt = now;
    return { count, source, reason };
  }
}
