import type { Machine } from './machine.ts';

export type NonInviteClientState = 'trying' | 'proceeding' | 'completed' | 'terminated';
export type NonInviteClientEvent =
  | 'start'
  | '1xx'
  | '2xx'
  | '3xx-6xx'
  | 'timer E'
  | 'timer F'
  | 'timer K'
  | 'transport error';
export type NonInviteClientAction = 'send request' | 'pass up' | 'report timeout' | 'report error';

/** Client transaction of every other request: RFC 3261 17.1.2.2. */
export const nonInviteClient: Machine<NonInviteClientState, NonInviteClientEvent, NonInviteClientAction> = {
  trying: {
    start: { timers: ['start E', 'start F'], do: ['send request'] },
    '1xx': { to: 'proceeding', do: ['pass up'] },
    '2xx': { to: 'completed', timers: ['stop repeating', 'start K'], do: ['pass up'] },
    '3xx-6xx': { to: 'completed', timers: ['stop repeating', 'start K'], do: ['pass up'] },
    'timer E': { timers: ['repeat'], do: ['send request'] },
    'timer F': { to: 'terminated', do: ['report timeout'] },
    'transport error': { to: 'terminated', do: ['report error'] },
  },
  proceeding: {
    '1xx': { do: ['pass up'] },
    '2xx': { to: 'completed', timers: ['stop repeating', 'start K'], do: ['pass up'] },
    '3xx-6xx': { to: 'completed', timers: ['stop repeating', 'start K'], do: ['pass up'] },
    'timer E': { timers: ['repeat at T2'], do: ['send request'] },
    'timer F': { to: 'terminated', do: ['report timeout'] },
    'transport error': { to: 'terminated', do: ['report error'] },
  },
  completed: {
    'timer K': { to: 'terminated', do: [] },
  },
  terminated: {},
};
