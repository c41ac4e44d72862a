import type { Machine } from './machine.ts';

export type InviteClientState = 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated';
export type InviteClientEvent =
  | 'start'
  | '1xx'
  | '2xx'
  | '3xx-6xx'
  | 'timer A'
  | 'timer B'
  | 'timer D'
  | 'timer M'
  | 'transport error';
export type InviteClientAction = 'send request' | 'send ack' | 'pass up' | 'report timeout' | 'report error';

/** INVITE client transaction: RFC 3261 17.1.1.2, with the Accepted state of RFC 6026 7.2. */
export const inviteClient: Machine<InviteClientState, InviteClientEvent, InviteClientAction> = {
  calling: {
    start: { timers: ['start A', 'start B'], do: ['send request'] },
    '1xx': { to: 'proceeding', timers: ['stop repeating', 'stop single'], do: ['pass up'] },
    '2xx': { to: 'accepted', timers: ['stop repeating', 'start M'], do: ['pass up'] },
    '3xx-6xx': { to: 'completed', timers: ['stop repeating', 'start D'], do: ['send ack', 'pass up'] },
    'timer A': { timers: ['repeat'], do: ['send request'] },
    'timer B': { to: 'terminated', do: ['report timeout'] },
    'transport error': { to: 'terminated', do: ['report error'] },
  },
  proceeding: {
    '1xx': { do: ['pass up'] },
    '2xx': { to: 'accepted', timers: ['start M'], do: ['pass up'] },
    '3xx-6xx': { to: 'completed', timers: ['start D'], do: ['send ack', 'pass up'] },
    'transport error': { to: 'terminated', do: ['report error'] },
  },
  accepted: {
    '2xx': { do: ['pass up'] },
    'timer M': { to: 'terminated', do: [] },
  },
  completed: {
    '3xx-6xx': { do: ['send ack'] },
    'timer D': { to: 'terminated', do: [] },
    'transport error': { to: 'terminated', do: ['report error'] },
  },
  terminated: {},
};
