import { type KeepaliveServer, type SipSettings, sipDefaults } from '../sip/settings.ts';
import { type Setting, settingsOf } from './config-mode.ts';
import { readTarget, targetText } from './target.ts';

const setting = settingsOf<SipSettings>();

function others({ keepaliveTargets }: SipSettings, secondary: boolean): readonly KeepaliveServer[] {
  return keepaliveTargets.filter((one) => one.secondary !== secondary);
}

function printTarget(target: KeepaliveServer): string {
  const transport = { udp: '', tcp: ' tcp', tls: ' tcp tls' }[target.transport];
  return `keepalive target ${targetText(target)}${transport}${target.secondary ? ' secondary' : ''}`;
}

/** `keepalive target`, one of each rank, and `keepalive trigger`: whether voice ports with `busyout monitor keepalive` are in service. */
export const keepaliveTargetSettings: readonly Setting<SipSettings>[] = [
  setting('keepalive target <target:url> [tcp [tls] | udp] [secondary]', 'Server that is asked whether it lives', {
    standard: 'none',
    set: (sip, { target, tcp, tls, secondary = false }) => {
      const transport = tls ? 'tls' : tcp ? 'tcp' : 'udp';
      const server = { ...readTarget(target, 'keepalive target'), transport, secondary } as const;
      const all = [...others(sip, secondary), server].toSorted((a, b) => Number(a.secondary) - Number(b.secondary));
      return { ...sip, keepaliveTargets: all };
    },
    unset: (sip, { secondary }) => ({ ...sip, keepaliveTargets: secondary ? others(sip, true) : [] }),
    noSyntax: 'keepalive target [<target:url>] [tcp [tls] | udp] [secondary]',
    print: ({ keepaliveTargets }) => keepaliveTargets.map(printTarget),
  }),
  setting('keepalive trigger <count:int(1-10)>', 'Answers in a row that bring the ports back', {
    standard: String(sipDefaults.keepaliveTrigger),
    set: (sip, { count }) => ({ ...sip, keepaliveTrigger: count }),
    unset: (sip) => ({ ...sip, keepaliveTrigger: sipDefaults.keepaliveTrigger }),
    noSyntax: 'keepalive trigger [<count:int(1-10)>]',
    print: ({ keepaliveTrigger: count }) =>
      count === sipDefaults.keepaliveTrigger ? undefined : `keepalive trigger ${count}`,
    default: `keepalive trigger ${sipDefaults.keepaliveTrigger}`,
  }),
];
