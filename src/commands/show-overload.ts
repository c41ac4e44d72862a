import type { OverloadReport } from '../sip/index.ts';
import type { CommandSet } from './command-set.ts';
import { show } from './show.ts';

/** `show sip-ua overload`, ours: what peers make the gateway hold, the bounds on it, and what was refused. */
function printOverload({ held, arrivals, withheld, busy, message }: OverloadReport): readonly string[] {
  return [
    'What                       In being  At most  Of one source  Refused  Ended early',
    ...held.map(
      ({ what, now, bound, perSource, refused, ended }) =>
        `${what.padEnd(26)} ${pad(now, 8)} ${pad(bound, 8)} ${pad(perSource, 14)} ${pad(refused, 8)} ${pad(ended, 12)}`,
    ),
    '',
    `New connections a second: ${arrivals.perSecond} of one source (${arrivals.burst} at once), ${arrivals.perSecondInAll} in all; refused: ${arrivals.refused}`,
    `UDP messages withheld from addresses that have shown nothing but requests: ${withheld}`,
    `Calls over UDP refused since there was more to do than can be done: ${busy}`,
    `Bytes of a message: head ${message.head}, header line ${message.line}, request URI ${message.uri}, token ${message.token}, body ${message.body} (${message.bodyOfStrangers} on a stranger's connection); header lines: ${message.headers}, Via: ${message.vias}`,
  ];
}

function pad(value: number, width: number): string {
  return String(value).padStart(width);
}

export const overloadCommands: CommandSet = {
  exec: [
    show(
      'show sip-ua overload',
      'Display the bounds on what peers may make the gateway do',
      ({ sip }) => sip.overload(),
      printOverload,
      { ours: true },
    ),
  ],
};
