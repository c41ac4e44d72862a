/** Bounds on what peers may make us hold and do, in one place; `source` is one address. Whatever is refused is counted. */
export const loadLimits = {
  /** TCP and TLS connections accepted and in being. The other ids of 16380 are for connections of our own. */
  connections: { inAll: 16_000, ofSource: 4000 },
  /** New TCP connections, looked at before anything is done for them: a handshake costs two milliseconds of CPU. */
  arrivals: { burst: 400, perSecond: 100, burstInAll: 2000, perSecondInAll: 500 },
  /** TLS handshakes that began and have not ended. */
  handshakes: { inAll: 512, ofSource: 64 },
  /** Requests that are being answered, or whose repetitions are still waited for: half a minute each over UDP. */
  transactions: { inAll: 100_000, ofSource: 50_000 },
  /** Calls that came in; there are RTP ports for as many. */
  calls: { inAll: 4000, ofSource: 2000 },
} as const;

/** What a peer that is refused for load is asked to wait, in seconds. */
export const retryAfterSeconds = 5;
