import { longestPoll, type NtpReport, type PeerStatus, referenceText, shortestPoll } from '../../time/index.ts';
import type { PrintTime } from '../display-time.ts';
import { printTimestamp } from './timestamp.ts';

type Row = NtpReport['associations'][number];

const marks: Readonly<Record<PeerStatus, string>> = {
  'system peer': '*',
  candidate: '+',
  falseticker: 'x',
  unfit: ' ',
};

/** What a server that has not answered yet counts as: almost sixteen seconds off. */
const unknownDispersion = 15_937;

export function associationLines(rows: readonly Row[]): readonly string[] {
  return [
    '  address         ref clock       st   when   poll reach  delay  offset   disp',
    ...rows.map(associationLine),
    ' * sys.peer, # selected, + candidate, - outlyer, x falseticker, ~ configured',
  ];
}

function associationLine(row: Row): string {
  const { status, address, packet, sinceMs, pollExponent, reach, filtered, offsetMs } = row;
  const when = sinceMs === undefined ? '-' : String(Math.floor(sinceMs / 1000));
  return [
    `${marks[status]}~${address.padEnd(16)}${referenceOf(row).padEnd(15)}`,
    String(packet?.stratum ?? 16).padStart(3),
    when.padStart(7),
    String(2 ** pollExponent).padStart(7),
    reach.toString(8).padStart(6),
    fit(filtered?.best.delayMs ?? 0, 6).padStart(7),
    fit(offsetMs, 7).padStart(8),
    fit(filtered?.dispersionMs ?? unknownDispersion, 6).padStart(7),
  ].join('');
}

function referenceOf({ packet, refused }: Row): string {
  if (packet !== undefined) return referenceText(packet.stratum, packet.referenceId);
  return refused ? '.DENY.' : '.INIT.';
}

/** With as many decimals as there is room for, three at most: `0.000`, `189.44`, `15937.`. */
function fit(value: number, width: number): string {
  for (const decimals of [3, 2, 1]) {
    const text = value.toFixed(decimals);
    if (text.length <= width) return text;
  }
  return `${value.toFixed(0)}.`;
}

export function detailLines(row: Row, base: number, print: PrintTime): readonly string[] {
  const { status, packet, filtered, counters, settings, address } = row;
  const isFit = status === 'system peer' || status === 'candidate';
  const state = `${status === 'system peer' ? 'our_master, ' : ''}${isFit ? 'sane, valid' : 'insane, invalid'}`;
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const time = (timestamp: bigint | undefined): string => printTimestamp(timestamp ?? 0n, print);
  const two = (value: number | undefined): string => (value ?? 0).toFixed(2);
  return [
    `${address} configured, ${family}, ${state}, stratum ${packet?.stratum ?? 16}`,
    `ref ID ${paddedReference(row)}, time ${time(packet?.reference)}`,
    `our mode client, peer mode ${packet === undefined ? 'unspec' : 'server'}, our poll intvl ${2 ** row.pollExponent}, peer poll intvl ${peerPoll(row)}`,
    `root delay ${two(packet?.rootDelayMs)} msec, root disp ${two(packet?.rootDispersionMs)}, reach ${row.reach.toString(8)}, sync dist ${two(filtered?.distanceMs)}`,
    `delay ${two(filtered?.best.delayMs)} msec, offset ${row.offsetMs.toFixed(4)} msec, dispersion ${two(filtered?.dispersionMs ?? unknownDispersion)}, jitter ${two(filtered?.jitterMs)} msec`,
    `precision 2**${Math.abs(packet?.precision ?? 0)}, version ${settings.version}`,
    `assoc in packets ${counters.received}, assoc out packets ${counters.sent}, assoc error packets ${counters.errors}`,
    `assoc name ${settings.host}`,
    // What we send is no time, but a number nobody can guess.
    `org time ${time(0n)}`,
    `rec time ${time(packet?.receive)}`,
    `xmt time ${time(packet?.transmit)}`,
    ...filterLines(row, base),
    `minpoll = ${shortestPoll}, maxpoll = ${longestPoll}`,
    '',
  ];
}

function paddedReference(row: Row): string {
  const reference = referenceOf(row);
  return reference.startsWith('.') ? reference : reference.padEnd(15);
}

function peerPoll({ packet }: Row): number {
  return 2 ** Math.min(Math.max(packet?.pollExponent ?? shortestPoll, shortestPoll), longestPoll);
}

/** The last eight measurements, newest first. */
function filterLines({ samples }: Row, base: number): readonly string[] {
  const newest = samples.toReversed();
  const line = (title: string, value: (sample: Row['samples'][number]) => number, empty = '0.00'): string => {
    const values = Array.from({ length: 8 }, (_, i) => {
      const sample = newest[i];
      return (sample === undefined ? empty : value(sample).toFixed(2)).padStart(8);
    });
    return title.padEnd(12) + values.join('');
  };
  return [
    line('filtdelay =', ({ delayMs }) => delayMs),
    line('filtoffset =', (sample) => sample.base - base),
    line('filterror =', ({ errorMs }) => errorMs, '16000.0'),
  ];
}
