import type { InertCommand } from './inert-command.ts';
import {
  harmless,
  hostInterface,
  localLogins,
  notOffered,
  plainEnrolment,
  platform,
  type Reason,
  routing,
} from './inert-reason.ts';
import type { SectionName } from './section-order.ts';

function inMode(mode: string, reason: Reason, words: readonly string[]): readonly InertCommand[] {
  return words.map((word) => ({ mode, syntax: `${word} [<what:line>]`, many: true, keepsNo: true, reason }));
}

function global(
  section: SectionName,
  reason: Reason,
  words: readonly string[],
  block = false,
): readonly InertCommand[] {
  return inMode('config', reason, words).map((row) => ({
    ...row,
    section,
    ...(block ? { opens: { mode: 'config-kept', prompt: 'config-kept' } } : {}),
  }));
}

const trustpointLines: readonly (readonly [string, Reason])[] = [
  ['vrf <name:word>', harmless('the host has one routing table')],
  ['authorization list <name:word>', 'certificates are not asked about at an AAA server'],
  ['authorization username <what:line>', 'certificates are not asked about at an AAA server'],
];

const trustpoint: readonly InertCommand[] = trustpointLines.map(([syntax, reason]) => ({
  mode: 'ca-trustpoint',
  syntax,
  reason,
}));

/** What a router does beside its voice: interfaces that route, and the everyday lines of an operator. */
export const routerInert: readonly InertCommand[] = [
  // Only with its own words: `ip route` behind an interface is the global command, and no abbreviation of this one.
  {
    mode: 'config-if',
    syntax: 'ip route-cache [cef | distributed | flow | policy | same-interface]',
    many: true,
    keepsNo: true,
    reason: routing,
  },
  ...inMode('config-if', routing, [
    'ip access-group',
    'ip nat',
    'ip redirects',
    'ip unreachables',
    'ip proxy-arp',
    'ip virtual-reassembly',
    'ip helper-address',
    'ip mtu',
    'ip tcp',
    'ip ospf',
    'ip verify',
    'ip flow',
    'ipv6',
    'standby',
    'vrrp',
    'service-policy',
    'crypto map',
    'h323-gateway',
  ]),
  ...inMode('config-if', hostInterface, [
    'encapsulation',
    'mop',
    'bandwidth',
    'load-interval',
    'arp',
    'lldp',
    'isdn',
    'vrf',
    'carrier-delay',
    'hold-queue',
    'snmp',
  ]),
  ...trustpoint,
  ...global('aaa', harmless('logins are slowed and counted always'), [
    'login block-for',
    'login delay',
    'login quiet-mode',
    'login on-success',
    'login on-failure',
  ]),
  ...global('aaa', localLogins, ['security passwords', 'security authentication']),
  ...global('ip-http', plainEnrolment, [
    'ip http secure-port',
    'ip http authentication',
    'ip http secure-trustpoint',
    'ip http client',
    'ip http max-connections',
    'ip http timeout-policy',
  ]),
  ...global('ip-early', platform, ['ip domain list', 'memory-size', 'file prompt', 'tftp-server', 'exception']),
  ...global(
    'access-list',
    routing,
    ['router', 'crypto isakmp', 'crypto ipsec', 'crypto map', 'event manager', 'track'],
    true,
  ),
  ...global('access-list', platform, ['crypto pki token', 'macro']),
  ...global('gateway', notOffered, ['dspfarm profile', 'call-manager-fallback', 'parser view'], true),
];
