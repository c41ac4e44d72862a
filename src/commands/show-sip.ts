import { CommandError, command } from '../cli/index.ts';
import type { SipStatistics, StatusReport } from '../sip/index.ts';
import {
  type RetryName,
  retryDefaults,
  type ServiceStop,
  type SipSettings,
  type TimerName,
  timerDefaults,
} from '../sip/settings.ts';
import type { CommandSet } from './command-set.ts';
import { clockPrinter } from './display-time.ts';
import { show } from './show.ts';
import { showRegisterStatus } from './show-register-status.ts';
import { printCalls } from './show-sip-calls.ts';
import { sipMapShows } from './show-sip-map.ts';
import { printStatistics } from './show-sip-statistics.ts';
import { printTargets } from './show-targets.ts';
import type { World } from './world.ts';

function enabled(on: boolean): string {
  return on ? 'ENABLED' : 'DISABLED';
}

/** `show sip-ua status`. */
function printStatus(
  status: StatusReport & Pick<SipSettings, 'maxForwards' | 'protocolMode' | 'redirection' | 'reasonOverride'>,
): readonly string[] {
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
    `SIP max-forwards : ${status.maxForwards}`,
    'SIP DNS SRV version: 2 (rfc 2782)',
    'NAT Settings for the SIP-UA',
    'Role in SDP: NONE',
    'Check media source packets: DISABLED',
    'Maximum duration for a telephone-event in NOTIFYs: 2000 ms',
    'SIP support for ISDN SUSPEND/RESUME: ENABLED',
    `Redirection (3xx) message handling: ${enabled(status.redirection)}`,
    `Reason Header will override Response/Request Codes: ${enabled(status.reasonOverride)}`,
    'Out-of-dialog Refer: DISABLED',
    'Presence support is DISABLED',
    `protocol mode is ${status.protocolMode}`,
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

type Timers = Readonly<Record<TimerName, number>>;

/** What holds: as configured, else IOS's. */
function timersOf({ timers }: SipSettings): Timers {
  return { ...timerDefaults, ...timers };
}

/** `show sip-ua timers`, with the line breaks of IOS. */
function printTimers(timers: Timers): readonly string[] {
  const value = (name: TimerName): number => timers[name];
  const row = (...names: readonly TimerName[]): string => names.map((name) => `${name} ${value(name)}`).join(', ');
  return [
    'SIP UA Timer Values (millisecs unless noted)',
    row('trying', 'expires', 'connect', 'disconnect'),
    row('prack', 'rel1xx', 'notify', 'update'),
    `${row('refer', 'register', 'info', 'options')},hold ${value('hold')} minutes`,
    `, register-dns-cache ${value('dnsRegistrarCache')} seconds`,
    `tcp/udp aging ${value('connectionAging')} minutes`,
    'tls aging 60 minutes',
    `tls establish ${value('connectionEstablishTls')} seconds`,
    row('comet'),
  ];
}

/** `show sip-ua retry`. */
function printRetry(retry: Readonly<Record<RetryName, number>>): readonly string[] {
  const value = (name: RetryName): number => retry[name];
  return [
    'SIP UA Retry Values',
    `invite retry count = ${value('invite')} response retry count = ${value('response')}`,
    `bye retry count = ${value('bye')} cancel retry count = ${value('cancel')}`,
    `prack retry count = ${value('prack')} comet retry count = ${value('comet')}`,
    `reliable 1xx count = ${value('rel1xx')} notify retry count = ${value('notify')}`,
    `refer retry count = ${value('refer')} register retry count = ${value('register')}`,
    `info retry count = ${value('info')} subscribe retry count = ${value('subscribe')}`,
    `options retry count = ${value('options')} update retry count = ${value('update')}`,
    `keepalive retry count = ${value('keepalive')}`,
  ];
}

/** `show sip-ua service`: who shut it, and how. */
function printService({ service, sip }: SipSettings['stopped']): readonly string[] {
  const how = (stop: ServiceStop): string => `SIP service is ${stop === 'forced' ? 'forced shut' : 'shut'}`;
  if (service !== undefined) return [`${how(service)} globally`, "under 'voice service voip'"];
  return sip === undefined ? ['SIP Service is up'] : [how(sip), "under 'voice service voip', 'sip' submode"];
}

/** Of the gateway, or of the calls of one dial peer. */
function statisticsOf({ sip, calls, config }: World, tag: number | undefined): SipStatistics {
  if (tag === undefined) return sip.statistics();
  if (!config.running.dialPlan.peers.has(tag)) throw new CommandError('% No such dial-peer');
  return calls.peerStatistics(tag);
}

export const sipShowCommands: CommandSet = {
  exec: [
    ...sipMapShows,
    show(
      'show sip-ua status',
      'Display SIP UA status',
      ({ sip, config }) => ({
        ...sip.status(),
        maxForwards: config.running.sip.maxForwards,
        protocolMode: config.running.sip.protocolMode,
        redirection: config.running.sip.redirection,
        reasonOverride: config.running.sip.reasonOverride,
      }),
      printStatus,
    ),
    show('show sip-ua timers', 'Display SIP UA timers', ({ config }) => timersOf(config.running.sip), printTimers),
    show(
      'show sip-ua retry',
      'Display SIP protocol retry counts',
      ({ config }) => ({ ...retryDefaults, ...config.running.sip.retry }),
      printRetry,
    ),
    show(
      'show sip-ua calls [brief]',
      'Display active SIP calls',
      ({ sip }) => sip.calls(),
      (calls, { brief }) => printCalls(calls, brief === true),
    ),
    showRegisterStatus,
    show(
      'show sip-ua statistics [dial-peer <tag:int(1-2147483647)>]',
      'Display SIP UA statistics',
      (world, { tag }) => statisticsOf(world, tag),
      (statistics, _args, world) => printStatistics(statistics, clockPrinter(world)),
    ),
    command<'clear sip-ua statistics', World>('clear sip-ua statistics', 'Clear SIP UA statistics', (_, { world }) => {
      world.sip.clearStatistics();
      world.calls.clearPeerStatistics();
    }),
    show(
      'show sip-ua targets',
      'Display the addresses calls could not be sent to',
      ({ sip }) => sip.targets(),
      printTargets,
      { ours: true },
    ),
    show(
      'show sip-ua service',
      'Display SIP submode shutdown information',
      ({ config }) => config.running.sip.stopped,
      printService,
    ),
  ],
};
