/** Who may open how many of the files and sockets that the host gives the process. */
export interface DescriptorShares {
  /** Connections that peers made. */
  readonly connections: number;
  readonly rtp: number;
}

/** What is left to everything but connections of peers is a quarter, within these. */
const leastLeft = 64;
const mostLeft = 4000;
/** Twice what connections of peers are bounded to unless it is configured otherwise: what there is beyond that may be RTP's. */
const plenty = 8000;

/**
 * Nobody's share can be used up by another: when descriptors run out the system closes what it accepts and tells nobody, no
 * file is written, and a call has no RTP port. Half of what connections leave is RTP's.
 */
export function descriptorShares(atMost: number | undefined): DescriptorShares {
  if (atMost === undefined) return { connections: Number.POSITIVE_INFINITY, rtp: Number.POSITIVE_INFINITY };
  const left = Math.min(mostLeft, Math.max(leastLeft, Math.ceil(atMost / 4)));
  return { connections: Math.max(1, atMost - left), rtp: Math.max(Math.floor(left / 2), atMost - plenty) };
}
