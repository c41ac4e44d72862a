/** One ICMP echo request. */
export interface EchoRequest {
  /** An address, not a name. */
  readonly host: string;
  /** Of the whole datagram, headers included. */
  readonly bytes: number;
  readonly timeoutMs: number;
  /** The address it leaves from; the host's choice when absent. */
  readonly source?: string;
}

/** What became of it. `unusable`: none could be sent, for this reason. */
export type EchoResult =
  | { readonly kind: 'reply'; readonly ms: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Whether a host can be reached. */
export interface Echo {
  /** Never rejects. */
  send(request: EchoRequest): Promise<EchoResult>;
}
