export type TransferState =
  /** The target is called; the transferee still speaks with the transferor, or is held by it. */
  | 'calling'
  /** The transferor hung up before the target answered. */
  | 'waiting'
  /** The target answered, and speaks with the transferee. */
  | 'joined'
  | 'over';
export type TransferEvent =
  | 'target alerts'
  | 'target answers'
  /** It will not come, or has gone again. */
  | 'target ends'
  | 'transferor ends'
  | 'transferee ends';
export type TransferAction =
  | 'tell alerting'
  | 'tell answered'
  | 'tell failure'
  /** Out of the call with the transferor, into that with the target. */
  | 'take transferee'
  | 'release transferor'
  | 'release transferee'
  /** The call to the target has lost its caller. */
  | 'leave target';

interface Row {
  readonly to: TransferState;
  readonly do: readonly TransferAction[];
}

/** A transfer that the gateway carries out: until the target answers, the old call can go on as if nothing had been asked. */
export const transferMachine: Readonly<Record<TransferState, Readonly<Partial<Record<TransferEvent, Row>>>>> = {
  calling: {
    'target alerts': { to: 'calling', do: ['tell alerting'] },
    'target answers': { to: 'joined', do: ['take transferee', 'tell answered', 'release transferor'] },
    'target ends': { to: 'over', do: ['tell failure'] },
    'transferor ends': { to: 'waiting', do: ['take transferee'] },
    'transferee ends': { to: 'over', do: ['leave target', 'tell failure'] },
  },
  waiting: {
    'target alerts': { to: 'waiting', do: ['tell alerting'] },
    'target answers': { to: 'joined', do: ['tell answered'] },
    'target ends': { to: 'over', do: ['release transferee', 'tell failure'] },
    'transferee ends': { to: 'over', do: ['leave target', 'tell failure'] },
  },
  joined: {
    'target ends': { to: 'over', do: ['release transferee'] },
    'transferee ends': { to: 'over', do: ['leave target'] },
  },
  over: {},
};
