import type { InertCommand } from './inert-command.ts';
import { harmless, noRewriting, noSrtp, notOffered as reason, reasonOf } from './inert-reason.ts';
import { supplementaryInert } from './inert-supplementary.ts';

type Row = Omit<InertCommand, 'mode'>;

const noFax = 'fax is not carried';
const noScripts = 'scripts are not run';
const network = 'the host marks and queues packets';

/** What both kinds of dial peer take. */
const anyPeer: readonly Row[] = [
  { syntax: 'corlist incoming <name:word>', reason: 'classes of restriction are not applied' },
  { syntax: 'corlist outgoing <name:word>', reason: 'classes of restriction are not applied' },
  { syntax: 'service <name:line>', reason: noScripts },
  { syntax: 'application <name:line>', reason: noScripts },
  { syntax: 'progress_ind <what:line>', many: true, reason },
  { syntax: 'tone ringback <when:word>', reason: 'the gateway plays no tones' },
  { syntax: 'numbering-type <type:word>', reason },
  { syntax: 'clid <what:line>', many: true, keepsNo: true, reason },
  { syntax: 'trunkgroup <name:line>', many: true, reason: 'there are no trunk groups' },
  { syntax: 'carrier-id <what:line>', many: true, reason: 'calls bear no carrier' },
  { syntax: 'call-block <what:line>', many: true, reason: 'a rule that rejects stands in a translation-profile' },
  {
    syntax: 'translate-outgoing {called | calling} <rule:int(1-2147483647)>',
    many: true,
    reason: 'use translation-profile',
  },
  { syntax: 'disconnect-cause <cause:word>', reason: 'the mapping of causes is fixed' },
  { syntax: 'snmp enable <what:line>', many: true, keepsNo: true, reason: harmless('SNMP is not spoken') },
  { syntax: 'voice-class {cause-code | stun-usage | h323 | aaa | permanent} <tag:int(1-10000)>', many: true, reason },
];

const potsPeer: readonly Row[] = [
  ...anyPeer,
  { syntax: 'register e164', keepsNo: true, reason: 'no gatekeeper is spoken to' },
  { syntax: 'fax rate <what:line>', reason: noFax },
  { syntax: 'max-redirects <count:int(1-10)>', reason: 'a telephone sends no call on' },
  { syntax: 'direct-inward-dial', keepsNo: true, reason: 'a telephone always dials its digits itself' },
];

const voipPeer: readonly Row[] = [
  ...anyPeer,
  {
    syntax: 'voice-class sip early-offer forced [renegotiate]',
    keepsNo: true,
    reason: reasonOf('early-offer forced'),
  },
  { syntax: 'voice-class sip profiles <what:line>', reason: noRewriting },
  { syntax: 'voice-class sip privacy <what:line>', reason },
  { syntax: 'voice-class sip options-ping <seconds:int(60-1200)>', reason },
  { syntax: 'voice-class sip block {180 | 181 | 183} sdp {absent | present | system}', many: true, reason },
  { syntax: 'voice-class sip pass-thru <what:line>', many: true, reason },
  { syntax: 'srtp [fallback]', reason: noSrtp },
  { syntax: 'fax <what:line>', many: true, reason: noFax },
  { syntax: 'fax-relay <what:line>', many: true, reason: noFax },
  { syntax: 'modem passthrough <what:line>', reason: 'modems are not carried' },
  { syntax: 'ip qos dscp <what:line>', many: true, reason: network },
  { syntax: 'ip precedence <value:int(0-7)>', reason: network },
  { syntax: 'req-qos <what:line>', reason: network },
  { syntax: 'acc-qos <what:line>', reason: network },
  { syntax: 'tech-prefix <digits:word>', reason: 'no gatekeeper is spoken to' },
  { syntax: 'playout-delay <what:line>', many: true, reason },
  { syntax: 'rtp payload-type <what:line>', many: true, reason },
  { syntax: 'redirect ip2ip', keepsNo: true, reason: 'calls from SIP are sent on as any other' },
  { syntax: 'ip udp checksum', keepsNo: true, reason: network },
  ...['call-route', 'midcall-signaling', 'header-passing', 'error-code-override', 'dtmf-relay', 'map', 'send'].map(
    (word): Row => ({ syntax: `voice-class sip ${word} <what:line>`, many: true, reason }),
  ),
  { syntax: 'voice-class sip srtp-crypto <tag:int(1-10000)>', reason: noSrtp },
  { syntax: 'voice-class sip srtp-auth <suites:line>', reason: noSrtp },
  {
    syntax: 'monitor probe icmp-ping [<target:line>]',
    reason: 'targets are asked with OPTIONS (`voice-class sip options-keepalive`)',
  },
  { syntax: 'voice-class sip conn-reuse', keepsNo: true, reason },
  { syntax: 'voice-class sip g729 annexb-all', reason },
  { syntax: 'signaling forward <what:line>', reason },
  { syntax: 'media <what:line>', many: true, keepsNo: true, reason },
  { syntax: 'dtmf-interworking <what:line>', reason },
  ...supplementaryInert,
];

/** Classes that nothing here can use. */
const classes: readonly Row[] = [
  ...[
    'srtp-crypto',
    'sip-profiles',
    'h323',
    'busyout',
    'permanent',
    'aaa',
    'media',
    'stun-usage',
    'resource-group',
    'cause-code',
    'dualtone',
    'custom-cptone',
    'sip-hdr-passthrulist',
    'sip-copylist',
    'sip-event-list',
  ].map(
    (kind): Row => ({
      syntax: `voice class ${kind} <tag:word>`,
      section: 'voice-class',
      many: true,
      opens: { mode: 'config-class', prompt: 'config-class' },
      reason,
    }),
  ),
  {
    syntax: 'voice class uri sip preference {user-id host | host user-id}',
    section: 'voice-class',
    reason: 'the class that describes most of a URI is preferred',
  },
];

const global: readonly Row[] = [
  ...classes,
  {
    syntax: 'dial-peer terminator {# | * | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | A | B | C | D}',
    section: 'dial-plan',
    standard: 'dial-peer terminator #',
    reason: 'a number ends with its pattern or a pause',
  },
  {
    syntax: 'dial-peer cor custom',
    section: 'dial-plan',
    opens: { mode: 'config-dp-cor', prompt: 'config-dp-cor' },
    reason: 'classes of restriction are not applied',
  },
  {
    syntax: 'dial-peer cor list <name:word>',
    section: 'dial-plan',
    many: true,
    opens: { mode: 'config-dp-corlist', prompt: 'config-dp-corlist' },
    reason: 'classes of restriction are not applied',
  },
];

function inMode(mode: string, rows: readonly Row[]): readonly InertCommand[] {
  return rows.map((row) => ({ ...row, mode }));
}

/** Dial-peer settings of IOS, and what they name, that this version keeps and does not carry out. */
export const voiceInert: readonly InertCommand[] = [
  ...inMode('config-dial-peer-pots', potsPeer),
  ...inMode('config-dial-peer-voip', voipPeer),
  ...inMode('config', global),
  ...inMode('config-class-keepalive', [{ syntax: 'sip-profiles <tag:int(1-10000)>', reason: noRewriting }]),
  ...inMode('config-dp-cor', [
    { syntax: 'name <name:word>', many: true, reason: 'classes of restriction are not applied' },
  ]),
  ...inMode('config-dp-corlist', [
    { syntax: 'member <name:word>', many: true, reason: 'classes of restriction are not applied' },
  ]),
];
