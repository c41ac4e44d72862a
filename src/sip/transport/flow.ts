import type { Address, GatewayErrorCode } from '../../io/index.ts';
import type { TransportName } from '../settings.ts';

/** One way to a peer: a TCP or TLS connection, or a UDP socket and the peer's address. Alive until `closed` is told. */
export interface Flow {
  /** Connection id of the lower table: 1 to 16380, the smallest one free. */
  readonly id: number;
  readonly transport: TransportName;
  /** The tenant whose port it came to, or who opened it; 0: nobody's. */
  readonly tenant: number;
  /** The interface that a dial peer bound it to; absent: as its tenant or the gateway is bound. */
  readonly bind?: string | undefined;
  /** A real local address, never `0.0.0.0`: what Via, Contact and SDP may name. Its port is the socket's. */
  readonly local: Address;
  readonly remote: Address;
  readonly reliable: boolean;
  /** Who opened it. UDP is `in` when the peer was heard first. */
  readonly direction: 'in' | 'out';
  /** TLS: what the peer is known by, the name asked for or its certificate's first; absent when only the chain was judged. */
  readonly provedName: string | undefined;
  /** TLS: every name its certificate proves. A subject alone is none. */
  readonly provedNames: readonly string[];
  /** TLS: every name that the certificate we show there proves. */
  readonly ownNames: readonly string[];
  readonly open: boolean;
  /** It is to end with its last dialog: nothing new may begin on it. */
  readonly draining: boolean;
  /** Sends one message, latin1. False: not sent (closed, or its queue is full); counted as a send failure. */
  send(text: string): boolean;
  /** One call or registration more, or less, lives on it: it does not age, and a connection of ours is kept alive (RFC 5626 3.5.1). */
  carry(change: 1 | -1): void;
  /** A registrar keeps this flow for us: it answers keepalives, and wants one at least every so many seconds. */
  keptAlive(seconds: number | undefined): void;
  /** Something came on it that only whoever hears us can know: our tag in a request, an answer to a request of ours. */
  echoed(): void;
  /** The topmost Via of a request that was admitted says `alias`: its sender would be called on this connection (RFC 5923 5). */
  aliasOffered(sentBy: Address): void;
  /** Ends a stream on which nothing sensible can follow; a datagram's flow has nothing to end. Logged. */
  abort(reason: string): void;
}

/** Where a message is to go. The address is resolved already. */
export interface OpenRequest {
  readonly transport: TransportName;
  readonly remote: Address;
  /** TLS: the DNS name of the target, for SNI and for our identity check; absent when the target is an address. */
  readonly serverName?: string;
  /** Absent: nobody's. */
  readonly tenant?: number;
  /** The interface to leave from; absent: as the tenant or the gateway is bound. */
  readonly bind?: string | undefined;
  /** The configuration sends us there, nobody's request. */
  readonly isChosen?: boolean;
}

/** Told once, either way: at once when a connection can be reused (before `open` returns), else later. */
export interface Opening {
  opened(flow: Flow): void;
  failed(failure: OpenFailure): void;
}

export interface OpenFailure {
  readonly code: GatewayErrorCode;
  readonly reason: string;
}

/** Whoever reads what arrives. Neither method may throw; should one do so all the same, its flow is closed. */
export interface FlowReceiver {
  /** Exactly one message, start line to end of body, a character a byte. Not yet parsed. */
  received(text: string, flow: Flow): void;
  /** Last event of a flow. `error` is absent when it ended in good order (aged out, cleared, closed by either side). */
  /** `broken`: the peer closed it or it failed; otherwise it was idle, or cleared here, and a new one can be had. */
  closed(flow: Flow, error: Error | undefined, broken: boolean): void;
  /** Whether a dialog, or a request that waits for its answer, is on it. */
  inUse(flow: Flow): boolean;
}
