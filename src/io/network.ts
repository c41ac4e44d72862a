/** An IP address in text form (never a name) and a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** UDP and TCP. A host of `0.0.0.0` means every local IPv4 address, `::` every IPv6 one; port 0 lets the system choose. */
export interface Network {
  /** Rejects with a `GatewayError` (`address-in-use`, `address-not-available`, `permission-denied`). */
  bindUdp(local: Address, handler: DatagramHandler, options?: BindOptions): Promise<DatagramSocket>;
  listenTcp(local: Address, handler: ListenerHandler): Promise<Listener>;
  /** Resolves once connected. Rejects with a `GatewayError`, at the latest after `timeoutMs`. */
  connectTcp(remote: Address, options: ConnectOptions): Promise<Stream>;
  /** The local address the host would use to reach `remoteHost`: what Via, Contact and SDP must name when nothing is bound. */
  sourceAddress(remoteHost: string): Promise<string>;
}

export interface BindOptions {
  /** The port may be had by several sockets that all say so: that of every address hears what none of one address does. */
  readonly shared?: boolean;
}

export interface ConnectOptions {
  /** Local address to connect from; the system chooses when absent. */
  readonly localHost?: string;
  readonly timeoutMs: number;
}

export interface DatagramHandler {
  /** One datagram. `data` is the handler's to keep. */
  received(data: Buffer, from: Address): void;
  failed(error: Error): void;
}

export interface DatagramSocket {
  readonly local: Address;
  /** Fire and forget; a failure is reported to `sendFailed` when given. Text is sent as latin1, a byte a character. */
  send(data: string | Buffer, to: Address, sendFailed?: (error: Error) => void): void;
  close(): void;
}

export interface ListenerHandler {
  /** A connection was accepted. The handler owns the stream from here on. */
  accepted(stream: Stream): void;
  failed(error: Error): void;
}

export interface Listener {
  readonly local: Address;
  /** Stops accepting; streams already accepted live on. */
  close(): void;
}

/**
 * An open byte stream: TCP, or TLS over it. Nothing is delivered before `start`, so that an owner can be found first.
 * `closed` is the one and last event, whoever closed and for whatever reason.
 */
export interface Stream {
  readonly local: Address;
  readonly remote: Address;
  /**
   * Before `start`, or before TLS is laid over it: hands `take` all that has arrived, each time more of it has, until it says how many
   * bytes of that are taken. Whatever follows them is delivered as if it had come first. False: it closed before.
   */
  preface(take: (arrived: Buffer) => number | undefined): Promise<boolean>;
  /** Begins delivery. To be called once. */
  start(handler: StreamHandler): void;
  /** Bytes accepted but not yet handed to the system. */
  readonly queuedBytes: number;
  /** Text is sent as latin1, a byte a character. Ignored after close. */
  write(data: string | Buffer): void;
  /** Sends what is queued, then closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
}

export interface StreamHandler {
  received(data: Buffer): void;
  /** `error` is absent when the peer, or we, closed in good order. */
  closed(error?: Error): void;
}
