import type { SectionName } from './section-order.ts';

/**
 * What is accepted without effect: commands of a router that a gateway in software has nothing to do for. They are kept
 * as typed, read back at their place in running-config, and named by `dialpeer check` and `show configuration inert`.
 * Whatever is not here and not a command is refused, as on IOS.
 */
export interface InertCommand {
  /** The mode it is typed in. */
  readonly mode: string;
  /** Keywords, then at most one argument that takes the rest. Two lines with the same keywords replace each other... */
  readonly syntax: string;
  /** ...unless it may stand several times (`ip route`). */
  readonly many?: boolean;
  /** Global commands: the section of running-config that reads it back. */
  readonly section?: SectionName;
  /** Opens a block of lines: the mode's name, and what stands between the brackets of its prompt. */
  readonly opens?: { readonly mode: string; readonly prompt: string };
  /** The `no` form is a line of its own that is kept too (`no aaa new-model`). Else `no` removes the line. */
  readonly keepsNo?: true;
  /** Why it has no effect. */
  readonly reason: string;
}

const platform = 'belongs to the router platform';
const routing = 'the host routes packets';
const logs = 'the log goes to the console, its sessions and the buffer';
const signalling = 'not offered in this version';

export const inertCommands: readonly InertCommand[] = [
  {
    mode: 'config',
    syntax: 'version <release:word>',
    section: 'version',
    reason: 'names the software that wrote the file',
  },
  {
    mode: 'config',
    syntax: 'service password-encryption',
    section: 'service',
    keepsNo: true,
    reason: 'passwords of trustpoints are always shown as type 7',
  },
  { mode: 'config', syntax: 'service <name:line>', section: 'service', many: true, keepsNo: true, reason: platform },
  { mode: 'config', syntax: 'boot-start-marker', section: 'boot', reason: platform },
  { mode: 'config', syntax: 'boot <what:line>', section: 'boot', many: true, reason: platform },
  { mode: 'config', syntax: 'boot-end-marker', section: 'boot', reason: platform },
  ...[
    'host',
    'trap',
    'facility',
    'source-interface',
    'rate-limit',
    'exception',
    'history',
    'origin-id',
    'queue-limit',
    'userinfo',
    'count',
    'message-counter',
  ].map(
    (word): InertCommand => ({
      mode: 'config',
      syntax: `logging ${word} [<rest:line>]`,
      section: 'logging',
      many: word === 'host',
      keepsNo: true,
      reason: logs,
    }),
  ),
  { mode: 'config', syntax: 'logging <address:ipv4>', section: 'logging', many: true, reason: logs },
  { mode: 'config', syntax: 'aaa new-model', section: 'aaa', keepsNo: true, reason: 'logins are always local' },
  {
    mode: 'config',
    syntax: 'aaa <what:line>',
    section: 'aaa',
    many: true,
    keepsNo: true,
    reason: 'logins are always local',
  },
  { mode: 'config', syntax: 'clock timezone <zone:line>', section: 'clock', reason: 'times are shown in UTC' },
  {
    mode: 'config',
    syntax: 'resource policy',
    section: 'resource-policy',
    opens: { mode: 'config-res-policy', prompt: 'config-res-policy' },
    reason: platform,
  },
  { mode: 'config-res-policy', syntax: '<policy:line>', many: true, keepsNo: true, reason: platform },
  { mode: 'config', syntax: 'ip subnet-zero', section: 'ip-early', keepsNo: true, reason: routing },
  { mode: 'config', syntax: 'ip source-route', section: 'ip-early', keepsNo: true, reason: routing },
  { mode: 'config', syntax: 'ip cef', section: 'ip-early', keepsNo: true, reason: routing },
  {
    mode: 'config',
    syntax: 'ip domain lookup',
    section: 'ip-early',
    keepsNo: true,
    reason: 'names are always looked up',
  },
  {
    mode: 'config',
    syntax: 'ip domain-lookup',
    section: 'ip-early',
    keepsNo: true,
    reason: 'names are always looked up',
  },
  {
    mode: 'config',
    syntax: 'voice-card <slot:word>',
    section: 'voice-card',
    many: true,
    opens: { mode: 'config-voicecard', prompt: 'config-voicecard' },
    reason: 'there is no voice card',
  },
  { mode: 'config-voicecard', syntax: 'dspfarm', keepsNo: true, reason: 'there is no voice card' },
  { mode: 'config-voicecard', syntax: 'dsp <what:line>', many: true, keepsNo: true, reason: 'there is no voice card' },
  { mode: 'config-voicecard', syntax: 'codec <what:line>', keepsNo: true, reason: 'there is no voice card' },
  {
    mode: 'config',
    syntax: 'application',
    section: 'application',
    opens: { mode: 'config-app', prompt: 'config-app' },
    reason: 'scripts are not run',
  },
  {
    mode: 'config-app',
    syntax: 'service <name:line>',
    many: true,
    opens: { mode: 'config-app-param', prompt: 'config-app-param' },
    reason: 'scripts are not run',
  },
  { mode: 'config-app-param', syntax: 'paramspace <parameter:line>', many: true, reason: 'scripts are not run' },
  { mode: 'config-app-param', syntax: 'param <parameter:line>', many: true, reason: 'scripts are not run' },
  { mode: 'config-if', syntax: 'duplex <mode:word>', keepsNo: true, reason: 'the host drives its interfaces' },
  { mode: 'config-if', syntax: 'speed <speed:word>', keepsNo: true, reason: 'the host drives its interfaces' },
  { mode: 'config-if', syntax: 'media-type <type:line>', keepsNo: true, reason: 'the host drives its interfaces' },
  { mode: 'config-if', syntax: 'mtu <bytes:line>', reason: 'the host drives its interfaces' },
  { mode: 'config-if', syntax: 'negotiation auto', keepsNo: true, reason: 'the host drives its interfaces' },
  { mode: 'config-if', syntax: 'keepalive <seconds:line>', keepsNo: true, reason: 'the host drives its interfaces' },
  { mode: 'config-if', syntax: 'cdp enable', keepsNo: true, reason: 'the host drives its interfaces' },
  {
    mode: 'config',
    syntax: 'ip ssh logging events',
    section: 'ip-ssh',
    keepsNo: true,
    reason: 'logins are always logged',
  },
  {
    mode: 'config',
    syntax: 'ip ssh dh min size <bits:line>',
    section: 'ip-ssh',
    reason: 'no group below 2048 bits is offered',
  },
  { mode: 'config', syntax: 'ip classless', section: 'ip-route', keepsNo: true, reason: routing },
  { mode: 'config', syntax: 'ip default-gateway <address:line>', section: 'ip-route', reason: routing },
  { mode: 'config', syntax: 'ip route <route:line>', section: 'ip-route', many: true, reason: routing },
  {
    mode: 'config',
    syntax: 'ip forward-protocol <what:line>',
    section: 'ip-route',
    many: true,
    keepsNo: true,
    reason: routing,
  },
  {
    mode: 'config',
    syntax: 'ip http secure-server',
    section: 'ip-http',
    keepsNo: true,
    reason: 'enrolment is served over plain HTTP',
  },
  { mode: 'config', syntax: 'access-list <list:line>', section: 'access-list', many: true, reason: routing },
  {
    mode: 'config',
    syntax: 'control-plane',
    section: 'control-plane',
    opens: { mode: 'config-cp', prompt: 'config-cp' },
    reason: platform,
  },
  { mode: 'config-cp', syntax: 'service-policy <policy:line>', many: true, reason: platform },
  { mode: 'config', syntax: 'mgcp', section: 'mgcp', keepsNo: true, reason: 'MGCP is not spoken' },
  {
    mode: 'config',
    syntax: 'mgcp <what:line>',
    section: 'mgcp',
    many: true,
    keepsNo: true,
    reason: 'MGCP is not spoken',
  },
  {
    mode: 'config',
    syntax: 'gateway',
    section: 'gateway',
    opens: { mode: 'config-gateway', prompt: 'config-gateway' },
    reason: 'no gatekeeper is spoken to',
  },
  {
    mode: 'config-gateway',
    syntax: 'timer <what:line>',
    many: true,
    keepsNo: true,
    reason: 'no gatekeeper is spoken to',
  },
  {
    mode: 'config',
    syntax: 'scheduler <what:line>',
    section: 'scheduler',
    many: true,
    keepsNo: true,
    reason: platform,
  },
  { mode: 'config', syntax: 'ntp <what:line>', section: 'ntp', many: true, reason: 'the host keeps the time' },
  { mode: 'config-sip-ua', syntax: 'keepalive <what:line>', many: true, reason: signalling },
  { mode: 'config-sip-ua', syntax: 'remote-party-id', keepsNo: true, reason: signalling },
  { mode: 'config-sip-ua', syntax: 'tcp-retry <count:line>', reason: signalling },
  { mode: 'config-sip-ua', syntax: 'connection-reuse', keepsNo: true, reason: signalling },
];
