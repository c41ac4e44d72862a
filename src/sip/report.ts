import type { Address } from '../io/index.ts';
import type { AdmissionReport, RateLimits, TrustedEntry } from './screen/index.ts';
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
  /** TLS only: handshakes that resumed a session. */
  readonly resumed?: { readonly client: number; readonly server: number };
  /** The upper table, by remote address; an agent stays listed after its connections were cleared. */
  readonly agents: readonly { readonly host: string; readonly connections: readonly ConnectionRow[] }[];
  readonly listeners: readonly { readonly connectionId: number; readonly local: Address; readonly tenant: number }[];
}

export interface ConnectionRow {
  readonly remotePort: number;
  readonly connectionId: number;
  readonly state: 'Connecting' | 'Handshake' | 'Established' | 'Closing';
  readonly queue: number;
  readonly local: Address | undefined;
  readonly tenant: number;
  /** `**` no matching socket; `++` the socket with that id belongs to another address or port. */
  readonly mark: '' | '**' | '++';
  readonly tlsVersion?: string;
  readonly cipher?: string;
  readonly curve?: string;
  /** The peer made the connection, and is called on it by this name. */
  readonly alias?: string;
}

/** `show sip-ua overload`. */
export interface OverloadReport {
  /** Things in being that peers make us hold. */
  readonly held: readonly AdmissionReport[];
  readonly arrivals: ArrivalReport;
  /** UDP datagrams not sent, since their address had proved nothing and less had come from it. */
  readonly withheld: number;
  /** Of one message. */
  readonly message: MessageBounds;
}

/** Lengths are bytes. */
export interface MessageBounds {
  readonly token: number;
  readonly head: number;
  readonly headers: number;
  readonly line: number;
  readonly uri: number;
  readonly vias: number;
  readonly body: number;
  /** On a connection of a source that is neither configured nor listed. */
  readonly bodyOfStrangers: number;
}

/** New connections: how many are taken in a second, and how many were refused for there being more. */
export interface ArrivalReport extends RateLimits {
  readonly refused: number;
}

/** What `clear sip-ua ... connection` purged. */
export interface ClearedConnection {
  /** The socket by id was found and closed. */
  readonly socket: boolean;
  /** The entry by target was found and removed from the reusable table. */
  readonly entry: boolean;
}

/** What `clear sip-ua ... connection` names; at least one of the two. */
export interface ClearTarget {
  readonly id?: number;
  readonly target?: Address;
}

/** `show sip-ua status`, as far as it is state and not configuration. */
export interface StatusReport {
  /** Sockets that stand: an enabled transport whose listener failed is not here. */
  readonly listening: Readonly<Record<TransportName, boolean>>;
  /** The addresses the bound interfaces gave; undefined when unbound. */
  readonly boundSignaling: string | undefined;
  readonly boundMedia: string | undefined;
}

/** `show sip-ua calls`: every SIP leg in being. */
export interface CallsReport {
  readonly calls: readonly CallReport[];
}

export interface CallReport {
  /** Who started the leg: `client` when we sent the INVITE. */
  readonly role: 'client' | 'server';
  readonly callId: string;
  /** The leg's number in this gateway, and the one of the leg it is joined to; undefined while unknown. */
  readonly legId: number | undefined;
  readonly peerLegId: number | undefined;
  readonly state: 'setup' | 'early' | 'confirmed' | 'ended';
  readonly calling: string;
  readonly called: string;
  readonly requestUri: string;
  readonly transport: TransportName;
  readonly local: Address | undefined;
  readonly remote: Address | undefined;
  readonly media?: {
    /** IOS's name and payload bytes: `g711ulaw (160 bytes)`. */
    readonly codec: string;
    readonly payloadType: number;
    /** Named telephone events (RFC 4733) and their payload type; absent when digits travel in the audio. */
    readonly eventPayloadType?: number;
    readonly source: Address;
    readonly destination: Address | undefined;
  };
}

/** `show sip-ua statistics`: messages since start or since they were cleared, repetitions included. */
export interface SipStatistics {
  /** By method; `other` for methods we do not know. */
  readonly requests: Readonly<Record<string, MessageCount>>;
  /** By status and the method of the request, `200 INVITE`. */
  readonly responses: Readonly<Record<string, MessageCount>>;
  /** Messages of ours sent again for want of an answer: by method, and `response`. */
  readonly retries: Readonly<Record<string, number>>;
  /** Wall clock of the last clear; absent when there was none. */
  readonly clearedAt?: number;
}

/** What came from a peer, and what went to it. */
export interface DirectionCount {
  readonly in: number;
  readonly out: number;
}

export type MessageCount = DirectionCount;

/** `show ip address trusted list`. */
export interface TrustReport {
  readonly authenticate: boolean;
  /** Those we call: address or name, and the line that says so. */
  readonly targets: readonly { readonly host: string; readonly line: string }[];
  readonly list: readonly TrustedEntry[];
  /** The lists of those who have one of their own. */
  readonly tenants: readonly { readonly tag: number; readonly list: readonly TrustedEntry[] }[];
  readonly refused: number;
  readonly unanswered: number;
}
