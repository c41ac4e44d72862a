export type CallState = 'routing' | 'calling' | 'alerting' | 'active' | 'over';
export type CallEvent =
  | 'attempt made'
  | 'no way left'
  | 'called alerts'
  | 'called answers'
  | 'called ends'
  | 'caller ends'
  | 'gateway ends';
export type CallAction =
  | 'try next'
  | 'alert caller'
  | 'connect caller'
  | 'release caller'
  | 'release called'
  | 'write record';

interface Row {
  readonly to: CallState;
  readonly do: readonly CallAction[];
}

/** A call: one caller's leg, and one called leg at a time until a peer answers. Every way to `over` releases what is left. */
export const callMachine: Readonly<Record<CallState, Readonly<Partial<Record<CallEvent, Row>>>>> = {
  routing: {
    'attempt made': { to: 'calling', do: [] },
    'no way left': { to: 'over', do: ['release caller', 'write record'] },
    'caller ends': { to: 'over', do: ['write record'] },
    'gateway ends': { to: 'over', do: ['release caller', 'write record'] },
  },
  calling: {
    'called alerts': { to: 'alerting', do: ['alert caller'] },
    'called answers': { to: 'active', do: ['connect caller'] },
    'called ends': { to: 'routing', do: ['try next'] },
    'caller ends': { to: 'over', do: ['release called', 'write record'] },
    'gateway ends': { to: 'over', do: ['release called', 'release caller', 'write record'] },
  },
  alerting: {
    'called alerts': { to: 'alerting', do: ['alert caller'] },
    'called answers': { to: 'active', do: ['connect caller'] },
    'called ends': { to: 'routing', do: ['try next'] },
    'caller ends': { to: 'over', do: ['release called', 'write record'] },
    'gateway ends': { to: 'over', do: ['release called', 'release caller', 'write record'] },
  },
  active: {
    'called ends': { to: 'over', do: ['release caller', 'write record'] },
    'caller ends': { to: 'over', do: ['release called', 'write record'] },
    'gateway ends': { to: 'over', do: ['release called', 'release caller', 'write record'] },
  },
  over: {},
};
