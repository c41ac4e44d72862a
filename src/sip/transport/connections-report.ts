import type { Address } from '../../io/index.ts';
import type { ConnectionRow, ConnectionsReport } from '../report.ts';
import type { TransportName } from '../settings.ts';
import type { TransportCounters } from './counters.ts';
import type { Reusable, ReuseEntry, ReuseTable } from './reuse-table.ts';
import { StreamConnection } from './stream-connection.ts';
import type { UdpFlow } from './udp-flow.ts';

type Socket = StreamConnection | UdpFlow;

export interface ReportParts {
  readonly transport: TransportName;
  readonly counters: TransportCounters;
  readonly reuse: { agents(): ReturnType<ReuseTable<Socket>['agents']> };
  readonly sockets: { values(): IterableIterator<Socket>; get(id: number): Socket | undefined };
  readonly listeners: readonly { readonly local: Address; readonly tenant: number }[];
}

/** The tables of one transport as `show sip-ua connections` prints them. */
export function connectionsReport(parts: ReportParts): ConnectionsReport {
  const { transport, counters, listeners } = parts;
  let active = 0;
  for (const socket of parts.sockets.values()) if (socket.transport === transport) active++;
  return {
    transport,
    active,
    sendFailures: counters.sendFailures,
    remoteClosures: counters.remoteClosures,
    connectionFailures: counters.connectionFailures,
    ageouts: counters.ageouts,
    maxQueue: counters.maxQueue,
    ...(transport === 'tls'
      ? { handshakeFailures: { ...counters.handshakeFailures }, resumed: { ...counters.resumed } }
      : {}),
    agents: parts.reuse.agents().map(({ host, entries }) => ({
      host,
      connections: entries.map((entry) => row(entry, parts.sockets.get(entry.socket.id))),
    })),
    listeners: listeners.map(({ local, tenant }) => ({ connectionId: 0, local, tenant })),
  };
}

/** `current` is the socket that has the entry's id now, which need not be the entry's own any more. */
function row(entry: ReuseEntry<Socket>, current: Socket | undefined): ConnectionRow {
  const socket = entry.socket;
  const own = current === socket;
  const base = { remotePort: entry.port, connectionId: socket.id, local: localOf(socket), tenant: socket.tenant };
  if (!own) return { ...base, state: 'Established', queue: 0, mark: mark(socket, current) };
  if (!(socket instanceof StreamConnection)) return { ...base, state: 'Established', queue: 0, mark: '' };
  const state = socket.state === 'Closed' || socket.draining ? 'Closing' : socket.state;
  const { peer, alias } = socket;
  return {
    ...base,
    state,
    queue: socket.queue,
    mark: '',
    ...(peer === undefined ? {} : { tlsVersion: peer.version, cipher: peer.cipherOpenssl }),
    ...(peer?.curve === undefined ? {} : { curve: peer.curve }),
    ...(alias?.identity === entry.identity ? { alias: alias.name } : {}),
  };
}

function localOf(socket: Socket): Address | undefined {
  return socket instanceof StreamConnection ? socket.knownLocal : socket.local;
}

/** The same peer may have come back under the same id: then nothing disagrees that an operator could see. */
function mark(socket: Reusable, current: Reusable | undefined): ConnectionRow['mark'] {
  if (current === undefined) return '**';
  const same = current.remote.host === socket.remote.host && current.remote.port === socket.remote.port;
  return same ? '' : '++';
}
