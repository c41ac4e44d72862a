import { type Machine, TimedMachine, type TimerValues } from '../transaction/index.ts';

export type IncomingInviteState = 'setup' | 'early' | 'answered' | 'releasing' | 'confirmed' | 'ended';

export type IncomingInviteEvent =
  /** Wishes of the call. */
  | 'progress'
  | 'answer'
  | 'release'
  /** Requests of the peer. */
  | 'cancel'
  | 'ack'
  | 'bye'
  /** The way to the peer is gone. */
  | 'lost'
  /** Our reliable provisional response got no PRACK. */
  | 'no prack'
  /** Nobody refreshed the session; the peer no longer knows the call. */
  | 'expired'
  | 'gone'
  | 'timer 2xx'
  | 'timer no ack';

export type IncomingInviteAction =
  | 'send progress'
  | 'send 2xx'
  /** The final status the call wishes. */
  | 'send failure'
  | 'send 487'
  | 'send bye'
  | 'answer cancel'
  | 'answer bye'
  | 'tell confirmed'
  | 'tell cancelled'
  | 'tell ended'
  | 'tell no ack'
  | 'tell expired'
  | 'tell lost';

/**
 * A leg the peer began: RFC 3261 13.3, 9.2, 15. The 2xx is repeated until the ACK, for 64*T1 at most, over every transport
 * (13.3.1.4); a release in between waits for that, since a BYE must not overtake it (15). A CANCEL after the answer changes
 * nothing.
 */
export const incomingInvite: Machine<IncomingInviteState, IncomingInviteEvent, IncomingInviteAction> = {
  setup: {
    progress: { to: 'early', do: ['send progress'] },
    answer: { to: 'answered', timers: ['start 2xx', 'start no ack'], do: ['send 2xx'] },
    release: { to: 'ended', do: ['send failure'] },
    cancel: { to: 'ended', do: ['answer cancel', 'send 487', 'tell cancelled'] },
    lost: { to: 'ended', do: ['tell lost'] },
  },
  early: {
    progress: { do: ['send progress'] },
    answer: { to: 'answered', timers: ['start 2xx', 'start no ack'], do: ['send 2xx'] },
    release: { to: 'ended', do: ['send failure'] },
    cancel: { to: 'ended', do: ['answer cancel', 'send 487', 'tell cancelled'] },
    bye: { to: 'ended', do: ['answer bye', 'send 487', 'tell ended'] },
    'no prack': { to: 'ended', do: ['send failure', 'tell no ack'] },
    lost: { to: 'ended', do: ['tell lost'] },
  },
  answered: {
    ack: { to: 'confirmed', timers: ['stop repeating', 'stop single'], do: ['tell confirmed'] },
    release: { to: 'releasing', do: [] },
    cancel: { do: ['answer cancel'] },
    bye: { to: 'ended', do: ['answer bye', 'tell ended'] },
    lost: { to: 'ended', do: ['tell lost'] },
    'timer 2xx': { timers: ['repeat'], do: ['send 2xx'] },
    'timer no ack': { to: 'ended', do: ['send bye', 'tell no ack'] },
  },
  releasing: {
    ack: { to: 'ended', do: ['send bye'] },
    cancel: { do: ['answer cancel'] },
    bye: { to: 'ended', do: ['answer bye'] },
    lost: { to: 'ended', do: [] },
    'timer 2xx': { timers: ['repeat'], do: ['send 2xx'] },
    'timer no ack': { to: 'ended', do: ['send bye'] },
  },
  confirmed: {
    cancel: { do: ['answer cancel'] },
    release: { to: 'ended', do: ['send bye'] },
    bye: { to: 'ended', do: ['answer bye', 'tell ended'] },
    lost: { to: 'ended', do: ['tell lost'] },
    expired: { to: 'ended', do: ['send bye', 'tell expired'] },
    gone: { to: 'ended', do: ['send bye', 'tell lost'] },
  },
  ended: {
    cancel: { do: ['answer cancel'] },
  },
};

/** Drives one leg the peer began. */
export class IncomingInviteMachine extends TimedMachine<
  IncomingInviteState,
  IncomingInviteEvent,
  IncomingInviteAction
> {
  constructor(timers: TimerValues, isReliable: boolean) {
    super(incomingInvite, 'setup', 'ended', timers, isReliable);
  }
}
