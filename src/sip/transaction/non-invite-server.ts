import type { Machine } from './machine.ts';

export type NonInviteServerState = 'trying' | 'proceeding' | 'completed' | 'terminated';
export type NonInviteServerEvent = 'request' | 'send 1xx' | 'send 2xx' | 'send 3xx-6xx' | 'timer J' | 'transport error';
export type NonInviteServerAction = 'send response' | 'report error';

/** Server transaction of every other request: RFC 3261 17.2.2. */
export const nonInviteServer: Machine<NonInviteServerState, NonInviteServerEvent, NonInviteServerAction> = {
  trying: {
    'send 1xx': { to: 'proceeding', do: ['send response'] },
    'send 2xx': { to: 'completed', timers: ['start J'], do: ['send response'] },
    'send 3xx-6xx': { to: 'completed', timers: ['start J'], do: ['send response'] },
    'transport error': { to: 'terminated', do: ['report error'] },
  },
  proceeding: {
    request: { do: ['send response'] },
    'send 1xx': { do: ['send response'] },
    'send 2xx': { to: 'completed', timers: ['start J'], do: ['send response'] },
    'send 3xx-6xx': { to: 'completed', timers: ['start J'], do: ['send response'] },
    'transport error': { to: 'terminated', do: ['report error'] },
  },
  completed: {
    request: { do: ['send response'] },
    'timer J': { to: 'terminated', do: [] },
    'transport error': { to: 'terminated', do: ['report error'] },
  },
  terminated: {},
};
