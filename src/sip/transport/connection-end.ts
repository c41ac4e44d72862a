import { addressText } from './address-text.ts';
import type { EndCause, StreamConnection } from './stream-connection.ts';
import type { Shared } from './upper-layer.ts';

/** Counts why a connection ended; the operator reads of those that a peer's bytes ended. */
export function tellEnd(
  { counters, log }: Pick<Shared, 'counters' | 'log'>,
  connection: StreamConnection,
  cause: EndCause,
  error: Error | undefined,
): void {
  const { id, transport, remote, direction } = connection;
  const count = counters[transport];
  if (cause === 'aged') count.ageouts++;
  else if (cause === 'remote') count.remoteClosures++;
  else if (cause === 'not-established' && direction === 'out') count.connectionFailures++;
  else if (cause === 'fatal' || cause === 'shed') {
    const reason = error?.message ?? '';
    log('STREAM_CLOSED', { id, remote: addressText(remote), transport: transport.toUpperCase(), reason });
  }
}
