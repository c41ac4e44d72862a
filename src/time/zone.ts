import type { StampZone } from '../io/index.ts';
import type { FixedDay, RecurringDay, SummerTime, TimeSettings } from './settings.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The zone that holds at an instant: standard or summer time. `at`: milliseconds since the epoch. */
export function zoneAt({ zone, summer }: Pick<TimeSettings, 'zone' | 'summer'>, at: number): StampZone {
  const standard = zone ?? { name: 'UTC', minutes: 0 };
  if (summer === undefined || !isSummer(summer, standard.minutes, at)) return standard;
  return { name: summer.zone, minutes: standard.minutes + summer.offsetMinutes };
}

/** The instant that a local clock shows as `local`: milliseconds since the epoch as if the local clock were UTC. */
export function instantOf(settings: Pick<TimeSettings, 'zone' | 'summer'>, local: number): number {
  const standard = local - (settings.zone?.minutes ?? 0) * minuteMs;
  const summer = standard - (settings.summer?.offsetMinutes ?? 0) * minuteMs;
  return [summer, standard].find((at) => at + zoneAt(settings, at).minutes * minuteMs === local) ?? standard;
}

/** It begins by standard time and ends by its own. South of the equator it begins late in a year and ends in the next. */
function isSummer(summer: SummerTime, standardMinutes: number, at: number): boolean {
  const standard = at + standardMinutes * minuteMs;
  const own = standard + summer.offsetMinutes * minuteMs;
  if (summer.kind === 'date') return standard >= instantOfDay(summer.begin) && own < instantOfDay(summer.end);
  const year = new Date(standard).getUTCFullYear();
  const begin = instantOfDay(dayOf(summer.begin, year));
  const end = instantOfDay(dayOf(summer.end, year));
  return begin < end ? standard >= begin && own < end : standard >= begin || own < end;
}

function instantOfDay({ year, month, day, minutes }: FixedDay): number {
  return Date.UTC(year, month, day) + minutes * minuteMs;
}

function dayOf({ week, weekday, month, minutes }: RecurringDay, year: number): FixedDay {
  const first = Date.UTC(year, month, 1);
  const day = 1 + ((weekday - new Date(first).getUTCDay() + 7) % 7);
  if (week !== 'last') return { year, month, day: day + (week - 1) * 7, minutes };
  const length = Math.round((Date.UTC(year, month + 1, 1) - first) / dayMs);
  return { year, month, day: day + 7 * Math.floor((length - day) / 7), minutes };
}
