import { type NtpReport, shortestPoll, timestampOf } from '../../time/index.ts';
import { clockPrinter, type PrintTime } from '../display-time.ts';
import { show } from '../show.ts';
import { associationLines, detailLines } from './show-associations.ts';
import { printTimestamp } from './timestamp.ts';

/** The clock is counted in milliseconds and set, not slewed: it has no frequency of its own. */
const frequency = 'nominal freq is 1000.0000 Hz, actual freq is 1000.0000 Hz, precision is 2**10';

function statusLines(report: NtpReport, print: PrintTime): readonly string[] {
  const { update, uptimeMs } = report;
  const peer = report.associations.find((one) => one.status === 'system peer');
  const packet = peer?.packet;
  const rootDelay = (packet?.rootDelayMs ?? 0) + (peer?.filtered?.best.delayMs ?? 0);
  const rootDispersion = (packet?.rootDispersionMs ?? 0) + (peer?.filtered?.distanceMs ?? 0);
  return [
    peer === undefined || packet === undefined
      ? 'Clock is unsynchronized, stratum 16, no reference clock'
      : `Clock is synchronized, stratum ${packet.stratum + 1}, reference is ${peer.address.padEnd(17)}`,
    frequency,
    `ntp uptime is ${Math.floor(uptimeMs / 10)} (1/100 of seconds), resolution is 1000`,
    `reference time is ${printTimestamp(update === undefined ? 0n : timestampOf(update.at), print)}`,
    `clock offset is ${(peer?.offsetMs ?? 0).toFixed(4)} msec, root delay is ${rootDelay.toFixed(2)} msec`,
    `root dispersion is ${rootDispersion.toFixed(2)} msec, peer dispersion is ${(peer?.filtered?.dispersionMs ?? 0).toFixed(2)} msec`,
    `loopfilter state is ${update === undefined ? "'NSET' (Never set)" : "'CTRL' (Normal Controlled Loop)"}, drift is 0.000000000 s/s`,
    `system poll interval is ${2 ** (peer?.pollExponent ?? shortestPoll)}, ${
      update === undefined ? 'never updated.' : `last update was ${Math.floor(update.sinceMs / 1000)} sec ago.`
    }`,
  ];
}

const status = show(
  'show ntp status',
  'Status of the synchronisation with time servers',
  ({ time }) => time.ntp(),
  (report, _args, world) => statusLines(report, clockPrinter(world)),
  { privilege: 1 },
);

const associations = show(
  'show ntp associations [detail]',
  'Time servers that are asked',
  ({ time }) => time.ntp(),
  (report, { detail }, world) =>
    detail
      ? report.associations.flatMap((one) => detailLines(one, report.base, clockPrinter(world)))
      : associationLines(report.associations),
  { privilege: 1 },
);

export const ntpShows = [status, associations];
