import type { Log, LogCatalogue } from '../../io/index.ts';

/** What keepalives tell the operator. */
export const keepaliveMessages = {
  KEEPALIVE_BUSYOUT: {
    severity: 4,
    text: '{target} over {transport} is busied out: {reason}, {failures} times in a row',
    cause: 'OPTIONS to the place stayed unanswered, could not be sent, or got 503 or 505, as often as `retry` says.',
    remedy:
      'Look at the place and at the network between. Calls are sent elsewhere, or refused, until it answers again.',
  },
  KEEPALIVE_ACTIVE: {
    severity: 5,
    text: '{target} over {transport} answers again: calls are sent there',
    cause: 'A place that was busied out answered an OPTIONS.',
    remedy: 'None needed.',
  },
} as const satisfies LogCatalogue;

export type KeepaliveLog = Log<typeof keepaliveMessages>;
