import { IncomingInviteMachine, OutgoingInviteMachine, ReliableProvisionalMachine } from '../dialog/index.ts';
import type { TimerValues } from '../transaction/index.ts';
import type { Alarm, Woken } from './alarm.ts';

/** The machine of a leg we began, with the way back to its session. */
export class OutgoingSessionMachine extends OutgoingInviteMachine {
  readonly owner: Woken;
  constructor(owner: Woken, timers: TimerValues, isReliable: boolean) {
    super(timers, isReliable);
    this.owner = owner;
  }
}

/** The machine of an INVITE of the peer, the first or a later one, with the way back to its session. */
export class IncomingSessionMachine extends IncomingInviteMachine {
  readonly owner: Woken;
  constructor(owner: Woken, timers: TimerValues, isReliable: boolean) {
    super(timers, isReliable);
    this.owner = owner;
  }
}

/** The machine of our reliable provisional responses. */
export class ProvisionalMachine extends ReliableProvisionalMachine {
  readonly owner: Woken;
  constructor(owner: Woken, timers: TimerValues) {
    super(timers);
    this.owner = owner;
  }
}

export type SessionMachine = OutgoingSessionMachine | IncomingSessionMachine | ProvisionalMachine | Alarm;
