import { command } from '../../cli/index.ts';
import { type ClockReport, clockText, instantOf } from '../../time/index.ts';
import { lineName } from '../access/line-name.ts';
import { show } from '../show.ts';
import type { World } from '../world.ts';
import { dayOf, timeOfDay } from './day.ts';

const setSyntax = 'clock set <time:word> <day:word> <month:word> <year:int(1993-2035)>';

const set = command<typeof setSyntax, World>(
  setSyntax,
  'Set the time and date: hh:mm:ss, day and month in either order, year',
  ({ time, day, month, year }, { world }) => {
    const date = dayOf(day, month, year);
    const local = Date.UTC(date.year, date.month, date.day) + timeOfDay(time);
    world.time.set(instantOf(world.config.running.time, local), lineName(world.line));
  },
);

function printReport({ now, zone, mark, source }: ClockReport, detail: boolean): readonly string[] {
  return [`${mark}${clockText(now, zone)}`, ...(detail ? [`Time source is ${source}`] : [])];
}

const showClock = show(
  'show clock [detail]',
  'Display the system clock',
  ({ time }) => time.clock(),
  (report, { detail }) => printReport(report, detail === true),
  { privilege: 1 },
);

export const clockCommands = [set, showClock];
