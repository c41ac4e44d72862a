import type { LogCatalogue } from '../io/index.ts';

/** What the HTTP server tells the operator, facility `HTTP`. */
export const httpMessages = {
  LISTEN_SOCKET: {
    severity: 2,
    text: 'Failed to open listen socket for ip_addr={address}, port={port}: {reason}',
    cause: 'The port of ip http server is in use, or may not be opened by this user.',
    remedy: 'Choose another with ip http port, or free the port; then ip http server again.',
  },
  CONNECTIONS_REFUSED: {
    severity: 4,
    text: 'Refused {count} connections, the last from {source}: {reason}',
    cause:
      'A host, or many together, opened more connections to the HTTP server than it has. Said once a minute at most.',
    remedy: 'Look at that host. show ip http server status has the counters.',
  },
  REQUEST_FAILED: {
    severity: 3,
    text: 'Request for {path} failed: {reason}',
    cause: 'A fault of the gateway itself; the request was answered with 500 and nothing else is affected.',
    remedy: 'Report it with this line.',
  },
} as const satisfies LogCatalogue;

export type HttpMessages = typeof httpMessages;
