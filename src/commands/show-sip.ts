import { command, type Invocation } from '../cli/index.ts';
import type { StatusReport } from '../sip/index.ts';
import { type RetryName, retryDefaults, type SipSettings, type TimerName, timerDefaults } from '../sip/settings.ts';
import type { CommandSet } from './command-set.ts';
import { printCalls } from './show-sip-calls.ts';
import type { World } from './world.ts';

function enabled(on: boolean): string {
  return on ? 'ENABLED' : 'DISABLED';
}

/** `show sip-ua status`. */
function printStatus(status: StatusReport, sip: SipSettings): readonly string[] {
  const { listening } = status;
  const bound = (address: string | undefined): string => (address === undefined ? 'DISABLED ' : `ENABLED ${address}`);
  return [
    'SIP User Agent Status',
    `SIP User Agent for UDP : ${enabled(listening.udp)}`,
    `SIP User Agent for TCP : ${enabled(listening.tcp)}`,
    `SIP User Agent for TLS over TCP : ${enabled(listening.tls)}`,
    `SIP User Agent bind status(signaling): ${bound(status.boundSignaling)}`,
    `SIP User Agent bind status(media): ${bound(status.boundMedia)}`,
    'SIP early-media for 180 responses with SDP: ENABLED',
    `SIP max-forwards : ${sip.maxForwards}`,
    'SIP DNS SRV version: 2 (rfc 2782)',
    'NAT Settings for the SIP-UA',
    'Role in SDP: NONE',
    'Check media source packets: DISABLED',
    'Maximum duration for a telephone-event in NOTIFYs: 2000 ms',
    'SIP support for ISDN SUSPEND/RESUME: ENABLED',
    'Redirection (3xx) message handling: ENABLED',
    'Reason Header will override Response/Request Codes: DISABLED',
    'Out-of-dialog Refer: DISABLED',
    'Presence support is DISABLED',
    'protocol mode is ipv4',
    'SDP application configuration:',
    ' Version line (v=) required',
    ' Owner line (o=) required',
    ' Timespec line (t=) required',
    ' Media supported: audio video image ',
    ' Network types supported: IN ',
    ' Address types supported: IP4 IP6 ',
    ' Transport types supported: RTP/AVP udptl',
  ];
}

/** `show sip-ua timers`, with the line breaks of IOS. */
function printTimers({ timers }: SipSettings): readonly string[] {
  const value = (name: TimerName): number => timers[name] ?? timerDefaults[name];
  const row = (...names: readonly TimerName[]): string => names.map((name) => `${name} ${value(name)}`).join(', ');
  return [
    'SIP UA Timer Values (millisecs unless noted)',
    row('trying', 'expires', 'connect', 'disconnect'),
    row('prack', 'rel1xx', 'notify', 'update'),
    `${row('refer', 'register', 'info', 'options')},hold ${value('hold')} minutes`,
    ', register-dns-cache 3600 seconds',
    `tcp/udp aging ${value('connectionAging')} minutes`,
    'tls aging 60 minutes',
    `tls establish ${value('connectionEstablishTls')} seconds`,
  ];
}

/** `show sip-ua retry`. */
function printRetry({ retry }: SipSettings): readonly string[] {
  const value = (name: RetryName): number => retry[name] ?? retryDefaults[name];
  return [
    'SIP UA Retry Values',
    `invite retry count = ${value('invite')} response retry count = ${value('response')}`,
    `bye retry count = ${value('bye')} cancel retry count = ${value('cancel')}`,
    `prack retry count = ${value('prack')} comet retry count = ${value('comet')}`,
    `reliable 1xx count = ${value('rel1xx')} notify retry count = ${value('notify')}`,
  ];
}

function show<const S extends string>(syntax: S, help: string, lines: (world: World) => readonly string[]) {
  const run = (_args: unknown, { world, terminal }: Invocation<World>): void => {
    for (const line of lines(world)) terminal.print(line);
  };
  return command<S, World>(syntax, help, run);
}

export const sipShowCommands: CommandSet = {
  exec: [
    show('show sip-ua status', 'Display SIP UA status', ({ sip, config }) =>
      printStatus(sip.status(), config.running.sip),
    ),
    show('show sip-ua timers', 'Display SIP UA timers', ({ config }) => printTimers(config.running.sip)),
    show('show sip-ua retry', 'Display SIP protocol retry counts', ({ config }) => printRetry(config.running.sip)),
    show('show sip-ua calls', 'Display active SIP calls', ({ sip }) => printCalls(sip.calls(), false)),
    show('show sip-ua calls brief', 'Display active SIP calls, two lines each', ({ sip }) =>
      printCalls(sip.calls(), true),
    ),
  ],
};
