import type { ActiveCalls, LegReport } from '../../call/index.ts';
import { duration, printCounts } from './show-active-calls.ts';

/** `show call active voice compact`: a line for each leg. */
export function printCompact({ legs }: ActiveCalls): readonly string[] {
  return [
    '  <callID>  A/O FAX T<sec> Codec       type     Peer Address       IP R<ip>:<udp>',
    `Total call-legs: ${legs.length}`,
    ...legs.map(compactRow),
  ];
}

function compactRow({ id, direction, durationMs, codec, protocol, sip, calling, called, port }: LegReport): string {
  const address = direction === 'Answer' ? calling : called;
  const media = sip?.remoteMedia;
  const far = protocol === 'sip' ? `${media?.host ?? '0.0.0.0'}:${media?.port ?? 0}` : (port ?? '');
  const columns = [
    String(id).padStart(10),
    direction === 'Answer' ? 'ANS    ' : 'ORG    ',
    `T${Math.floor(durationMs / 1000)}`.padEnd(6),
    (codec ?? 'None').padEnd(11),
    (protocol === 'sip' ? 'VOIP' : 'TELE').padEnd(8),
    `P${address}`.padEnd(18),
    far,
  ];
  return columns.join(' ').trimEnd();
}

/** `show call active voice summary`: the counters, and the ports with a call. */
export function printSummary(calls: ActiveCalls): readonly string[] {
  const ports = calls.legs.filter(({ protocol }) => protocol === 'telephony');
  return [
    ...printCounts(calls),
    '',
    'PORT            CODEC    STATE',
    '=============== ======== ==========',
    ...ports.map(({ port, codec, state }) => `${(port ?? '-').padEnd(15)} ${(codec ?? 'None').padEnd(8)} ${state}`),
  ];
}

/** `show call active voice`: a block for each leg, in IOS's `name=value` lines. */
export function printBlocks({ legs }: ActiveCalls, time: (at: number) => string): readonly string[] {
  return [...legs.flatMap((leg) => block(leg, time)), ...(legs.length === 0 ? ['No active calls'] : [])];
}

function block(leg: LegReport, time: (at: number) => string): readonly string[] {
  const { sip, sent, received } = leg;
  return [
    'GENERIC:',
    `        SetupTime=${time(leg.setupAt)}`,
    `        Index=${leg.id}`,
    `        PeerAddress=${leg.direction === 'Answer' ? leg.calling : leg.called}`,
    `        PeerId=${leg.peer}`,
    `        CallOrigin=${leg.direction === 'Answer' ? 2 : 1}`,
    `        CallState=${leg.state}`,
    `        ConnectTime=${leg.connectMs === undefined ? -1 : Math.round(leg.connectMs)} ms`,
    `        CallDuration=${duration(leg.durationMs)}`,
    `        TransmitPackets=${sent.packets}`,
    `        TransmitBytes=${sent.bytes}`,
    `        ReceivePackets=${received.packets}`,
    `        ReceiveBytes=${received.bytes}`,
    ...(sip === undefined
      ? ['TELE:', `        CallID=${leg.id}`, `        Port=${leg.port ?? ''}`]
      : [
          'VOIP:',
          `        CallID=${leg.id}`,
          `        RemoteIPAddress=${sip.remoteSignalling?.host ?? '0.0.0.0'}`,
          `        RemoteMediaIPAddress=${sip.remoteMedia?.host ?? '0.0.0.0'}`,
          `        RemoteMediaPort=${sip.remoteMedia?.port ?? 0}`,
          '        SessionProtocol=sipv2',
          `        ProtocolCallId=${sip.callId}`,
          `        SessionTransport=${sip.transport}`,
        ]),
    `        CoderTypeRate=${leg.codec ?? 'None'}`,
    '',
  ];
}
