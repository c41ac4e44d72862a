import type { ActiveCalls } from '../../call/index.ts';

/** `show voip rtp connections`: the SIP legs whose audio has a port here. */
export function printRtpConnections({ legs }: ActiveCalls): readonly string[] {
  const rows = legs.flatMap(({ id, otherId, sip }) => {
    if (sip?.localMedia === undefined) return [];
    return [
      [
        id,
        otherId,
        sip.localMedia.port,
        sip.remoteMedia?.port ?? 0,
        sip.localMedia.host,
        sip.remoteMedia?.host ?? '0.0.0.0',
      ],
    ];
  });
  return [
    'VoIP RTP active connections :',
    row('No.', ['CallId', 'dstCallId', 'LocalRTP', 'RmtRTP', 'LocalIP', 'RemoteIP']),
    ...rows.map((cells, i) => row(String(i + 1), cells)),
    rows.length === 0 ? 'No active connections found' : `Found ${rows.length} active RTP connections`,
  ];
}

const widths = [11, 11, 9, 7, 40, 0];

function row(number: string, cells: readonly (string | number)[]): string {
  return `${number.padEnd(4)}${cells.map((cell, i) => String(cell).padEnd(widths[i] ?? 0)).join('')}`.trimEnd();
}
