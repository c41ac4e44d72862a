import { X509Certificate } from 'node:crypto';
import type { Address, TlsPeer } from '../../io/index.ts';
import type { DirectionCount } from '../report.ts';
import type { TransportName } from '../settings.ts';
import type { ConnectionAlias } from './connection-alias.ts';
import type { Flow } from './flow.ts';
import { StreamConnection } from './stream-connection.ts';
import { subjects } from './subjects.ts';
import type { UdpFlow } from './udp-flow.ts';

/** One way to a peer with all that is known of it: `show sip-ua connections ... verbose`. */
export interface ConnectionDetail {
  readonly connectionId: number;
  readonly transport: TransportName;
  readonly direction: 'in' | 'out';
  readonly state: 'Connecting' | 'Handshake' | 'Established' | 'Closed';
  readonly remote: Address;
  readonly local: Address | undefined;
  /** The proxy it came through, when one said who is behind it. */
  readonly via?: Address;
  readonly ageMs: number;
  /** Precise to the five seconds of a sweep. */
  readonly idleMs: number;
  readonly bytes: DirectionCount;
  readonly messages: DirectionCount;
  readonly queue: number;
  readonly calls: number;
  readonly tls?: TlsDetail;
}

export interface TlsDetail {
  /** The DNS name we wanted to reach; absent when the target is an address, and for a peer that came to us. */
  readonly askedName?: string;
  readonly provedName?: string;
  /** All its certificate proves. */
  readonly provedNames?: readonly string[];
  readonly trustpoint?: string;
  /** Under which policy the connection may be used again. */
  readonly policy?: string;
  readonly version?: string;
  readonly cipher?: string;
  readonly curve?: string;
  readonly resumed?: boolean;
  readonly subject?: string;
  /** What its maker offered by `alias`; refused: why calls to that name do not take it. */
  readonly alias?: {
    readonly name: string;
    readonly port: number;
    readonly state: 'asked' | 'proved' | 'refused';
    readonly reason?: string;
  };
  /** Wall clock, milliseconds since the epoch. */
  readonly certificateExpires?: number;
}

/** `callsOn`: calls in being that use a flow. */
export function connectionDetails(
  sockets: Iterable<StreamConnection | UdpFlow>,
  transport: TransportName,
  now: number,
  callsOn: (flow: Flow) => number,
): readonly ConnectionDetail[] {
  return [...sockets].filter((socket) => socket.transport === transport).map((socket) => detail(socket, now, callsOn));
}

function detail(socket: StreamConnection | UdpFlow, now: number, callsOn: (flow: Flow) => number): ConnectionDetail {
  const { id, direction, remote, traffic } = socket;
  const transport: TransportName = socket.transport;
  const common = {
    connectionId: id,
    transport,
    direction,
    remote,
    ageMs: now - traffic.since,
    idleMs: Math.max(0, now - Math.max(socket.usedAt, traffic.since)),
    bytes: { ...traffic.bytes },
    messages: { ...traffic.messages },
    calls: callsOn(socket),
  };
  if (!(socket instanceof StreamConnection)) {
    return { ...common, state: 'Established', local: socket.located ? socket.local : undefined, queue: 0 };
  }
  return {
    ...common,
    state: socket.state,
    local: socket.knownLocal,
    queue: socket.queue,
    ...(socket.via === undefined ? {} : { via: socket.via }),
    ...(transport === 'tls' ? { tls: tlsDetail(socket) } : {}),
  };
}

function tlsDetail({ asked, provedName, provedNames, credentials, peer, alias }: StreamConnection): TlsDetail {
  return {
    ...(asked === undefined ? {} : { askedName: asked }),
    ...(provedName === undefined ? {} : { provedName, provedNames }),
    ...(credentials?.trustpoint === undefined ? {} : { trustpoint: credentials.trustpoint }),
    ...(credentials === undefined ? {} : { policy: credentials.policy }),
    ...(peer === undefined ? {} : shown(peer)),
    ...(alias === undefined ? {} : { alias: aliasShown(alias) }),
  };
}

function aliasShown(alias: ConnectionAlias): NonNullable<TlsDetail['alias']> {
  const { name, place, state } = alias;
  return { name, port: place.port, state, ...(state === 'refused' ? { reason: alias.reason } : {}) };
}

function shown(peer: TlsPeer): Partial<TlsDetail> {
  const [subject] = subjects(peer);
  const expires = expiryOf(peer);
  return {
    version: peer.version,
    cipher: peer.cipherOpenssl,
    resumed: peer.resumed,
    ...(peer.curve === undefined ? {} : { curve: peer.curve }),
    ...(subject === undefined ? {} : { subject }),
    ...(expires === undefined ? {} : { certificateExpires: expires }),
  };
}

function expiryOf({ chainDer: [leaf] }: TlsPeer): number | undefined {
  if (leaf === undefined) return undefined;
  try {
    return new X509Certificate(leaf).validToDate.getTime();
  } catch {
    return undefined; // what cannot be read has no date to show
  }
}
