import { type Machine, TimedMachine, type TimerValues } from '../transaction/index.ts';

export type ReliableProvisionalState = 'idle' | 'waiting' | 'over';
export type ReliableProvisionalEvent = 'send' | 'prack' | 'final' | 'timer rel1xx' | 'timer no prack';
export type ReliableProvisionalAction = 'send' | 'send again' | 'tell acknowledged' | 'tell unacknowledged';

/**
 * Our provisional responses that want a PRACK: RFC 3262 3. One at a time, repeated over every transport, each time after twice
 * as long, for 64*T1 at most.
 */
export const reliableProvisional: Machine<
  ReliableProvisionalState,
  ReliableProvisionalEvent,
  ReliableProvisionalAction
> = {
  idle: {
    send: { to: 'waiting', timers: ['start rel1xx', 'start no prack'], do: ['send'] },
    final: { to: 'over', do: [] },
  },
  waiting: {
    prack: { to: 'idle', timers: ['stop repeating', 'stop single'], do: ['tell acknowledged'] },
    final: { to: 'over', do: [] },
    'timer rel1xx': { timers: ['repeat'], do: ['send again'] },
    'timer no prack': { to: 'over', do: ['tell unacknowledged'] },
  },
  over: {},
};

export class ReliableProvisionalMachine extends TimedMachine<
  ReliableProvisionalState,
  ReliableProvisionalEvent,
  ReliableProvisionalAction
> {
  constructor(timers: TimerValues) {
    super(reliableProvisional, 'idle', 'over', timers, true);
  }
}

/** What a PRACK acknowledges (RFC 3262 7.2). */
export interface Rack {
  readonly rseq: number;
  readonly cseq: number;
  readonly method: string;
}

/** RAck; undefined when absent or malformed. */
export function readRack(text: string | undefined): Rack | undefined {
  const [, rseq, cseq, method = ''] = /^(\d{1,10})\s+(\d{1,10})\s+(\S+)$/.exec(text ?? '') ?? [];
  return method === '' ? undefined : { rseq: Number(rseq), cseq: Number(cseq), method };
}
