import { IncomingInviteMachine, OutgoingInviteMachine } from '../dialog/index.ts';
import type { TimerValues } from '../transaction/index.ts';

/** Whom a machine's timer wakes. */
export interface Woken {
  woken(now: number): void;
}

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

export type SessionMachine = OutgoingSessionMachine | IncomingSessionMachine;
