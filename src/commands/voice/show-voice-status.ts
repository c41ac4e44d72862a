import type { ActiveCalls, LegReport } from '../../call/index.ts';

interface VoiceStatus {
  readonly leg: LegReport;
  /** The tag of the other leg's peer; 0 is the default peer. */
  readonly otherPeer: number;
}

/** `show voice call status` tells of the legs at voice ports. */
export function voiceStatus({ legs }: ActiveCalls): readonly VoiceStatus[] {
  return legs
    .filter(({ protocol }) => protocol === 'telephony')
    .map((leg) => ({ leg, otherPeer: legs.find(({ id }) => id === leg.otherId)?.peer ?? 0 }));
}

/** There is neither a control block with an address nor a DSP. A `*` stands in front of a number that was called on the port. */
export function printVoiceStatus(all: readonly VoiceStatus[]): readonly string[] {
  const rows = all.map(({ leg, otherPeer }) => {
    const { id, call, port = '', direction, called, codec = 'None', peer } = leg;
    const number = `${direction === 'Originate' ? '*' : ' '}${called}`;
    const ids = [`0x${hex(id)}`.padEnd(10), hex(call).padEnd(4), '-'.padEnd(11)].join(' ');
    return `${ids}${port.padEnd(9)}${'-'.padEnd(7)}${number.padEnd(11)}${codec.padEnd(8)} ${peer}/${otherPeer}`;
  });
  return [
    'CallID     CID  ccVdb      Port     DSP/Ch  Called #   Codec    Dial-peers',
    ...rows,
    `${rows.length} active ${rows.length === 1 ? 'call' : 'calls'} found`,
  ];
}

function hex(number: number): string {
  return number.toString(16).toUpperCase();
}
