import {
  causeText,
  type DialPeer,
  type DialPeerRow,
  type DialPlanMatch,
  type PeerCalls,
  type PotsPeer,
  type VoipPeer,
} from '../../call/index.ts';
import { codecs } from '../../media/index.ts';

/** One dial peer as configured, as it stands, and what became of its calls. */
export interface DialPeerDetail {
  readonly peer: DialPeer;
  readonly state: DialPeerRow;
  readonly calls: PeerCalls;
  /** `destination dpg` names a group that is there. */
  readonly groupKnown?: boolean;
  /** Addresses of what the peer is bound to; '' where the interface has none. */
  readonly bound?: { readonly control?: string; readonly media?: string };
}

const quoted = (text = ''): string => `\`${text}'`;
const onOff = (on: boolean): string => (on ? 'enabled' : 'disabled');

/** `show dial-peer voice TAG`, in IOS's words and order; what does not exist here stands at its default. */
export function printDialPeer(
  { peer, state, calls, groupKnown = false, bound = {} }: DialPeerDetail,
  time: (at: number) => string,
): readonly string[] {
  const heading = peer.kind === 'voip' ? 'VoiceOverIpPeer' : 'VoiceEncapPeer';
  return [
    `${heading}${peer.tag}`,
    ...[
      ...identityLines(peer),
      ...stateLines(peer, state, calls),
      ...groupLines(peer, groupKnown),
      ...(peer.kind === 'voip' ? voipLines(peer, state, bound) : potsLines(peer)),
      ...callLines(calls, time),
    ].map((line) => `        ${line}`),
  ];
}

function identityLines(peer: DialPeer): readonly string[] {
  return [
    'peer type = voice, system default peer = FALSE, information type = voice,',
    `description = ${quoted(peer.description)},`,
    `tag = ${peer.tag}, destination-pattern = ${quoted(peer.destinationPattern)},`,
    'voice reg type = 0, corresponding tag = 0,',
    'allow watch = FALSE',
    `answer-address = ${quoted(peer.answerAddress)}, preference=${peer.preference},`,
    'CLID Restriction = None',
    `CLID Network Number = ${quoted()}`,
    'CLID Second Number sent ',
    'CLID Override RDNIS = disabled,',
    `source carrier-id = ${quoted()}, target carrier-id = ${quoted()},`,
    `source trunk-group-label = ${quoted()},  target trunk-group-label = ${quoted()},`,
    "numbering Type = `unknown'",
  ];
}

function stateLines(peer: DialPeer, state: DialPeerRow, calls: PeerCalls): readonly string[] {
  const most = peer.maxConnections ?? 'unlimited';
  const { incoming, outgoing } = peer.translation;
  return [
    `group = ${peer.tag}, Admin state is ${state.admin}, Operation state is ${state.operational},`,
    ...(state.reason === undefined
      ? []
      : [`${state.operational === 'up' ? 'makes no calls' : 'down'}: ${state.reason},`]),
    `incoming called-number = ${quoted(peer.incomingCalledNumber)}, connections/maximum = ${calls.active}/${most},`,
    ...(peer.kind === 'voip' ? [`DTMF Relay = ${onOff(peer.dtmfRelay.length > 0)},`, 'modem transport = system,'] : []),
    `huntstop = ${onOff(peer.huntstop)},`,
    "in bound application associated: 'DEFAULT'",
    "out bound application associated: ''",
    'dnis-map = ',
    `permission :${peer.permission}`,
    'incoming COR list:maximum capability',
    'outgoing COR list:minimum requirement',
    `Translation profile (Incoming):${incoming === undefined ? '' : ` ${incoming}`}`,
    `Translation profile (Outgoing):${outgoing === undefined ? '' : ` ${outgoing}`}`,
    'incoming call blocking:',
    `translation-profile = ${quoted()}`,
    "disconnect-cause = `no-service'",
  ];
}

function groupLines({ destinationGroup: tag }: DialPeer, isKnown: boolean): readonly string[] {
  return tag === undefined ? [] : [`destination dpg tag = ${tag} status = ${isKnown ? 'valid' : 'invalid'},`];
}

function callLines(calls: PeerCalls, time: (at: number) => string): readonly string[] {
  const { lastCause: cause } = calls;
  return [
    'Time elapsed since last clearing of voice call statistics never',
    `Connect Time = ${Math.round(calls.connectMs / 10)}, Charged Units = 0,`,
    `Successful Calls = ${calls.successful}, Failed Calls = ${calls.failed}, Incomplete Calls = 0`,
    'Accepted Calls = 0, Refused Calls = 0,',
    `Last Disconnect Cause is "${hexCause(cause)}",`,
    `Last Disconnect Text is "${cause === undefined ? '' : `${causeText(cause)} (${cause})`}",`,
    `Last Setup Time = ${calls.lastSetupAt === undefined ? '0' : time(calls.lastSetupAt)}.`,
  ];
}

/** IOS prints the cause as an octet: `10` for 16. */
function hexCause(cause: number | undefined): string {
  return cause === undefined ? '' : cause.toString(16).toUpperCase();
}

function voipLines(
  peer: VoipPeer,
  { sessionTarget }: DialPeerRow,
  { control, media }: NonNullable<DialPeerDetail['bound']>,
): readonly string[] {
  const at = (address: string | undefined): string => (address === undefined ? 'system' : `enabled, ${address}`);
  const relay = peer.dtmfRelay.length === 0 ? [] : [`DTMF Relay methods = ${peer.dtmfRelay.join(' ')},`];
  const bytes = peer.codecBytes ?? codecs[peer.codec].defaultBytes;
  return [
    `type = voip, session-target = ${quoted(sessionTarget)},`,
    'technology prefix: ',
    'settle-call = disabled',
    'ip media DSCP = ef, ip signaling DSCP = af31,',
    'UDP checksum = disabled,',
    `session-protocol = ${peer.sessionProtocol ?? 'cisco'}, session-transport = ${peer.sessionTransport},`,
    'req-qos = best-effort, acc-qos = best-effort,',
    ...relay,
    'RTP dynamic payload type values: NTE = 101',
    'Cisco: NSE=100, fax=96, fax-ack=97, dtmf=121, fax-relay=122',
    '       CAS=123, TTY=119, ClearChan=125, PCM switch over u-law=0,',
    '       A-law=8',
    'RTP comfort noise payload type = 19',
    'fax rate = voice,   payload size =  20 bytes',
    ...(peer.codecClass === undefined ? [] : [`voice class codec = ${peer.codecClass.tag}`]),
    `codec = ${peer.otherCodec ?? peer.codec},   payload size =  ${bytes} bytes,`,
    `VAD = ${onOff(peer.vad)}, Poor QOV Trap = disabled, `,
    `voice class sip url = ${peer.url},`,
    `voice class sip bind control = ${at(control)},`,
    `voice class sip bind media = ${at(media)},`,
    'Secure RTP: system (use the global setting)',
  ];
}

function potsLines(peer: PotsPeer): readonly string[] {
  return [
    `type = pots, prefix = ${quoted(peer.prefix)},`,
    `forward-digits ${peer.forwardDigits ?? 'default'}`,
    `session-target = ${quoted()}, voice-port = ${quoted(peer.port)},`,
    'direct-inward-dial = disabled,',
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
