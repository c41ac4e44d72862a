import type { InertCommand } from './inert-command.ts';
import { cubeInert } from './inert-cube.ts';
import { platformInert } from './inert-platform.ts';
import { harmless, hostInterface, localLogins, plainEnrolment, platform, routing } from './inert-reason.ts';
import { routerInert } from './inert-router.ts';
import { serverInert } from './inert-server.ts';
import { signalingInert } from './inert-signaling.ts';
import { voiceInert } from './inert-voice.ts';
import { voicePortInert } from './inert-voice-port.ts';
import { hiddenPassword } from './secret.ts';

const noVoiceCard = harmless('there is no voice card');
const alwaysLookedUp = harmless('names are always looked up');
const commandsUnlogged = harmless('commands are not logged');
const ntp = harmless('the time is asked of the servers of `ntp server` only');
const logs = harmless('the log is bounded by itself and goes out as it is');

/** IOS writes the kind of a key behind it: 7, or nothing for one in clear. */
function ntpKey(words: readonly string[]): string {
  const [key, kind] = words.slice(4);
  if (key === undefined) return words.join(' ');
  const hidden = hiddenPassword(kind === '7' ? '7' : undefined, key)[1];
  return [...words.slice(0, 4), hidden, '7'].join(' ');
}

export const inertCommands: readonly InertCommand[] = [
  {
    mode: 'config',
    syntax: 'version <release:word>',
    section: 'version',
    lasting: true,
    reason: harmless('names the software that wrote the file'),
  },
  {
    mode: 'config',
    syntax: 'service password-encryption',
    section: 'service',
    keepsNo: true,
    reason: harmless('passwords that can be read back are shown as type 7, or as type 6 while they are encrypted'),
  },
  { mode: 'config', syntax: 'service <name:line>', section: 'service', many: true, keepsNo: true, reason: platform },
  { mode: 'config', syntax: 'boot-start-marker', section: 'boot', reason: platform },
  { mode: 'config', syntax: 'boot <what:line>', section: 'boot', many: true, reason: platform },
  { mode: 'config', syntax: 'boot-end-marker', section: 'boot', reason: platform },
  ...['rate-limit', 'exception', 'history', 'queue-limit', 'userinfo', 'count', 'message-counter'].map(
    (word): InertCommand => ({
      mode: 'config',
      syntax: `logging ${word} [<rest:line>]`,
      section: 'logging',
      keepsNo: true,
      reason: logs,
    }),
  ),
  { mode: 'config', syntax: 'aaa new-model', section: 'aaa', keepsNo: true, reason: localLogins },
  {
    mode: 'config',
    syntax: 'aaa <what:line>',
    section: 'aaa',
    many: true,
    keepsNo: true,
    reason: localLogins,
  },
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
    reason: alwaysLookedUp,
  },
  {
    mode: 'config',
    syntax: 'ip domain-lookup',
    section: 'ip-early',
    keepsNo: true,
    reason: alwaysLookedUp,
  },
  {
    mode: 'config',
    syntax: 'voice-card <slot:word>',
    section: 'voice-card',
    many: true,
    opens: { mode: 'config-voicecard', prompt: 'config-voicecard' },
    reason: noVoiceCard,
  },
  { mode: 'config-voicecard', syntax: 'dspfarm', keepsNo: true, reason: noVoiceCard },
  { mode: 'config-voicecard', syntax: 'dsp <what:line>', many: true, keepsNo: true, reason: noVoiceCard },
  { mode: 'config-voicecard', syntax: 'codec <what:line>', keepsNo: true, reason: noVoiceCard },
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
  { mode: 'config-if', syntax: 'duplex <mode:word>', keepsNo: true, reason: hostInterface },
  { mode: 'config-if', syntax: 'speed <speed:word>', keepsNo: true, reason: hostInterface },
  { mode: 'config-if', syntax: 'media-type <type:line>', keepsNo: true, reason: hostInterface },
  { mode: 'config-if', syntax: 'mtu <bytes:line>', reason: hostInterface },
  { mode: 'config-if', syntax: 'negotiation auto', keepsNo: true, reason: hostInterface },
  { mode: 'config-if', syntax: 'keepalive <seconds:line>', keepsNo: true, reason: hostInterface },
  { mode: 'config-if', syntax: 'cdp enable', keepsNo: true, reason: hostInterface },
  {
    mode: 'config',
    syntax: 'ip ssh logging events',
    section: 'ip-ssh',
    keepsNo: true,
    reason: harmless('logins are always logged'),
  },
  {
    mode: 'config',
    syntax: 'ip ssh dh min size <bits:line>',
    section: 'ip-ssh',
    reason: harmless('no group below 2048 bits is offered'),
  },
  ...['server', 'client', 'maxstartups', 'dscp', 'precedence', 'break-string', 'stricthostkeycheck'].map(
    (word): InertCommand => ({
      mode: 'config',
      syntax: `ip ssh ${word} [<rest:line>]`,
      section: 'ip-ssh',
      ...(word === 'server' || word === 'client' ? { many: true } : {}),
      keepsNo: true,
      reason: harmless('algorithms, bounds and ways to log in are those of `show ip ssh` and docs/deviations.md'),
    }),
  ),
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
    reason: plainEnrolment,
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
  {
    mode: 'config',
    syntax: 'privilege <mode:word> <rest:line>',
    section: 'privilege',
    many: true,
    reason: harmless('levels are given to EXEC commands only'),
  },
  { mode: 'config', syntax: 'mgcp', section: 'mgcp', keepsNo: true, reason: harmless('MGCP is not spoken') },
  {
    mode: 'config',
    syntax: 'mgcp <what:line>',
    section: 'mgcp',
    many: true,
    keepsNo: true,
    reason: harmless('MGCP is not spoken'),
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
  ...[
    'access-group',
    'allow',
    'authenticate',
    'broadcastdelay',
    'clock-period',
    'logging',
    'master',
    'max-associations',
    'maxdistance',
    'passive',
    'peer',
    'source',
    'trusted-key',
    'update-calendar',
  ].map(
    (word): InertCommand => ({
      mode: 'config',
      syntax: `ntp ${word} [<rest:line>]`,
      section: 'ntp',
      ...(['access-group', 'peer', 'trusted-key'].includes(word) ? { many: true } : {}),
      keepsNo: true,
      reason: ntp,
    }),
  ),
  {
    mode: 'config',
    syntax: 'ntp authentication-key <number:int(1-4294967295)> md5 <password:word> [<encryption:int(0-7)>]',
    section: 'ntp',
    many: true,
    readBack: ntpKey,
    reason: ntp,
  },
  {
    mode: 'config-archive',
    syntax: 'log config',
    opens: { mode: 'config-archive-log-cfg', prompt: 'config-archive-log-config' },
    reason: commandsUnlogged,
  },
  ...['logging', 'hidekeys', 'notify', 'record'].map(
    (word): InertCommand => ({
      mode: 'config-archive-log-cfg',
      syntax: `${word} [<rest:line>]`,
      keepsNo: true,
      reason: commandsUnlogged,
    }),
  ),
  ...serverInert,
  ...signalingInert,
  ...voiceInert,
  ...voicePortInert,
  ...platformInert,
  ...routerInert,
  ...cubeInert,
];
