import type { InertCommand } from './inert-command.ts';
import { harmless, notOffered as otherVoice, platform, type Reason, routing } from './inert-reason.ts';
import type { SectionName } from './section-order.ts';

interface Shape {
  /** A line of the same words has a `no` form that is kept. */
  readonly keepsNo?: true;
  readonly block?: true;
}

/** Lines of any wording behind these words. `block`: with lines below. */
function lines(
  section: SectionName,
  reason: Reason,
  words: readonly string[],
  shape: Shape = {},
): readonly InertCommand[] {
  return words.map((word) => ({
    mode: 'config',
    syntax: `${word} [<what:line>]`,
    section,
    many: true,
    ...(shape.keepsNo ? { keepsNo: true as const } : {}),
    ...(shape.block ? { opens: { mode: 'config-kept', prompt: 'config-kept' } } : {}),
    reason,
  }));
}

/** What stands in the configuration of many a voice gateway and says nothing to a program. */
export const platformInert: readonly InertCommand[] = [
  ...lines('ip-early', routing, ['ip dhcp excluded-address', 'ip bootp server', 'ip gratuitous-arps', 'ip tcp'], {
    keepsNo: true,
  }),
  ...lines('ip-early', routing, ['ip dhcp pool', 'ip vrf', 'vrf definition'], { block: true }),
  ...lines('ip-early', platform, ['ip tftp source-interface', 'ip rtcp report', 'multilink bundle-name', 'license'], {
    keepsNo: true,
  }),
  ...lines('voice-card', platform, ['card type', 'network-clock-participate', 'network-clock-select', 'isdn']),
  ...lines('voice-card', 'there are no digital trunks', ['controller'], { block: true }),
  ...lines('voice-service', otherVoice, ['voice service pots', 'voice service vofr', 'voice service voatm'], {
    block: true,
  }),
  ...lines('voice-class', otherVoice, ['voice call', 'voice rtp', 'voice iec'], { keepsNo: true }),
  ...lines('call-admission', 'a call that is not taken is refused', ['call treatment action'], { keepsNo: true }),
  ...lines('call-admission', otherVoice, ['call treatment isdn-reject'], { keepsNo: true }),
  ...lines('access-list', routing, ['ip access-list', 'route-map', 'class-map', 'policy-map', 'ip sla'], {
    block: true,
  }),
  ...lines('access-list', harmless('SNMP is not spoken'), ['snmp-server'], { keepsNo: true }),
  ...lines('access-list', platform, ['cdp', 'lldp'], { keepsNo: true }),
  ...lines('mgcp', 'MGCP and SCCP are not spoken', ['ccm-manager', 'sccp'], { keepsNo: true }),
  ...lines('dial-peer', 'only POTS and VoIP are spoken', ['dial-peer voice'], { block: true }).map((row) => ({
    ...row,
    syntax: 'dial-peer voice <tag:int(1-2147483647)> {vofr | voatm | mmoip}',
    noSyntax: 'dial-peer voice <tag:int(1-2147483647)> {vofr | voatm | mmoip}',
  })),
  ...lines(
    'gateway',
    otherVoice,
    ['telephony-service', 'ephone-dn', 'ephone', 'gatekeeper', 'redundancy', 'call-home'],
    {
      block: true,
    },
  ),
  ...lines('gateway', platform, ['cc-mode', 'system mode'], { keepsNo: true }),
  { mode: 'config-kept', syntax: '<what:line>', many: true, keepsNo: true, reason: platform },
];
