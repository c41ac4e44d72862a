import type { Machine } from './machine.ts';

export type InviteServerState = 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated';
export type InviteServerEvent =
  | 'request'
  | 'ack'
  | 'send 1xx'
  | 'send 2xx'
  | 'send 3xx-6xx'
  | 'timer G'
  | 'timer H'
  | 'timer I'
  | 'timer J'
  | 'timer L'
  | 'transport error';
export type InviteServerAction = 'send response' | 'report timeout' | 'report error';

/**
 * INVITE server transaction: RFC 3261 17.2.1, with the Accepted state of RFC 6026 7.1: there a retransmitted INVITE is
 * swallowed, the owner repeats its 2xx itself, and an ACK is its own business too: it only tells when one came. From then on
 * there are late copies of the INVITE to be swallowed and nothing else, which over a reliable transport do not exist.
 */
export const inviteServer: Machine<InviteServerState, InviteServerEvent, InviteServerAction> = {
  proceeding: {
    request: { do: ['send response'] },
    'send 1xx': { do: ['send response'] },
    'send 2xx': { to: 'accepted', timers: ['start L'], do: ['send response'] },
    'send 3xx-6xx': { to: 'completed', timers: ['start G', 'start H'], do: ['send response'] },
    'transport error': { to: 'terminated', do: ['report error'] },
  },
  accepted: {
    ack: { to: 'confirmed', timers: ['start J'], do: [] },
    'send 2xx': { do: ['send response'] },
    'timer L': { to: 'terminated', do: [] },
    'transport error': { do: ['report error'] },
  },
  completed: {
    request: { do: ['send response'] },
    ack: { to: 'confirmed', timers: ['stop repeating', 'start I'], do: [] },
    'timer G': { timers: ['repeat'], do: ['send response'] },
    'timer H': { to: 'terminated', do: ['report timeout'] },
    'transport error': { to: 'terminated', do: ['report error'] },
  },
  confirmed: {
    'timer I': { to: 'terminated', do: [] },
    'timer J': { to: 'terminated', do: [] },
  },
  terminated: {},
};
