import { type Machine, TimedMachine, type TimerValues } from '../transaction/index.ts';

export type OutgoingInviteState =
  | 'calling'
  | 'proceeding'
  | 'early'
  | 'cancel pending'
  | 'cancelling'
  | 'confirmed'
  | 'ended';

export type OutgoingInviteEvent =
  /** Provisional responses. A 100 says nothing of the called party, with a To tag (RFC 3261 8.2.6.2) or without. */
  | '100'
  | '18x'
  /** The first 2xx, or one more of the same dialog. */
  | '2xx'
  /** A 2xx with another To tag than the first. */
  | '2xx of fork'
  | '3xx-6xx'
  /** This candidate is given up and the next one is tried (RFC 3263 4.3); only while nobody has answered. */
  | 'next candidate'
  /** The INVITE transaction reports a timeout or a transport error. */
  | 'no response'
  /** 401 or 407, and it can be answered. */
  | 'challenged'
  /** 3xx, and it can be followed. */
  | 'redirected'
  | 'release'
  | 'bye'
  /** The way to the peer is gone. */
  | 'lost'
  /** Nobody refreshed the session; the peer no longer knows the call. */
  | 'expired'
  | 'gone'
  | 'timer guard';

export type OutgoingInviteAction =
  /** The INVITE once more, as a new request, with the answer to the challenge (RFC 3261 22.2). */
  | 'send again'
  /** The INVITE once more, as a new request, to another place (RFC 3261 8.1.3.4). */
  | 'send elsewhere'
  | 'send ack'
  | 'send cancel'
  | 'send bye'
  | 'answer bye'
  /** ACK the other dialog's 2xx, then BYE it (RFC 3261 13.2.2.4). */
  | 'end fork'
  | 'tell progressed'
  | 'tell answered'
  | 'tell failed'
  | 'tell cancelled'
  | 'tell ended'
  | 'tell expired'
  | 'tell lost';

/**
 * A leg we began: RFC 3261 13.2, 9.1, 15.1. A CANCEL waits for the first provisional response; a 2xx that crosses it is
 * acknowledged and ended with BYE. `guard` ends the wait for the 487 after 64*T1.
 */
export const outgoingInvite: Machine<OutgoingInviteState, OutgoingInviteEvent, OutgoingInviteAction> = {
  calling: {
    challenged: { do: ['send again'] },
    redirected: { do: ['send elsewhere'] },
    '100': { to: 'proceeding', do: [] },
    'next candidate': { do: [] },
    '18x': { to: 'early', do: ['tell progressed'] },
    '2xx': { to: 'confirmed', do: ['send ack', 'tell answered'] },
    '3xx-6xx': { to: 'ended', do: ['tell failed'] },
    'no response': { to: 'ended', do: ['tell failed'] },
    release: { to: 'cancel pending', do: [] },
    lost: { to: 'ended', do: ['tell failed'] },
  },
  proceeding: {
    'next candidate': { to: 'calling', do: [] },
    challenged: { to: 'calling', do: ['send again'] },
    redirected: { to: 'calling', do: ['send elsewhere'] },
    '18x': { to: 'early', do: ['tell progressed'] },
    '2xx': { to: 'confirmed', do: ['send ack', 'tell answered'] },
    '3xx-6xx': { to: 'ended', do: ['tell failed'] },
    'no response': { to: 'ended', do: ['tell failed'] },
    release: { to: 'cancelling', timers: ['start guard'], do: ['send cancel'] },
    lost: { to: 'ended', do: ['tell failed'] },
  },
  early: {
    challenged: { to: 'calling', do: ['send again'] },
    redirected: { to: 'calling', do: ['send elsewhere'] },
    '18x': { do: ['tell progressed'] },
    '2xx': { to: 'confirmed', do: ['send ack', 'tell answered'] },
    '3xx-6xx': { to: 'ended', do: ['tell failed'] },
    'no response': { to: 'ended', do: ['tell failed'] },
    release: { to: 'cancelling', timers: ['start guard'], do: ['send cancel'] },
    bye: { to: 'cancelling', timers: ['start guard'], do: ['answer bye', 'send cancel'] },
    lost: { to: 'ended', do: ['tell failed'] },
  },
  'cancel pending': {
    '100': { to: 'cancelling', timers: ['start guard'], do: ['send cancel'] },
    '18x': { to: 'cancelling', timers: ['start guard'], do: ['send cancel'] },
    '2xx': { to: 'ended', do: ['send ack', 'send bye', 'tell cancelled'] },
    '3xx-6xx': { to: 'ended', do: ['tell cancelled'] },
    'no response': { to: 'ended', do: ['tell cancelled'] },
    lost: { to: 'ended', do: ['tell cancelled'] },
  },
  cancelling: {
    '2xx': { to: 'ended', do: ['send ack', 'send bye', 'tell cancelled'] },
    '3xx-6xx': { to: 'ended', do: ['tell cancelled'] },
    'no response': { to: 'ended', do: ['tell cancelled'] },
    bye: { do: ['answer bye'] },
    lost: { to: 'ended', do: ['tell cancelled'] },
    'timer guard': { to: 'ended', do: ['tell cancelled'] },
  },
  confirmed: {
    '2xx': { do: ['send ack'] },
    '2xx of fork': { do: ['end fork'] },
    release: { to: 'ended', do: ['send bye'] },
    bye: { to: 'ended', do: ['answer bye', 'tell ended'] },
    lost: { to: 'ended', do: ['tell lost'] },
    expired: { to: 'ended', do: ['send bye', 'tell expired'] },
    gone: { to: 'ended', do: ['send bye', 'tell lost'] },
  },
  ended: {
    '2xx': { do: ['send ack'] },
    '2xx of fork': { do: ['end fork'] },
  },
};

/** Drives one leg we began. */
export class OutgoingInviteMachine extends TimedMachine<
  OutgoingInviteState,
  OutgoingInviteEvent,
  OutgoingInviteAction
> {
  constructor(timers: TimerValues, isReliable: boolean) {
    super(outgoingInvite, 'calling', 'ended', timers, isReliable);
  }
}
