/** The probes of one hop on the way to a host. */
export interface HopRequest {
  /** An address, not a name. */
  readonly host: string;
  /** The time to live of the probes: the hop that is asked. */
  readonly hop: number;
  readonly probes: number;
  readonly timeoutMs: number;
  /** UDP port of the first probe of the first hop; each further one has the next. */
  readonly port: number;
  /** The address they leave from; the host's choice when absent. */
  readonly source?: string;
}

/** Who answered a probe. `mark`: with which refusal, `!H` and its like; undefined on the way, and at the end of it. */
export type Probe =
  | { readonly kind: 'reply'; readonly from: string; readonly ms: number; readonly mark: string | undefined }
  | { readonly kind: 'lost' };

/** `unusable`: none could be sent, for this reason. */
export type HopResult =
  | { readonly kind: 'probes'; readonly probes: readonly Probe[] }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Which hosts a packet passes. */
export interface Trace {
  /** Never rejects. */
  hop(request: HopRequest): Promise<HopResult>;
}
