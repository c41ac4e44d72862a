import type { Machine } from '../transaction/index.ts';

export type RegistrationState =
  /** Its turn will come. */
  | 'queued'
  | 'registering'
  /** A REGISTER is under way by settings that are other ones by now: it registers anew as soon as that is answered. */
  | 'outdated'
  | 'registered'
  /** It failed, or its connection broke: waits before the next attempt. */
  | 'waiting'
  /** A REGISTER is under way, and nobody wants any more what the registrar holds. */
  | 'withdrawn'
  /** A REGISTER is under way, nobody wants its registration any more, and the registrar held none before. */
  | 'dropped'
  /** Waits for its turn to be taken back. */
  | 'leaving'
  | 'removing'
  | 'over';

export type RegistrationEvent =
  /** The deadline came. */
  | 'due'
  | 'accepted'
  /** 401 or 407 that can be answered. */
  | 'challenged'
  /** 423 with a time we take. */
  | 'too brief'
  /** 3xx with a place we go to. */
  | 'redirected'
  /** 439: once more, without asking for calls on the connection. */
  | 'no outbound'
  | 'failed'
  /** Nobody answered, after all repetitions. */
  | 'exhausted'
  /** 403, 404, or a password that is not taken: trying again soon changes nothing. */
  | 'refused'
  /** The connection broke. */
  | 'lost'
  /** Its settings are other ones: register again. */
  | 'changed'
  /** Nobody wants it any more, and the registrar holds it. */
  | 'withdraw'
  /** Nobody wants it any more, and the registrar does not hold it. */
  | 'drop';

export type RegistrationAction =
  | 'take turn'
  | 'send'
  | 'send removal'
  | 'schedule refresh'
  | 'schedule retry'
  | 'schedule recovery'
  | 'schedule after exhaustion'
  | 'schedule late retry'
  | 'tell registered'
  | 'tell failed'
  /** The registrar knows it no more. */
  | 'tell removed'
  /** It may know it still. */
  | 'tell kept'
  | 'end';

const beginsAnew = { to: 'queued', do: ['take turn'] } as const;
const dismissed = { withdraw: { to: 'withdrawn', do: [] }, drop: { to: 'dropped', do: [] } } as const;
const leaves = { to: 'leaving', do: ['take turn'] } as const;
const ends = { to: 'over', do: ['end'] } as const;
const staysThere = { to: 'over', do: ['tell kept', 'end'] } as const;

/** One number at one registrar: RFC 3261 10.2. */
export const registrationMachine: Machine<RegistrationState, RegistrationEvent, RegistrationAction> = {
  queued: {
    due: { to: 'registering', do: ['send'] },
    withdraw: leaves,
    drop: ends,
  },
  registering: {
    accepted: { to: 'registered', do: ['schedule refresh', 'tell registered'] },
    challenged: { do: ['send'] },
    redirected: { do: ['send'] },
    'too brief': { do: ['send'] },
    'no outbound': { do: ['send'] },
    failed: { to: 'waiting', do: ['schedule retry', 'tell failed'] },
    exhausted: { to: 'waiting', do: ['schedule after exhaustion', 'tell failed'] },
    refused: { to: 'waiting', do: ['schedule late retry', 'tell failed'] },
    lost: { to: 'waiting', do: ['schedule retry', 'tell failed'] },
    changed: { to: 'outdated', do: [] },
    ...dismissed,
  },
  outdated: {
    accepted: { to: 'queued', do: ['tell registered', 'take turn'] },
    challenged: beginsAnew,
    redirected: beginsAnew,
    'too brief': beginsAnew,
    'no outbound': beginsAnew,
    failed: beginsAnew,
    exhausted: beginsAnew,
    refused: beginsAnew,
    lost: beginsAnew,
    ...dismissed,
  },
  registered: {
    due: beginsAnew,
    changed: beginsAnew,
    lost: { to: 'waiting', do: ['schedule recovery'] },
    withdraw: leaves,
    drop: ends,
  },
  waiting: {
    due: beginsAnew,
    changed: beginsAnew,
    withdraw: leaves,
    drop: ends,
  },
  withdrawn: {
    accepted: leaves,
    challenged: leaves,
    redirected: leaves,
    'too brief': leaves,
    'no outbound': leaves,
    failed: leaves,
    exhausted: leaves,
    refused: leaves,
    lost: leaves,
  },
  dropped: {
    accepted: leaves,
    challenged: ends,
    redirected: ends,
    'too brief': ends,
    'no outbound': ends,
    failed: ends,
    exhausted: ends,
    refused: ends,
    lost: ends,
  },
  leaving: {
    due: { to: 'removing', do: ['send removal'] },
  },
  removing: {
    accepted: { to: 'over', do: ['tell removed', 'end'] },
    challenged: { do: ['send removal'] },
    redirected: { do: ['send removal'] },
    'too brief': staysThere,
    'no outbound': { do: ['send removal'] },
    failed: staysThere,
    exhausted: staysThere,
    refused: staysThere,
    lost: staysThere,
  },
  over: {},
};
