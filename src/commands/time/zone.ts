import { CommandError, command } from '../../cli/index.ts';
import { recurringDefaults, type SummerTime, type TimeSettings } from '../../time/settings.ts';
import type { World } from '../world.ts';
import { change } from './change.ts';
import { dayOf, minutesOf, printFixedDay, printRecurringDay, recurringDay } from './day.ts';

/** It stands in every time that is printed. */
function zoneName(word: string): string {
  if (/^[A-Za-z0-9+-]{1,15}$/.test(word)) return word;
  throw new CommandError(`% Invalid time zone name: ${word}`);
}

const timezoneSyntax = 'clock timezone <zone:word> <hours:int(-23-23)> [<minutes:int(0-59)>]';

const timezone = command<typeof timezoneSyntax, World>(
  timezoneSyntax,
  'Configure time zone',
  ({ zone, hours, minutes = 0 }, invocation) =>
    change(invocation, ({ zone: _, ...others }) => {
      if (invocation.form !== 'set') return others;
      const distance = hours * 60 + (hours < 0 ? -minutes : minutes);
      return { ...others, zone: { name: zoneName(zone), minutes: distance } };
    }),
  { negatable: true, noSyntax: 'clock timezone [<rest:line>]', standard: 'UTC 0' },
);

const recurringSyntax =
  'clock summer-time <zone:word> recurring [<week:word> <day:word> <month:word> <time:word> <end-week:word> <end-day:word> <end-month:word> <end-time:word> [<offset:int(1-1440)>]]';

const usualOffset = 60;

const recurring = command<typeof recurringSyntax, World>(
  recurringSyntax,
  'Configure summer (daylight savings) time, the same in every year',
  ({ zone, week, day, month, time, endWeek, endDay, endMonth, endTime, offset = usualOffset }, invocation) => {
    if (invocation.form !== 'set') return change(invocation, ({ summer: _, ...others }) => others);
    const isTyped =
      week !== undefined &&
      day !== undefined &&
      month !== undefined &&
      time !== undefined &&
      endWeek !== undefined &&
      endDay !== undefined &&
      endMonth !== undefined &&
      endTime !== undefined;
    const days = isTyped
      ? {
          begin: recurringDay({ week, day, month, time }),
          end: recurringDay({ week: endWeek, day: endDay, month: endMonth, time: endTime }),
        }
      : recurringDefaults;
    change(invocation, (old) => ({
      ...old,
      summer: { kind: 'recurring', zone: zoneName(zone), offsetMinutes: offset, ...days },
    }));
  },
  // Whichever of the two it is.
  { negatable: true, noSyntax: 'clock summer-time [<rest:line>]' },
);

const dateSyntax =
  'clock summer-time <zone:word> date <day:word> <month:word> <year:int(1993-2035)> <time:word> <end-day:word> <end-month:word> <end-year:int(1993-2035)> <end-time:word> [<offset:int(1-1440)>]';

const date = command<typeof dateSyntax, World>(
  dateSyntax,
  'Configure summer (daylight savings) time, once',
  (args, invocation) => {
    const summer: SummerTime = {
      kind: 'date',
      zone: zoneName(args.zone),
      offsetMinutes: args.offset ?? usualOffset,
      begin: { ...dayOf(args.day, args.month, args.year), minutes: minutesOf(args.time) },
      end: { ...dayOf(args.endDay, args.endMonth, args.endYear), minutes: minutesOf(args.endTime) },
    };
    change(invocation, (old) => ({ ...old, summer }));
  },
);

const calendarValid = command<'clock calendar-valid', World>(
  'clock calendar-valid',
  "The host's clock is authoritative even where time servers are configured",
  (_, invocation) => change(invocation, (old) => ({ ...old, calendarValid: invocation.form === 'set' })),
  { negatable: true, standard: 'off' },
);

function printSummer(summer: SummerTime): string {
  const { zone, kind, offsetMinutes } = summer;
  const days =
    summer.kind === 'date'
      ? [printFixedDay(summer.begin), printFixedDay(summer.end)]
      : [printRecurringDay(summer.begin), printRecurringDay(summer.end)];
  const usual = [printRecurringDay(recurringDefaults.begin), printRecurringDay(recurringDefaults.end)];
  const isUsual = kind === 'recurring' && offsetMinutes === usualOffset && days.join() === usual.join();
  const offset = offsetMinutes === usualOffset ? [] : [String(offsetMinutes)];
  return ['clock summer-time', zone, kind, ...(isUsual ? [] : [...days, ...offset])].join(' ');
}

export function printZone({ zone, summer, calendarValid: isValid }: TimeSettings): readonly string[] {
  const minutes = Math.abs((zone?.minutes ?? 0) % 60);
  return [
    ...(zone === undefined
      ? []
      : [`clock timezone ${zone.name} ${Math.trunc(zone.minutes / 60)}${minutes === 0 ? '' : ` ${minutes}`}`]),
    ...(summer === undefined ? [] : [printSummer(summer)]),
    ...(isValid ? ['clock calendar-valid'] : []),
  ];
}

export const zoneCommands = [timezone, recurring, date, calendarValid];
