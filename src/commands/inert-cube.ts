import type { InertCommand } from './inert-command.ts';
import {
  harmless,
  hostInterface,
  localLogins,
  noRewriting,
  noSrtp,
  platform,
  type Reason,
  notOffered as reason,
  reasonOf,
  routing,
} from './inert-reason.ts';
import type { SectionName } from './section-order.ts';

/**
 * Lines that the configurations of border elements of later releases have (trunks to Webex Calling, to Teams, to providers)
 * and that say nothing here. They are taken so that such a configuration can be pasted as it is.
 */

const noRecording = 'calls are not recorded';
const noQuality = harmless('the quality of media is not measured');
const otherCodecs =
  'g729br8 | g722-64 | g723ar53 | g723ar63 | g723r53 | g723r63 | g726r16 | g726r24 | g726r32 | g728 | gsmefr | gsmfr | gsmamr-nb | ilbc | isac | aacld | opus | clear-channel | transparent';

type Row = Omit<InertCommand, 'mode'>;

function any(why: Reason, words: readonly string[]): readonly Row[] {
  return words.map((word) => ({ syntax: `${word} [<what:line>]`, many: true, keepsNo: true, reason: why }));
}

function inMode(mode: string, rows: readonly Row[]): readonly InertCommand[] {
  return rows.map((row) => ({ ...row, mode }));
}

function global(section: SectionName, why: Reason, words: readonly string[], block = false): readonly InertCommand[] {
  const opens = block ? { opens: { mode: 'config-kept', prompt: 'config-kept' } } : {};
  return inMode('config', any(why, words)).map((row) => ({ ...row, section, ...opens }));
}

const voiceService: readonly Row[] = [
  ...any('RTP is sent from the address of `bind media`', ['media-address']),
  ...any('there is one gateway', ['redundancy-group']),
  { syntax: 'call-quality', opens: { mode: 'conf-serv-quality', prompt: 'conf-serv-quality' }, reason: noQuality },
];

const sipService: readonly Row[] = [
  ...any(reasonOf('asymmetric payload'), ['asymmetric payload']),
  ...any(reason, ['privacy-policy', 'audio forced', 'calltype-video', 'video screening', 'bandwidth']),
];

const sipUa: readonly Row[] = any(reason, ['handle-replaces', 'connection-pool']);

const tenant: readonly Row[] = [
  ...['asymmetric payload', 'timers buffer-invite'].flatMap((words) => any(reasonOf(words), [words])),
  ...any(reason, ['call-route', 'audio forced']),
];

const voipPeer: readonly Row[] = [
  { syntax: 'srtp pass-thru', reason: noSrtp },
  ...any(reason, [
    'voice-class sip requri-passing',
    'voice-class sip referto-passing',
    'voice-class sip contact-passing',
    'voice-class sip audio forced',
    'voice-class sip history-info',
    'voice-class sip anat',
    'voice-class sip random-contact',
    'voice-class sip random-request-uri validate',
    'voice-class sip error-passthru',
    'voice-class sip privacy-policy',
    'voice-class sip calltype-video',
    'voice-class sip associate registered-number',
    'voice-class sip bandwidth',
    'voice-class sip e911',
    'voice-class sip nat',
    'voice-class sip handle-replaces',
    'voice-class sip authenticate redirecting-number',
    'voice-class sip preloaded-route',
    'voice-class sip update-callerid',
    'voice-class sip resource priority',
    'voice-class sip reset timer',
    'voice-class sip encap clear-channel',
    'voice-class sip session refresh',
    'max-bandwidth',
    'b2bua',
    'ice',
  ]),
  ...any(noRewriting, ['voice-class sip copy-list']),
  ...['voice-class sip asymmetric payload', 'voice-class sip registration passthrough'].flatMap((words) =>
    any(reasonOf(words), [words]),
  ),
  ...any(noRecording, ['media-class', 'recorder parameter']),
];

const anyPeer: readonly Row[] = any(reason, ['voice-class source interface', 'huntstop channel']);

const networkInterface: readonly Row[] = [
  {
    syntax: 'ip address <address:ipv4> <mask:mask> secondary',
    noSyntax: 'ip address <address:ipv4> <mask:mask> secondary',
    many: true,
    reason: 'what names an interface means its first address',
  },
  ...any(routing, ['ip pim', 'ip igmp', 'ip policy', 'ip directed-broadcast', 'ip summary-address', 'ip inspect']),
  ...any(routing, ['bfd interval', 'glbp', 'tunnel', 'switchport', 'channel-group', 'zone-member']),
  ...any(hostInterface, ['redundancy rii', 'redundancy group', 'ntp disable', 'delay', 'logging event', 'pppoe']),
];

export const cubeInert: readonly InertCommand[] = [
  ...inMode('conf-voi-serv', voiceService),
  ...inMode('conf-serv-quality', any(noQuality, ['max-dropout', 'max-reorder', 'clock-rate'])),
  ...inMode('conf-serv-sip', sipService),
  ...inMode('config-sip-ua', sipUa),
  ...inMode('config-class-tenant', tenant),
  ...inMode('config-dial-peer-voip', [...anyPeer, ...voipPeer]),
  ...inMode('config-dial-peer-pots', anyPeer),
  ...inMode('config-if', networkInterface),
  ...inMode('config-voicecard', any(harmless('there is no voice card'), ['watchdog'])),
  ...inMode('config-gateway', any('media is not watched', ['media-inactivity-criteria'])),
  ...global('service', platform, ['platform', 'process cpu', 'diagnostic', 'memory free', 'hw-module', 'subscriber']),
  ...global('aaa', localLogins, ['radius-server', 'tacacs-server']),
  ...global('aaa', localLogins, ['radius server', 'tacacs server'], true),
  ...global('ip-early', routing, ['vlan internal', 'vtp', 'spanning-tree', 'ip domain lookup source-interface']),
  ...global(
    'ip-early',
    routing,
    ['vlan', 'flow', 'key chain', 'parameter-map', 'template', 'zone', 'bridge-domain'],
    true,
  ),
  ...global('ip-early', platform, ['ip ftp', 'ip tftp blocksize', 'ip scp']),
  ...global('voice-card', 'there are no trunk groups', ['trunk group', 'voip trunk group'], true),
  ...global('voice-class', reason, ['voice hpi', 'voice statistics', 'voice vrf', 'voice cause-code', 'call fallback']),
  ...global('voice-class', reason, ['voice source-group', 'voice moh-group', 'voice logout-profile'], true),
  ...global('voice-class', 'numbers are rewritten by translation profiles', ['voice dnis-map'], true),
  ...global('voice-class', noRecording, ['media profile', 'media class'], true),
  ...global('ip-route', routing, ['ip nat', 'ip prefix-list', 'ip community-list', 'ip as-path']),
  ...global('access-list', routing, ['ipv6 access-list'], true),
  ...global('access-list', platform, ['netconf-yang', 'restconf', 'wsma', 'monitor session', 'threat-visibility']),
  ...global('access-list', platform, ['telemetry', 'kron', 'object-group', 'crypto ikev2'], true),
  ...global('control-plane', platform, ['control-plane host'], true),
  ...global('mgcp', 'MGCP and SCCP are not spoken', ['sccp ccm group'], true),
  ...global('dial-plan', reason, ['dial-peer search', 'dial-peer outbound', 'dial-peer no-match', 'dial-peer inbound']),
  ...global(
    'gateway',
    harmless('calls are told of in the log and in `show call history voice`'),
    ['gw-accounting'],
    true,
  ),
  ...global('gateway', reason, ['uc wsapi', 'uc secure-wsapi', 'voice register', 'voice hunt-group'], true),
  {
    mode: 'config-class-codec',
    syntax: `codec preference <order:int(1-24)> {${otherCodecs}} [<what:line>]`,
    noSyntax: `codec preference <order:int(1-24)> {${otherCodecs}} [<what:line>]`,
    many: true,
    reason: 'is not spoken: not offered, and not taken',
  },
];
