import type { SipLimits } from '../limits.ts';
import type { AdmissionReport } from '../screen/index.ts';
import type { StreamConnection } from './stream-connection.ts';

/** Connections with an unfinished message, the one that began it first ahead, and the bytes of all of them. */
interface Held {
  bytes: number;
  readonly connections: Set<StreamConnection>;
}

/**
 * Bytes of messages that have begun and are not whole, bounded in all and for each source. When they are too many in all, the source
 * that holds most loses its oldest unfinished one, of those the screen does not know while there is any.
 */
export class UnfinishedBytes {
  readonly #bySource = new Map<string, Held>();
  readonly #knows: (connection: StreamConnection) => boolean;
  readonly #end: (connection: StreamConnection, why: string) => void;
  #bounds: SipLimits['unfinished'];
  #inAll = 0;
  #refused = 0;
  #ended = 0;

  /** `end` has `changed` called, with nothing held, before it returns. */
  constructor(
    bounds: SipLimits['unfinished'],
    knows: (connection: StreamConnection) => boolean,
    end: (connection: StreamConnection, why: string) => void,
  ) {
    this.#bounds = bounds;
    this.#knows = knows;
    this.#end = end;
  }

  limit(bounds: SipLimits['unfinished']): void {
    this.#bounds = bounds;
  }

  report(): AdmissionReport {
    const { inAll: bound, ofSource: perSource } = this.#bounds;
    const [refused, ended] = [this.#refused, this.#ended];
    return { what: 'unfinished message bytes', now: this.#inAll, bound, perSource, refused, ended };
  }

  /** A connection holds so many more bytes, or fewer; `isEmpty`: none any more. */
  changed(connection: StreamConnection, by: number, isEmpty: boolean): void {
    const { host } = connection.remote;
    const held = this.#bySource.get(host) ?? { bytes: 0, connections: new Set() };
    this.#inAll += by;
    held.bytes += by;
    if (isEmpty) held.connections.delete(connection);
    else held.connections.add(connection);
    if (held.connections.size === 0) this.#bySource.delete(host);
    else this.#bySource.set(host, held);
    if (by > 0) this.#enforce(connection, held);
  }

  #enforce(connection: StreamConnection, { bytes }: Held): void {
    const { inAll, ofSource } = this.#bounds;
    if (bytes > ofSource) {
      this.#refused++;
      return this.#end(connection, `more than ${ofSource} bytes of unfinished messages of this source`);
    }
    while (this.#inAll > inAll && !connection.ended) {
      this.#ended++;
      this.#end(this.#first() ?? connection, `${inAll} bytes of unfinished messages, of which its source held most`);
    }
  }

  #first(): StreamConnection | undefined {
    let most = 0;
    let first: StreamConnection | undefined;
    for (const { bytes, connections } of this.#bySource.values()) {
      if (bytes <= most) continue;
      const stranger = firstOf(connections, (connection) => !this.#knows(connection));
      if (stranger !== undefined) [most, first] = [bytes, stranger];
    }
    return first;
  }
}

function firstOf<T>(items: Iterable<T>, is: (item: T) => boolean): T | undefined {
  for (const item of items) if (is(item)) return item;
  return undefined;
}
