import type { Address } from '../io/index.ts';
import type { CallReport, CallsReport } from '../sip/index.ts';

const roles = [
  { role: 'client', short: 'UAC', long: 'SIP User Agent Client(UAC)' },
  { role: 'server', short: 'UAS', long: 'SIP User Agent Server(UAS)' },
] as const;

/** IOS's names and numbers of a leg's states, as far as they are known. */
const states = {
  setup: { client: 'STATE_SENT_INVITE (2)', server: 'STATE_RECD_INVITE (3)' },
  early: { client: 'STATE_RECD_PROCEEDING (4)', server: 'STATE_SENT_ALERTING (5)' },
  confirmed: { client: 'STATE_ACTIVE (7)', server: 'STATE_ACTIVE (7)' },
  ended: { client: 'STATE_DISCONNECTING (8)', server: 'STATE_DISCONNECTING (8)' },
} as const;

function stateOf({ state, role }: CallReport): string {
  return states[state][role];
}

function place(address: Address | undefined): string {
  return address === undefined ? '[0.0.0.0]:0' : `[${address.host}]:${address.port}`;
}

/** `show sip-ua calls [brief]`. */
export function printCalls({ calls }: CallsReport, brief: boolean): readonly string[] {
  const count = (role: string): number => calls.filter((call) => call.role === role).length;
  return [
    `Total SIP call legs:${calls.length}, User Agent Client:${count('client')}, User Agent Server:${count('server')}`,
    ...roles.flatMap(({ role, short, long }, i) => {
      const own = calls.filter((call) => call.role === role);
      return [
        ...(i === 0 ? [] : ['']),
        `SIP ${short} CALL INFO`,
        ...(brief && own.length > 0 ? briefHeading : []),
        ...own.flatMap((call, at) => (brief ? printBrief(call, at + 1) : printDetail(call, at + 1))),
        `   Number of ${long} calls: ${own.length}`,
      ];
    }),
  ];
}

const briefHeading = [
  'No.  CallId    Calling#       Called#        RmtSignalIP                                  RmtMediaIP',
  '     dstCallId SIPState       SIPSubState',
  '='.repeat(136),
];

function printBrief(call: CallReport, number: number): readonly string[] {
  const columns = [
    String(number).padEnd(5),
    String(call.legId ?? '-').padEnd(10),
    call.calling.padEnd(15),
    call.called.padEnd(15),
    (call.remote?.host ?? '-').padEnd(45),
    call.media?.destination?.host ?? '-',
  ];
  const state = stateOf(call).replace(/ .*/, '');
  return [columns.join(''), `     ${String(call.peerLegId ?? '-').padEnd(10)}${state.padEnd(15)}SUBSTATE_NONE`];
}

function printDetail(call: CallReport, number: number): readonly string[] {
  const streams = call.media === undefined ? 0 : 1;
  return [
    `Call ${number}`,
    `SIP Call ID                : ${call.callId}`,
    `   State of the call       : ${stateOf(call)}`,
    '   Substate of the call    : SUBSTATE_NONE (0)',
    `   Calling Number          : ${call.calling}`,
    `   Called Number           : ${call.called}`,
    `   Called URI              : ${call.requestUri}`,
    '   Bit Flags               : 0x0 0x0 0x0',
    `   CC Call ID              : ${call.legId ?? '-'}`,
    `   Source IP Address (Sig ): ${call.local?.host ?? '0.0.0.0'}`,
    `   Destn SIP Req Addr:Port : ${place(call.remote)}`,
    `   Destn SIP Resp Addr:Port: ${place(call.remote)}`,
    `   Destination Name        : ${call.remote?.host ?? '-'}`,
    `   Number of Media Streams : ${streams}`,
    `   Number of Active Streams: ${call.state === 'confirmed' ? streams : 0}`,
    '   RTP Fork Object         : 0x0',
    '   Media Mode              : flow-through',
    ...printStream(call),
  ];
}

function printStream({ media, legId, state }: CallReport): readonly string[] {
  if (media === undefined) return [];
  return [
    '   Media Stream 1',
    `     State of the stream      : ${state === 'confirmed' ? 'STREAM_ACTIVE' : 'STREAM_ADDING'}`,
    `     Stream Call ID           : ${legId ?? '-'}`,
    '     Stream Type              : voice-only (0)',
    '     Stream Media Addr Type   : 1',
    `     Negotiated Codec         : ${media.codec}`,
    `     Codec Payload Type       : ${media.payloadType} `,
    `     Negotiated Dtmf-relay    : ${media.dtmf === 'inband' ? 'inband-voice' : media.dtmf}`,
    `     Dtmf-relay Payload Type  : ${media.eventPayloadType ?? 0}`,
    '     QoS ID                   : -1',
    '     Local QoS Strength       : BestEffort',
    '     Negotiated QoS Strength  : BestEffort',
    '     Negotiated QoS Direction : None',
    '     Local QoS Status         : None',
    `     Media Source IP Addr:Port: ${place(media.source)}`,
    `     Media Dest IP Addr:Port  : ${place(media.destination)}`,
  ];
}
