import type { Log, LogCatalogue } from '../../io/index.ts';

/** What the SIP transport tells the operator. */
export const transportMessages = {
  LISTEN_SOCKET: {
    severity: 2,
    text: 'Failed to open listen socket for ip_addr={host}, port={port}, transport={transport}: {reason}',
    cause: 'Another process holds the port, the address is not one of this host, or the port is privileged.',
    remedy:
      'Free the port, or correct `bind` or `listen-port`. It is tried again by itself, at least once a minute. Other listeners run.',
  },
  LISTEN_SOCKET_OPEN: {
    severity: 5,
    text: 'Listen socket for ip_addr={host}, port={port}, transport={transport} is open now',
    cause: 'What kept it from being opened is gone.',
    remedy: 'None.',
  },
  CONNECT_FAILED: {
    severity: 4,
    text: 'Connection {id} with {remote} ({transport}) could not be opened: {reason}',
    cause: 'Nobody listens there, nothing answered in time, or the host has no way there: TLS has not even begun.',
    remedy: 'Check the address, the port and the transport of the target, and whether the peer runs.',
  },
  TLS_HANDSHAKE_FAILED: {
    severity: 2,
    text: 'Reason: {reason}, Connection ID: {id}, local address : {local} and remote address : {remote}, role: {role}, stage: {stage}, rule: {rule}',
    cause:
      'Either side refused the TLS handshake, it did not finish in time, or our policy refused the certificate shown.',
    remedy:
      'Read the reason: it names the check that failed. `show sip-ua connections tcp tls failures` keeps the last 100.',
  },
  TLS_PEER_DROPPED: {
    severity: 2,
    text: 'Connection {id} with {remote} (TLS) was closed, its peer is no longer accepted. Reason: {reason}, rule: {rule}',
    cause:
      'A certificate of the chain was revoked or has expired, or the trustpoint that validated it is gone or judges otherwise now.',
    remedy:
      'Have the peer renew its certificate, or mend the trustpoint. Calls on the connection find another way or end.',
  },
  CONNECTION_REFUSED: {
    severity: 4,
    text: 'Connection from {remote} to {local} ({transport}) was refused: {reason}',
    cause: 'A bound was reached: connections or handshakes in flight, in all or of this source.',
    remedy: 'Look for a source that opens too many connections; a peer should keep and reuse its connection.',
  },
  STREAM_CLOSED: {
    severity: 4,
    text: 'Connection {id} with {remote} ({transport}) was closed: {reason}',
    cause:
      'What arrived was not SIP, exceeded a bound, or stopped in the middle of a message; or room was made, since its source held most.',
    remedy:
      'Check what the peer sends: after an error the borders of further messages cannot be known. `show sip-ua overload` has the bounds.',
  },
  SOCKET_FAILED: {
    severity: 3,
    text: 'Socket {local} ({transport}) reported: {reason}',
    cause: 'The operating system reported an error on a listening socket.',
    remedy: 'Check the interface and the limits of the host (open files, buffers). The socket stays in use.',
  },
  DESCRIPTORS_FEW: {
    severity: 4,
    text: 'limit connections is {limit}, but this process may open {descriptors} files and sockets: {bound} connections are taken',
    cause:
      'The limit on open files of the process (`ulimit -n`, `LimitNOFILE=`) is too low for the connections configured.',
    remedy: 'Raise the limit on open files, or lower `limit connections` under `sip-ua`.',
  },
  RECEIVER_FAILED: {
    severity: 3,
    text: 'Internal error while handling what {remote} sent ({transport}): {reason}',
    cause: 'A fault in this program.',
    remedy: 'Report it with this line. Only the connection concerned was closed.',
  },
} as const satisfies LogCatalogue;

export type TransportLog = Log<typeof transportMessages>;
