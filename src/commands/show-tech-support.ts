import { CommandError, execMode, type Invocation, showCommand, type Terminal, withoutSecrets } from '../cli/index.ts';
import type { CommandSet } from './command-set.ts';
import type { ConfigurationParts } from './configuration-file.ts';
import type { World } from './world.ts';

const configuration = 'show running-config';

/** What somebody far away wants to see of a gateway, in the order he reads it. */
export const techSupportDisplays: readonly string[] = [
  'show clock detail',
  'show version',
  configuration,
  'show configuration inert',
  'show ip interface brief',
  'show hosts',
  'show ntp status',
  'show ntp associations',
  'show processes cpu',
  'show memory statistics',
  'show sip-ua status',
  'show sip-ua service',
  'show sip-ua timers',
  'show sip-ua retry',
  'show sip-ua register status',
  'show sip-ua connections udp detail',
  'show sip-ua connections tcp detail',
  'show sip-ua connections tcp tls detail',
  'show sip-ua connections history',
  'show sip-ua connections tcp tls failures',
  'show sip-ua calls',
  'show sip-ua statistics',
  'show sip-ua targets',
  'show sip-ua overload',
  'show dial-peer voice summary',
  'show voice port summary',
  'show call active voice brief',
  'show voip rtp connections',
  'show call history voice brief',
  'show crypto pki trustpoints status',
  'show crypto pki certificates',
  'show crypto pki timers',
  'show crypto pki crls',
  'show crypto pki counters',
  'show crypto pki lint',
  'show crypto pki server',
  'show archive',
  'show ip ssh',
  'show users',
  'show reload',
  'show logging',
];

interface Display {
  readonly command: string;
  readonly lines: readonly string[];
}

async function readDisplays(
  invocation: Invocation<World>,
  { language }: ConfigurationParts,
): Promise<readonly Display[]> {
  const displays: Display[] = [];
  for (const line of techSupportDisplays) {
    const meant = language.resolve(execMode, line, () => true);
    if (meant.kind !== 'command') continue;
    const lines: string[] = [];
    const terminal = gathering(line === configuration, lines, invocation.terminal);
    try {
      // The arguments were read by the grammar of the very syntax that the handler's types were read from.
      await meant.command.run(meant.args as never, { ...invocation, ...meant, terminal, focus: undefined });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      lines.push(error.message);
    }
    displays.push({ command: line, lines });
  }
  return displays;
}

/** What leaves the house tells no password, not even one that is hidden. */
function gathering(masks: boolean, lines: string[], terminal: Terminal): Terminal {
  return {
    ...terminal,
    print: (text) => {
      for (const line of text.split('\n')) lines.push(masks ? withoutSecrets(line) : line);
    },
  };
}

export function techSupportCommands(parts: () => ConfigurationParts): CommandSet {
  return {
    exec: [
      showCommand<'show tech-support', readonly Display[], World>(
        'show tech-support',
        'Show system information for Tech-Support',
        {
          read: (_, invocation) => readDisplays(invocation, parts()),
          print: (displays) =>
            displays.flatMap((one) => ['', `------------------ ${one.command} ------------------`, '', ...one.lines]),
        },
      ),
    ],
  };
}
