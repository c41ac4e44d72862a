import type { DialPeerRow, DialPeerSummary } from '../../call/index.ts';

const heading = [
  '             AD                                    PRE PASS                OUT',
  'TAG    TYPE  MIN  OPER PREFIX    DEST-PATTERN      FER THRU SESS-TARGET    STAT PORT    KEEPALIVE',
];

/** `show dial-peer voice summary`. */
export function printDialPeerSummary({ hunt, peers }: DialPeerSummary): readonly string[] {
  return [`dial-peer hunt ${hunt}`, ...heading, ...peers.map(printRow)];
}

/** Columns stand where IOS has them; a longer value pushes the rest to the right, as there. */
function printRow(peer: DialPeerRow): string {
  const columns = [
    cell(String(peer.tag), 7),
    cell(peer.kind, 6),
    cell(peer.admin, 5),
    cell(peer.operational, 5),
    cell(peer.prefix, 10),
    cell(peer.destinationPattern, 18),
    cell(` ${peer.preference}`, 4),
    cell(peer.kind === 'voip' ? 'syst' : '', 5),
    cell(peer.sessionTarget, 15),
    cell(peer.outStatus ?? '', 5),
    cell(peer.port ?? '', 8),
    peer.keepalive ?? '',
  ];
  return columns.join('').trimEnd();
}

function cell(text: string, width: number): string {
  return text.length < width ? text.padEnd(width) : `${text} `;
}
