/**
 * commands/voice: dial peers, voice ports and calls as an operator meets them.
 *
 * - `dial-peer` opens the two dial-peer modes; `pots-peer` and `voip-peer` hold what only one kind has.
 * - `voice-port` is the mode of a telephone port; `device` in it is ours.
 * - `num-exp` says what extensions stand for.
 * - `csim` places a test call; `call-limits` says how many calls may come.
 * - `show-*` print records of the call room.
 *
 * Who tells whom: a command changes the tree or asks `CallFace`; a printer turns a record into lines and asks nobody.
 * **Standards:** none; the layouts are those of IOS.
 */
import type { DialPeer } from '../../call/index.ts';
import { CommandError } from '../../cli/index.ts';
import type { PortReport } from '../../port/index.ts';
import type { CommandSet } from '../command-set.ts';
import { clockPrinter } from '../display-time.ts';
import { show } from '../show.ts';
import type { World } from '../world.ts';
import { callLimitCommands } from './call-limits.ts';
import { clearCallCommands } from './clear-call.ts';
import { csimCommands } from './csim.ts';
import { dialPeerCommands } from './dial-peer.ts';
import { numExpCommands } from './num-exp.ts';
import { portName } from './port-name.ts';
import { printActiveCalls } from './show-active-calls.ts';
import { printCallHistory, printHistoryBlocks } from './show-call-history.ts';
import { printBlocks, printCompact, printSummary } from './show-call-legs.ts';
import { printDialPeerSummary } from './show-dial-peer.ts';
import { type DialPeerDetail, type DialPlanAnswer, printDialPeer, printDialPlan } from './show-dial-peer-detail.ts';
import { portCalls, printRtpConnections, printVoiceCalls } from './show-media.ts';
import { printVoicePort, printVoicePortSummary } from './show-voice-port.ts';
import { printVoiceStatus, voiceStatus } from './show-voice-status.ts';
import { voicePortCommands } from './voice-port.ts';

function detail({ config, calls }: World, tag: number): DialPeerDetail {
  const peer = config.running.dialPlan.peers.get(tag);
  const state = calls.dialPeers().peers.find((row) => row.tag === tag);
  if (peer === undefined || state === undefined) throw new CommandError('% No such dial-peer');
  const { destinationGroup: group } = peer;
  const groupKnown = group !== undefined && config.running.voiceClasses.peerGroups.has(group);
  const bind = peer.kind === 'voip' ? (peer.bind ?? {}) : {};
  const bound = Object.fromEntries(
    Object.entries(bind).map(([what, name]) => {
      const { address, ipv6 } = config.running.interfaces.get(name) ?? {};
      return [what, address?.address ?? ipv6?.address ?? ''];
    }),
  );
  const more = { ...(groupKnown ? { groupKnown } : {}), ...(Object.keys(bound).length > 0 ? { bound } : {}) };
  return { peer: withoutPasswords(peer), state, calls: calls.peerCalls(tag), ...more };
}

/** The peer as it may be shown: `| json` shows all of it. */
function withoutPasswords({ authentication: _, ...peer }: DialPeer): DialPeer {
  return peer;
}

function port({ calls }: World, typed: string): readonly PortReport[] {
  const found = calls.ports().filter(({ name }) => name === portName(typed));
  if (found.length === 0) throw new CommandError('% Voice port not found');
  return found;
}

const showCommands = [
  show(
    'show dial-peer voice summary',
    'Display summary of all voice dial peers',
    ({ calls }) => calls.dialPeers(),
    printDialPeerSummary,
  ),
  show(
    'show dial-peer voice [<tag:int(1-2147483647)>]',
    'Display voice dial peers',
    (world, { tag }) =>
      tag === undefined
        ? Array.from(world.config.running.dialPlan.peers.keys(), (each) => detail(world, each))
        : [detail(world, tag)],
    (peers, _args, world) => peers.flatMap((one) => printDialPeer(one, clockPrinter(world))),
  ),
  show(
    'show dialplan number <number:word>',
    'Where a call to a number would go',
    (world, { number }): DialPlanAnswer => ({
      number: world.calls.expanded(number),
      matches: world.calls.dialPlan(number).map((match) => ({ match, detail: detail(world, match.tag) })),
    }),
    (answer, _args, world) => printDialPlan(answer, clockPrinter(world)),
  ),
  show(
    'show dialplan incall sip {calling | called} <number:word>',
    'Which peer an incoming SIP call belongs to',
    (world, { calling, number }): DialPlanAnswer => {
      const match = world.calls.incomingPeer(calling ? 'calling' : 'called', number);
      return { number, matches: match === undefined ? [] : [{ match, detail: detail(world, match.tag) }] };
    },
    (answer, _args, world) => printDialPlan(answer, clockPrinter(world)),
  ),
  show(
    'show call active voice [brief | compact | summary]',
    'Display active voice calls',
    ({ calls }) => calls.activeCalls(),
    (calls, { brief, compact, summary }, world) => {
      if (brief) return printActiveCalls(calls, clockPrinter(world));
      if (compact) return printCompact(calls);
      return summary ? printSummary(calls) : printBlocks(calls, clockPrinter(world));
    },
  ),
  show(
    'show call active total-calls',
    'Display the number of active calls',
    ({ calls }) => ({ active: calls.counters().active }),
    ({ active }) => [`Total Number of Active Calls : ${active}`],
  ),
  show(
    'show call history voice [brief] [last <count:int(1-100)>]',
    'Display voice calls that ended',
    ({ calls }, { count }) => calls.records().slice(count === undefined ? 0 : -count),
    (records, { brief }, world) => (brief ? printCallHistory : printHistoryBlocks)(records, clockPrinter(world)),
  ),
  show(
    'show voice call summary',
    'Display the calls of voice ports',
    ({ calls }) => portCalls(calls.ports(), calls.activeCalls()),
    printVoiceCalls,
  ),
  show(
    'show voice call status',
    'Display the legs of calls at voice ports',
    ({ calls }) => voiceStatus(calls.activeCalls()),
    printVoiceStatus,
  ),
  show(
    'show voip rtp connections',
    'Display where media goes',
    ({ calls }) => calls.activeCalls(),
    printRtpConnections,
  ),
  show(
    'show voice port summary',
    'Display summary of all voice ports',
    ({ calls }) => calls.ports(),
    printVoicePortSummary,
  ),
  show(
    'show voice port [<port:word>]',
    'Display voice ports',
    (world, args) => (args.port === undefined ? world.calls.ports() : port(world, args.port)),
    (ports) => ports.flatMap(printVoicePort),
  ),
];

export const voiceCommands: CommandSet = {
  exec: [
    ...(clearCallCommands.exec ?? []),
    ...(csimCommands.exec ?? []),
    ...(numExpCommands.exec ?? []),
    ...(callLimitCommands.exec ?? []),
    ...showCommands,
  ],
  config: [
    ...(callLimitCommands.config ?? []),
    ...(numExpCommands.config ?? []),
    ...(dialPeerCommands.config ?? []),
    ...(voicePortCommands.config ?? []),
  ],
  modes: [...(dialPeerCommands.modes ?? []), ...(voicePortCommands.modes ?? [])],
  sections: [
    ...(callLimitCommands.sections ?? []),
    ...(dialPeerCommands.sections ?? []),
    ...(voicePortCommands.sections ?? []),
  ],
};
