import type { ActiveCalls, LegReport } from '../../call/index.ts';

const legend = [
  '<ID>: <CallID> <start>ms.<index> +<connect> pid:<peer_id> <dir> <addr> <state>',
  '  dur hh:mm:ss tx:<packets>/<bytes> rx:<packets>/<bytes>',
  ' IP <ip>:<udp> rtt:<time>ms pl:<play>/<gap>ms lost:<lost>/<early>/<late>',
  '  delay:<last>/<min>/<max>ms <codec>',
  ' media inactive detected:<y/n> media cntrl rcvd:<y/n> timestamp:<time>',
  ' long duration call detected:<y/n> long duration call duration :<sec> timestamp:<time>',
  '  MODEMPASS <method> buf:<fills>/<drains> loss <overall%> <multipkt>/<corrected>',
  '   last <buf event time>s dur:<Min>/<Max>s',
  ' FR <protocol> [int dlci cid] vad:<y/n> dtmf:<y/n> seq:<y/n>',
  '  <codec> (payload size)',
  ' ATM <protocol> [int vpi/vci cid] vad:<y/n> dtmf:<y/n> seq:<y/n>',
  '  <codec> (payload size)',
  ' Tele <int> (callID) [channel_id] tx:<tot>/<v>/<fax>ms <codec> noise:<l> acom:<l> i/o:<l>/<l> dBm',
  '  MODEMRELAY info:<rcvd>/<sent>/<resent> xid:<rcvd>/<sent> total:<rcvd>/<sent>/<drops>',
  '         speeds(bps): local <rx>/<tx> remote <rx>/<tx>',
  ' Proxy <ip>:<audio udp>,<video udp>,<tcp0>,<tcp1>,<tcp2>,<tcp3> endpt: <type>/<manf>',
  ' bw: <req>/<act> codec: <audio>/<video>',
  '  tx: <audio pkts>/<audio bytes>,<video pkts>/<video bytes>,<t120 pkts>/<t120 bytes>',
  ' rx: <audio pkts>/<audio bytes>,<video pkts>/<video bytes>,<t120 pkts>/<t120 bytes>',
];

/** `show call active voice brief`. `time` prints an instant as the router's clock does. */
export function printActiveCalls(calls: ActiveCalls, time: (at: number) => string): readonly string[] {
  const counts = printCounts(calls);
  const legs = calls.legs.flatMap((leg, index) => [...printLeg(leg, index + 1, time), '']);
  return [...legend, '', ...counts, ...legs, ...(legs.length === 0 ? [] : counts)];
}

/** How many legs of each kind: only two kinds can be here. */
export function printCounts(calls: ActiveCalls): readonly string[] {
  return [
    `Telephony call-legs: ${calls.telephony}`,
    `SIP call-legs: ${calls.sip}`,
    'H323 call-legs: 0',
    'Call agent controlled call-legs: 0',
    'SCCP call-legs: 0',
    'Multicast call-legs: 0',
    `Total call-legs: ${calls.legs.length}`,
  ];
}

function printLeg(leg: LegReport, index: number, time: (at: number) => string): readonly string[] {
  const connect = leg.connectMs === undefined ? -1 : leg.connectMs;
  const address = leg.direction === 'Answer' ? leg.calling : leg.called;
  const { sent, received } = leg;
  const traffic = `tx:${sent.packets}/${sent.bytes} rx:${received.packets}/${received.bytes}`;
  return [
    `${leg.call.toString(16).toUpperCase().padEnd(5)}: ${leg.id} ${time(leg.setupAt)}.${index} +${Math.round(connect)} pid:${leg.peer} ${leg.direction} ${address} ${leg.state}`,
    ` dur ${duration(leg.durationMs)} ${traffic}${leg.protocol === 'sip' ? ' dscp:0 media:0' : ''}`,
    ...(leg.protocol === 'sip' ? printIp(leg) : [printTelephony(leg)]),
  ];
}

function printIp({ sip, codec }: LegReport): readonly string[] {
  const { host, port } = sip?.remoteMedia ?? { host: '0.0.0.0', port: 0 };
  return [
    ` IP ${host}:${port} SRTP: off rtt:0ms pl:0/0ms lost:0/0/0 delay:0/0/0ms ${codec ?? 'None'} TextRelay: off Transcoded: No`,
    ' media inactive detected:n media contrl rcvd:n/a timestamp:n/a',
    ' long duration call detected:n long duration call duration:n/a timestamp:n/a',
  ];
}

/** Signal levels are not measured: there is no analogue side. */
function printTelephony({ port, id, codec, durationMs }: LegReport): string {
  const ms = Math.round(durationMs);
  return ` Tele ${port === '' ? '-' : port} (${id}) [${port}] tx:${ms}/${ms}/0ms ${codec ?? 'None'} noise:0 acom:0  i/0:0/0 dBm`;
}

/** `hh:mm:ss`. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
