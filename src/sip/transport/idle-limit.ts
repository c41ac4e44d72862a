import type { StreamConnection } from './stream-connection.ts';

/** Whoever opens a connection and says nothing for so long is let go. */
const silentMs = 60_000;
/** TLS of a peer that we know is not aged out by `timers connection aging` but by a limit of its own: its certificate has spoken. */
const tlsAgingMs = 60 * 60_000;

/**
 * After how many milliseconds of nothing a connection is closed. `isKnown`: we made it, or the configuration or the trusted list knows its
 * peer; a certificate that chains to an anchor makes nobody a peer.
 */
export function idleLimit(
  { transport, direction, spoke }: StreamConnection,
  agingMs: number,
  isKnown: boolean,
): number {
  if (transport === 'tls' && isKnown) return tlsAgingMs;
  return direction === 'in' && !spoke ? Math.min(silentMs, agingMs) : agingMs;
}
