import type { StreamConnection } from './stream-connection.ts';

/** Whoever opens a TCP connection and says nothing for so long is let go. Over TLS the certificate has spoken. */
const silentMs = 60_000;
/** TLS is not aged out by `timers connection aging` but by a limit of its own. */
const tlsAgingMs = 60 * 60_000;

/** After how many milliseconds of nothing a connection is closed. */
export function idleLimit({ transport, direction, spoke }: StreamConnection, agingMs: number): number {
  if (transport === 'tls') return tlsAgingMs;
  return direction === 'in' && !spoke ? Math.min(silentMs, agingMs) : agingMs;
}
