import type { FramerLimits, MessageLimits } from './message/index.ts';
import type { RateLimits } from './screen/index.ts';

interface Limit {
  readonly standard: number;
  readonly least: number;
  readonly most: number;
}

function limit(standard: number, least: number, most: number): Limit {
  return { standard, least, most };
}

/** Bounds on what peers may send, and make us hold and do, by the words of `limit`; what is refused is counted. */
export const limitTable = {
  /** Bytes of a body; beyond it 413, on a stream the end of the connection. */
  'message body': limit(65_536, 1024, 262_144),
  /** The same on a connection of a source that is neither a configured target nor listed. */
  'message body strangers': limit(16_384, 1024, 262_144),
  /** Bytes before the body; beyond it 513, on a stream the end of the connection. */
  'message head': limit(16_384, 2048, 65_535),
  /** Header lines, and bytes of one; beyond them 513. */
  'message headers': limit(128, 16, 1024),
  'message line': limit(4096, 256, 16_384),
  /** Bytes of a tag, a branch, a Call-ID or a method (beyond it 400), and of a header name (513). */
  'message token': limit(512, 64, 4096),
  /** Bytes of a request URI; beyond it 414. */
  'message uri': limit(1024, 64, 8192),
  /** Values of Via; beyond it 513. */
  'message via': limit(70, 4, 255),
  /** Calls that came in; there are RTP ports for as many. 503. */
  calls: limit(4000, 1, 4000),
  'calls per-source': limit(2000, 1, 4000),
  /** Requests being answered, or whose repetitions are still waited for: half a minute each over UDP. 503. */
  transactions: limit(100_000, 100, 200_000),
  'transactions per-source': limit(50_000, 10, 200_000),
  /** TCP and TLS connections accepted and in being. The other ids of 16380 are for connections of our own. */
  connections: limit(16_000, 1, 16_000),
  'connections per-source': limit(4000, 1, 16_000),
  /** Bytes that connections hold of messages which have begun and are not whole. */
  'unfinished-bytes': limit(33_554_432, 65_536, 1_073_741_824),
  'unfinished-bytes per-source': limit(4_194_304, 65_536, 1_073_741_824),
  /** TLS handshakes that began and have not ended. */
  handshakes: limit(512, 1, 4096),
  'handshakes per-source': limit(64, 1, 4096),
  /** New TCP connections in a second, looked at before anything is done for them: a handshake costs two milliseconds of CPU. */
  'connection-rate': limit(500, 1, 10_000),
  'connection-rate burst': limit(2000, 1, 100_000),
  'connection-rate per-source': limit(100, 1, 10_000),
  'connection-rate per-source burst': limit(400, 1, 100_000),
} as const satisfies Readonly<Record<string, Limit>>;
export type LimitName = keyof typeof limitTable;

/** What was typed. */
export type LimitSettings = Readonly<Partial<Record<LimitName, number>>>;

interface Share {
  readonly inAll: number;
  readonly ofSource: number;
}

/** The bounds as they hold; `source` is one address. */
export interface SipLimits {
  readonly message: MessageLimits;
  readonly framing: FramerLimits;
  readonly framingOfStrangers: FramerLimits;
  readonly calls: Share;
  readonly transactions: Share;
  readonly connections: Share;
  readonly handshakes: Share;
  readonly unfinished: Share;
  readonly arrivals: RateLimits;
}

export function limitsOf(typed: LimitSettings): SipLimits {
  const of = (name: LimitName): number => typed[name] ?? limitTable[name].standard;
  const body = of('message body');
  const head = of('message head');
  const lines = { headers: of('message headers'), line: of('message line'), vias: of('message via') };
  return {
    message: { head, ...lines, uri: of('message uri'), token: of('message token'), body },
    framing: { head, body },
    framingOfStrangers: { head, body: Math.min(body, of('message body strangers')) },
    calls: { inAll: of('calls'), ofSource: of('calls per-source') },
    transactions: { inAll: of('transactions'), ofSource: of('transactions per-source') },
    connections: { inAll: of('connections'), ofSource: of('connections per-source') },
    handshakes: { inAll: of('handshakes'), ofSource: of('handshakes per-source') },
    unfinished: { inAll: of('unfinished-bytes'), ofSource: of('unfinished-bytes per-source') },
    arrivals: {
      perSecondInAll: of('connection-rate'),
      burstInAll: of('connection-rate burst'),
      perSecond: of('connection-rate per-source'),
      burst: of('connection-rate per-source burst'),
    },
  };
}

export const standardLimits = limitsOf({});
