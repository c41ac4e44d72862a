import type { Address } from '../../io/index.ts';
import type { TransportName } from '../settings.ts';
import type { TlsRole } from './policy.ts';

/** What `show sip-ua connections` counts, for one transport. */
export class TransportCounters {
  sendFailures = 0;
  remoteClosures = 0;
  connectionFailures = 0;
  ageouts = 0;
  /** Connections and datagrams turned away because a bound was reached. */
  refusals = 0;
  readonly handshakeFailures: Record<TlsRole, number> = { client: 0, server: 0 };
  /** Handshakes that resumed a session of an accepted peer. */
  readonly resumed: Record<TlsRole, number> = { client: 0, server: 0 };
  maxQueue: { readonly size: number; readonly remote: Address } = { size: 0, remote: { host: '0.0.0.0', port: 0 } };

  /** A send queue reached this many messages. */
  queued(size: number, remote: Address): void {
    if (size > this.maxQueue.size) this.maxQueue = { size, remote };
  }
}

export type Counters = Readonly<Record<TransportName, TransportCounters>>;

export function counters(): Counters {
  return { udp: new TransportCounters(), tcp: new TransportCounters(), tls: new TransportCounters() };
}
