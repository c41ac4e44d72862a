import { type CallRecord, causeText } from '../../call/index.ts';
import { duration } from './show-active-calls.ts';

const legend = [
  '<ID>: <CallID> <start>ms.<index> +<connect> +<disc> pid:<peer_id> <direction> <addr>',
  '  dur hh:mm:ss <disconnect cause> (<disconnect text>)',
];

interface Leg {
  readonly peer: number;
  readonly direction: 'Answer' | 'Originate';
  readonly address: string;
}

/** The leg a call came in on, and the one it went out on when a peer was tried. */
function legsOf({ inPeer, outPeer, calling, called }: CallRecord): readonly Leg[] {
  const answered: Leg = { peer: inPeer, direction: 'Answer', address: calling };
  return outPeer === undefined ? [answered] : [answered, { peer: outPeer, direction: 'Originate', address: called }];
}

/** `show call history voice`: a block for each leg, in IOS's `name=value` lines. */
export function printHistoryBlocks(records: readonly CallRecord[], time: (at: number) => string): readonly string[] {
  return records.flatMap((record, at) => {
    const { connectMs, durationMs, setupAt, cause } = record;
    return legsOf(record).flatMap(({ peer, direction, address }, leg) => [
      'GENERIC:',
      `        SetupTime=${time(setupAt)}`,
      `        Index=${at * 2 + leg + 1}`,
      `        PeerAddress=${address}`,
      `        PeerId=${peer}`,
      `        DisconnectCause=${cause.toString(16).toUpperCase()}`,
      `        DisconnectText=${causeText(cause)} (${cause})`,
      `        ConnectTime=${connectMs === undefined ? -1 : Math.round(connectMs)} ms`,
      `        CallDuration=${duration(durationMs)}`,
      `        CallOrigin=${direction === 'Answer' ? 2 : 1}`,
      '',
    ]);
  });
}

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
  return legsOf(record).flatMap(({ peer, direction, address }, leg) => [
    `${call.toString(16).toUpperCase().padEnd(5)}: ${call} ${time(setupAt)}.${at * 2 + leg + 1} +${connect} +${end} pid:${peer} ${direction} ${address}`,
    ` dur ${duration(durationMs)} ${cause.toString(16).toUpperCase()} (${causeText(cause)} (${cause}))`,
    '',
  ]);
}
