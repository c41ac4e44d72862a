import type { InertCommand } from './inert-command.ts';
import { harmless, noRewriting, noSrtp, platform, notOffered as reason, reasonOf } from './inert-reason.ts';
import { supplementaryInert } from './inert-supplementary.ts';

type Row = Omit<InertCommand, 'mode'>;

const sipUa: readonly Row[] = [
  {
    syntax: 'credentials dhcp password [0 | 6 | 7] <password:word> realm <realm:word>',
    many: true,
    secret: true,
    reason: 'no DHCP server is asked: there is no number to register',
  },
  {
    syntax: 'timers buffer-invite <milliseconds:int(50-5000)>',
    reason: reasonOf('timers buffer-invite'),
  },
  { syntax: 'aaa username {calling-number | proxy-auth}', reason: 'no AAA server is asked who may call' },
  { syntax: 'tcp-retry {<count:int(100-2000)> [close-connection] | nolimit}', reason },
  { syntax: 'host-registrar', reason: reasonOf('host-registrar') },
  {
    syntax: 'srv version {1 | 2}',
    standard: 'srv version 2',
    reason: 'service records are always those of RFC 2782',
  },
  { syntax: 'nat <what:line>', many: true, keepsNo: true, reason },
  { syntax: 'calling-info <what:line>', many: true, reason },
  { syntax: 'offer call-hold {conn-addr | direction-attr}', reason },
  { syntax: 'disable-early-media 180', keepsNo: true, reason },
  { syntax: 'xfer target dial-peer', keepsNo: true, reason },
  { syntax: 'presence enable', keepsNo: true, reason },
  { syntax: 'permit hostname <name:url>', many: true, reason: 'the trusted list says who may call' },
  { syntax: 'g729-annexb override', keepsNo: true, reason },
  { syntax: 'refer-ood enable [<limit:int(1-500)>]', keepsNo: true, reason },
  { syntax: 'warn-header', keepsNo: true, reason },
  { syntax: 'sip-profiles <what:line>', many: true, reason: noRewriting },
  { syntax: 'suspend-resume', keepsNo: true, standard: 'suspend-resume', reason },
  { syntax: 'mwi-server <server:url> [<options:line>]', reason },
  { syntax: 'notify telephone-event max-duration <milliseconds:int(40-3000)>', reason },
];

const voiceService: readonly Row[] = [
  { syntax: 'srtp [fallback]', reason: noSrtp },
  { syntax: 'ip address trusted call-block cause <cause:line>', reason: 'strangers are answered 403' },
  { syntax: 'allow-connections h323 to {sip | h323}', many: true, reason: 'H.323 is not spoken' },
  { syntax: 'allow-connections sip to h323', reason: 'H.323 is not spoken' },
  { syntax: 'callmonitor', keepsNo: true, reason },
  { syntax: 'rtp-port range <first:int(2000-65535)> <last:int(2000-65535)>', reason: 'the host gives RTP its ports' },
  { syntax: 'rtcp <what:line>', many: true, reason },
  { syntax: 'notify redirect <what:line>', many: true, keepsNo: true, reason },
  { syntax: 'gcid', keepsNo: true, reason },
  { syntax: 'redundancy-reload', keepsNo: true, reason: platform },
  { syntax: 'cause-code legacy', keepsNo: true, reason: 'the mapping of causes is fixed' },
  { syntax: 'qsig decode', keepsNo: true, reason },
  { syntax: 'ip circuit <what:line>', many: true, reason },
  { syntax: 'trace', keepsNo: true, reason: harmless('calls are watched by debug ccsip') },
  { syntax: 'stun', opens: { mode: 'conf-serv-stun', prompt: 'conf-serv-stun' }, reason },
  { syntax: 'address-hiding', keepsNo: true, reason: harmless('addresses are always hidden: every call has two legs') },
  { syntax: 'mode border-element [<license:line>]', reason: harmless('needs no licence') },
  { syntax: 'media <what:line>', many: true, keepsNo: true, reason },
  { syntax: 'fax <what:line>', many: true, reason: 'fax is not carried' },
  { syntax: 'modem <what:line>', many: true, reason: 'modems are not carried' },
  ...supplementaryInert,
  { syntax: 'redirect ip2ip', keepsNo: true, reason: 'calls from SIP are sent on as any other' },
  { syntax: 'dtmf-interworking <what:line>', reason },
  { syntax: 'signaling forward <what:line>', reason },
  { syntax: 'clid <what:line>', many: true, keepsNo: true, reason },
  { syntax: 'h323', opens: { mode: 'conf-serv-h323', prompt: 'conf-serv-h323' }, reason: 'H.323 is not spoken' },
];

const sipService: readonly Row[] = [
  { syntax: 'early-offer forced [renegotiate]', reason: reasonOf('early-offer forced') },
  {
    syntax: 'registrar server [expires [max <max:int(120-86400)>] [min <min:int(60-3600)>]]',
    reason: 'registrations are not accepted',
  },
  { syntax: 'header-passing [<what:line>]', keepsNo: true, reason },
  { syntax: 'midcall-signaling <what:line>', keepsNo: true, reason },
  { syntax: 'privacy <what:line>', reason },
  { syntax: 'error-passthru', keepsNo: true, reason },
  { syntax: 'g729 annexb-all', keepsNo: true, reason },
  { syntax: 'options-ping <seconds:int(60-1200)>', reason },
  { syntax: 'sip-profiles <what:line>', many: true, reason: noRewriting },
  { syntax: 'history-info', keepsNo: true, reason },
  { syntax: 'pass-thru <what:line>', many: true, keepsNo: true, reason },
  { syntax: 'block {180 | 181 | 183} sdp {absent | present}', many: true, reason },
  { syntax: 'update-callerid', keepsNo: true, reason },
  { syntax: 'registration passthrough [<what:line>]', keepsNo: true, reason: reasonOf('registration passthrough') },
];

const sipServiceMore: readonly Row[] = [
  ...[
    'random-contact',
    'random-request-uri validate',
    'conn-reuse',
    'contact-passing',
    'referto-passing',
    'requri-passing',
    'handle-replaces',
    'anat',
    'session refresh',
    'e911',
    'associate registered-number',
    'preloaded-route sip-server',
    'ds0-num',
  ].map((syntax): Row => ({ syntax, keepsNo: true, reason })),
  ...['call-route', 'map resp-code', 'reset timer', 'srtp-auth', 'subscription maximum', 'tel-config', 'nat'].map(
    (word): Row => ({ syntax: `${word} <what:line>`, many: true, keepsNo: true, reason: reasonOf(word) }),
  ),
  { syntax: 'srtp negotiate <what:line>', reason: noSrtp },
  { syntax: 'srtp-crypto <tag:int(1-10000)>', reason: noSrtp },
  { syntax: 'copy-list <tag:int(1-1000)>', reason: noRewriting },
  { syntax: 'dscp-profile <tag:int(1-10000)>', reason: reasonOf('dscp-profile') },
];

/** What a tenant of IOS may also have. */
const tenant: readonly Row[] = [
  ...[
    'remote-party-id',
    'connection-reuse',
    'conn-reuse',
    'error-passthru',
    'host-registrar',
    'early-offer forced',
    'anat',
    'history-info',
    'update-callerid',
    'random-contact',
    'warn-header',
    'contact-passing',
    'referto-passing',
    'requri-passing',
    'registration passthrough',
    'retry-after',
    'privacy-policy passthru',
    'session refresh',
  ].map((syntax): Row => ({ syntax: `${syntax} [<what:line>]`, keepsNo: true, reason: reasonOf(syntax) })),
  ...[
    'asserted-id',
    'header-passing',
    'midcall-signaling',
    'pass-thru',
    'sip-profiles',
    'sip-options-keepalive',
    'options-ping',
    'privacy',
    'localhost',
    'map',
    'block',
    'srtp',
    'srtp-crypto',
    'tcp-retry',
    'nat',
    'g729',
    'handle-replaces',
    'mwi-server',
    'notify',
    'send',
    'copy-list',
    'dscp-profile',
    'video',
    'redirection',
  ].map((word): Row => ({ syntax: `${word} [<what:line>]`, many: true, keepsNo: true, reason: reasonOf(word) })),
];

/** What `voice class` holds, of whatever kind. */
const voiceClass: readonly Row[] = [{ syntax: '<setting:line>', many: true, keepsNo: true, reason }];

function inMode(mode: string, rows: readonly Row[]): readonly InertCommand[] {
  return rows.map((row) => ({ ...row, mode }));
}

/** SIP settings of IOS that this version keeps and does not carry out. */
export const signalingInert: readonly InertCommand[] = [
  ...inMode('config-sip-ua', sipUa),
  ...inMode('conf-voi-serv', voiceService),
  ...inMode(
    'conf-serv-h323',
    ['call', 'ccm-compatible', 'emptycapability', 'h225', 'h245', 'h450', 'session', 'telephony-service'].map(
      (word) => ({
        syntax: `${word} [<rest:line>]`,
        many: true,
        keepsNo: true,
        reason: 'H.323 is not spoken',
      }),
    ),
  ),
  ...inMode('conf-serv-sip', sipService),
  ...inMode('conf-serv-sip', sipServiceMore),
  ...inMode('conf-serv-stun', [{ syntax: 'stun <what:line>', many: true, reason }]),
  ...inMode('config-class-tenant', tenant),
  ...inMode('config-class', voiceClass),
];
