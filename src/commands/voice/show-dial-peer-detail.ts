import { causeText, type DialPeer, type DialPeerRow, type DialPlanMatch, type PeerCalls } from '../../call/index.ts';

/** One dial peer as configured, as it stands, and what became of its calls. */
export interface DialPeerDetail {
  readonly peer: DialPeer;
  readonly state: DialPeerRow;
  readonly calls: PeerCalls;
}

const quoted = (text = ''): string => `\`${text}'`;
const onOff = (on: boolean): string => (on ? 'enabled' : 'disabled');

/** `show dial-peer voice TAG`: the lines that say something here, in IOS's words and order. */
export function printDialPeer({ peer, state, calls }: DialPeerDetail, time: (at: number) => string): readonly string[] {
  const heading = peer.kind === 'voip' ? 'VoiceOverIpPeer' : 'VoiceEncapPeer';
  const most = peer.maxConnections ?? 'unlimited';
  return [
    `${heading}${peer.tag}`,
    ...[
      'peer type = voice, system default peer = FALSE, information type = voice,',
      `description = ${quoted(peer.description)},`,
      `tag = ${peer.tag}, destination-pattern = ${quoted(peer.destinationPattern)},`,
      `answer-address = ${quoted(peer.answerAddress)}, preference=${peer.preference},`,
      `group = ${peer.tag}, Admin state is ${state.admin}, Operation state is ${state.operational},`,
      `incoming called-number = ${quoted(peer.incomingCalledNumber)}, connections/maximum = ${calls.active}/${most},`,
      ...(peer.kind === 'voip' ? [`DTMF Relay = ${peer.dtmfRelay.length === 0 ? 'disabled' : 'enabled'},`] : []),
      `huntstop = ${onOff(peer.huntstop)},`,
      "in bound application associated: 'DEFAULT'",
      "out bound application associated: ''",
      'permission :both',
      ...(peer.kind === 'voip' ? voipLines(peer, state) : potsLines(peer)),
      'Time elapsed since last clearing of voice call statistics never',
      `Connect Time = ${Math.round(calls.connectMs / 10)}, Charged Units = 0,`,
      `Successful Calls = ${calls.successful}, Failed Calls = ${calls.failed}, Incomplete Calls = 0`,
      'Accepted Calls = 0, Refused Calls = 0,',
      `Last Disconnect Cause is "${hexCause(calls.lastCause)}",`,
      `Last Disconnect Text is "${calls.lastCause === undefined ? '' : `${causeText(calls.lastCause)} (${calls.lastCause})`}",`,
      `Last Setup Time = ${calls.lastSetupAt === undefined ? '0' : time(calls.lastSetupAt)}.`,
    ].map((line) => `        ${line}`),
  ];
}

/** IOS prints the cause as an octet: `10` for 16. */
function hexCause(cause: number | undefined): string {
  return cause === undefined ? '' : cause.toString(16).toUpperCase();
}

function voipLines(peer: Extract<DialPeer, { kind: 'voip' }>, { sessionTarget }: DialPeerRow): readonly string[] {
  const relay = peer.dtmfRelay.length === 0 ? [] : [`DTMF Relay methods = ${peer.dtmfRelay.join(' ')},`];
  return [
    `type = voip, session-target = ${quoted(sessionTarget)},`,
    ...relay,
    'ip media DSCP = ef, ip signaling DSCP = af31,',
    `session-protocol = ${peer.sessionProtocol ?? 'cisco'}, session-transport = ${peer.sessionTransport},`,
    'req-qos = best-effort, acc-qos = best-effort,',
    `codec = ${peer.codec},   payload size =  ${peer.codecBytes ?? 'default'}${peer.codecBytes === undefined ? '' : ' bytes'},`,
    `VAD = ${onOff(peer.vad)},`,
    `voice class sip url = ${peer.url},`,
  ];
}

function potsLines(peer: Extract<DialPeer, { kind: 'pots' }>): readonly string[] {
  return [
    `type = pots, prefix = ${quoted(peer.prefix)},`,
    `forward-digits ${peer.forwardDigits ?? 'default'}`,
    `session-target = ${quoted()}, voice-port = ${quoted(peer.port)},`,
    `direct-inward-dial = disabled,`,
    `digit_strip = ${onOff(peer.digitStrip)},`,
  ];
}

/** `show dialplan number N`: every peer a call to it would try, with what matched. */
export interface DialPlanAnswer {
  readonly number: string;
  readonly matches: readonly { readonly match: DialPlanMatch; readonly detail: DialPeerDetail }[];
}

export function printDialPlan({ number, matches }: DialPlanAnswer, time: (at: number) => string): readonly string[] {
  const found = matches.flatMap(({ match, detail }) => [
    '',
    ...printDialPeer(detail, time),
    `        Matched: ${match.matched}   Digits: ${match.explicit}`,
    `        Target: ${detail.state.sessionTarget}`,
  ]);
  return [`Macro Exp.: ${number}`, ...(found.length === 0 ? ['', 'No match, result=-1'] : found)];
}
