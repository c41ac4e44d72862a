import { type CallRecord, causeText } from '../../call/index.ts';
import { duration } from './show-active-calls.ts';

const legend = [
  '<ID>: <CallID> <start>ms.<index> +<connect> +<disc> pid:<peer_id> <direction> <addr>',
  '  dur hh:mm:ss <disconnect cause> (<disconnect text>)',
];

/**
 * `show call history voice brief`: the newest calls that ended, two legs each. The packets of a leg are not kept beyond its
 * life, so the columns tx and rx of IOS are not there.
 */
export function printCallHistory(records: readonly CallRecord[], time: (at: number) => string): readonly string[] {
  return [...legend, '', ...records.flatMap((record, i) => printRecord(record, i, time))];
}

function printRecord(record: CallRecord, at: number, time: (at: number) => string): readonly string[] {
  const { call, connectMs, durationMs, setupAt, cause } = record;
  const connect = connectMs === undefined ? '-1' : String(Math.round(connectMs));
  const end = Math.round((connectMs ?? 0) + durationMs);
  const legs = [
    { peer: record.inPeer, direction: 'Answer', address: record.calling },
    ...(record.outPeer === undefined ? [] : [{ peer: record.outPeer, direction: 'Originate', address: record.called }]),
  ];
  return legs.flatMap(({ peer, direction, address }, leg) => [
    `${call.toString(16).toUpperCase().padEnd(5)}: ${call} ${time(setupAt)}.${at * 2 + leg + 1} +${connect} +${end} pid:${peer} ${direction} ${address}`,
    ` dur ${duration(durationMs)} ${cause.toString(16).toUpperCase()} (${causeText(cause)} (${cause}))`,
    '',
  ]);
}
