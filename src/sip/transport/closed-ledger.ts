import type { Address } from '../../io/index.ts';
import type { DirectionCount } from '../report.ts';
import type { EndCause, StreamConnection } from './stream-connection.ts';

/** A connection that is no more, as kept for the operator. */
export interface ClosedConnection {
  /** Wall clock of its end, milliseconds since the epoch. */
  readonly at: number;
  readonly connectionId: number;
  readonly transport: 'tcp' | 'tls';
  readonly direction: 'in' | 'out';
  readonly remote: Address;
  readonly local: Address | undefined;
  /** The proxy it came through, when one said who is behind it. */
  readonly via?: Address;
  readonly provedName?: string;
  readonly cause: EndCause;
  /** Absent when it ended in good order. */
  readonly reason?: string;
  readonly durationMs: number;
  readonly bytes: DirectionCount;
  readonly messages: DirectionCount;
}

const kept = 200;

/** The last 200 connections that ended, oldest first. */
export class ClosedLedger {
  readonly #closed: ClosedConnection[] = [];

  /** `at`: wall clock; `now`: monotonic. */
  add(connection: StreamConnection, cause: EndCause, error: Error | undefined, at: number, now: number): void {
    const { id, transport, direction, remote, knownLocal: local, via, provedName, traffic } = connection;
    this.#closed.push({
      at,
      connectionId: id,
      transport,
      direction,
      remote,
      local,
      ...(via === undefined ? {} : { via }),
      ...(provedName === undefined ? {} : { provedName }),
      cause,
      ...(error === undefined ? {} : { reason: error.message }),
      durationMs: now - traffic.since,
      bytes: traffic.bytes,
      messages: traffic.messages,
    });
    if (this.#closed.length > kept) this.#closed.shift();
  }

  list(): readonly ClosedConnection[] {
    return [...this.#closed];
  }
}
