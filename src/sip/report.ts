import type { Address } from '../io/index.ts';
import type { TransportName } from './settings.ts';

/** `show sip-ua connections {udp | tcp [tls]} {brief | detail}`. */
export interface ConnectionsReport {
  readonly transport: TransportName;
  readonly active: number;
  readonly sendFailures: number;
  readonly remoteClosures: number;
  readonly connectionFailures: number;
  readonly ageouts: number;
  /** High-water mark of one connection's send queue, in messages, and whose it was (`0.0.0.0:0` when none). */
  readonly maxQueue: { readonly size: number; readonly remote: Address };
  /** TLS only. */
  readonly handshakeFailures?: { readonly client: number; readonly server: number };
  /** The upper table, by remote address; an agent stays listed after its connections were cleared. */
  readonly agents: readonly { readonly host: string; readonly connections: readonly ConnectionRow[] }[];
  readonly listeners: readonly { readonly connectionId: number; readonly local: Address }[];
}

export interface ConnectionRow {
  readonly remotePort: number;
  readonly connectionId: number;
  readonly state: 'Connecting' | 'Handshake' | 'Established' | 'Closing';
  readonly queue: number;
  readonly local: Address | undefined;
  /** `**` no matching socket; `++` the socket with that id belongs to another address or port. */
  readonly mark: '' | '**' | '++';
  readonly tlsVersion?: string;
  readonly cipher?: string;
  readonly curve?: string;
}

/** What `clear sip-ua ... connection` purged. */
export interface ClearedConnection {
  /** The socket by id was found and closed. */
  readonly socket: boolean;
  /** The entry by target was found and removed from the reusable table. */
  readonly entry: boolean;
}
