import {
  type InviteClientAction,
  type InviteClientEvent,
  type InviteClientState,
  inviteClient,
} from './invite-client.ts';
import {
  type InviteServerAction,
  type InviteServerEvent,
  type InviteServerState,
  inviteServer,
} from './invite-server.ts';
import { type Machine, TimedMachine } from './machine.ts';
import {
  type NonInviteClientAction,
  type NonInviteClientEvent,
  type NonInviteClientState,
  nonInviteClient,
} from './non-invite-client.ts';
import {
  type NonInviteServerAction,
  type NonInviteServerEvent,
  type NonInviteServerState,
  nonInviteServer,
} from './non-invite-server.ts';
import type { TimerValues } from './timers.ts';

export type TransactionKind = 'invite-client' | 'non-invite-client' | 'invite-server' | 'non-invite-server';
export type TransactionState = InviteClientState | NonInviteClientState | InviteServerState | NonInviteServerState;
export type TransactionEvent = InviteClientEvent | NonInviteClientEvent | InviteServerEvent | NonInviteServerEvent;
export type TransactionAction = InviteClientAction | NonInviteClientAction | InviteServerAction | NonInviteServerAction;

type AnyTransactionMachine = Machine<TransactionState, TransactionEvent, TransactionAction>;

/** A machine with the states of the other three added, empty: so that one class drives all four. */
function widened(machine: Partial<AnyTransactionMachine>): AnyTransactionMachine {
  return {
    calling: {},
    trying: {},
    proceeding: {},
    accepted: {},
    completed: {},
    confirmed: {},
    terminated: {},
    ...machine,
  };
}

const machines: Readonly<Record<TransactionKind, AnyTransactionMachine>> = {
  'invite-client': widened(inviteClient),
  'non-invite-client': widened(nonInviteClient),
  'invite-server': widened(inviteServer),
  'non-invite-server': widened(nonInviteServer),
};

const firstStates: Readonly<Record<TransactionKind, TransactionState>> = {
  'invite-client': 'calling',
  'non-invite-client': 'trying',
  'invite-server': 'proceeding',
  'non-invite-server': 'trying',
};

/** One transaction at work. `Owner` is whatever its owner wants to find again when a message or a timer reaches it. */
export class Transaction<Owner> extends TimedMachine<TransactionState, TransactionEvent, TransactionAction> {
  readonly kind: TransactionKind;
  readonly method: string;
  owner: Owner;
  /** What `send request` or `send response` sends (again): the owner sets it before the event that sends. */
  message = '';
  /** The ACK to a failure, kept by the owner for `send ack` when the failure is repeated. */
  ack = '';
  /** The table's own: whether it is in there, and where. */
  isListed = false;
  readonly key: string;
  readonly mergeKey: string;
  /** Server side: the address whose share of the table it is part of. */
  readonly source: string;

  constructor(
    kind: TransactionKind,
    method: string,
    owner: Owner,
    timers: TimerValues,
    isReliable: boolean,
    key: string,
    mergeKey = '',
    source = '',
  ) {
    super(machines[kind], firstStates[kind], 'terminated', timers, isReliable);
    this.kind = kind;
    this.method = method;
    this.owner = owner;
    this.key = key;
    this.mergeKey = mergeKey;
    this.source = source;
  }

  get isClient(): boolean {
    return this.kind === 'invite-client' || this.kind === 'non-invite-client';
  }
}

/** The event that a response of this status is to a client transaction. */
export function responseEvent(status: number): '1xx' | '2xx' | '3xx-6xx' {
  if (status < 200) return '1xx';
  return status < 300 ? '2xx' : '3xx-6xx';
}

/** The event that sending a response of this status is to a server transaction. */
export function sendEvent(status: number): 'send 1xx' | 'send 2xx' | 'send 3xx-6xx' {
  if (status < 200) return 'send 1xx';
  return status < 300 ? 'send 2xx' : 'send 3xx-6xx';
}
