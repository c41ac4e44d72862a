import { CommandError } from '../../cli/index.ts';
import { monthNames, weekdayNames } from '../../time/index.ts';
import type { FixedDay, RecurringDay } from '../../time/settings.ts';

function named(names: readonly string[], word: string): number | undefined {
  const wanted = word.toLowerCase();
  if (!/^[a-z]{3,9}$/.test(wanted)) return undefined;
  const at = names.findIndex((name) => name.toLowerCase() === wanted.slice(0, 3));
  return at < 0 ? undefined : at;
}

function wrong(what: string, word: string): never {
  throw new CommandError(`% Invalid ${what}: ${word}`);
}

/** `hh:mm` as minutes after midnight. */
export function minutesOf(word: string): number {
  const parts = /^(\d{1,2}):(\d{2})$/.exec(word);
  const [hours, minutes] = [Number(parts?.[1]), Number(parts?.[2])];
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : wrong('time', word);
}

/** `hh:mm:ss` as milliseconds after midnight. */
export function timeOfDay(word: string): number {
  const parts = /^(\d{1,2}):(\d{2}):(\d{2})$/.exec(word);
  const [hours, minutes, seconds] = [Number(parts?.[1]), Number(parts?.[2]), Number(parts?.[3])];
  return hours < 24 && minutes < 60 && seconds < 60
    ? ((hours * 60 + minutes) * 60 + seconds) * 1000
    : wrong('time', word);
}

/** `17 Oct` or `Oct 17`, in a year. */
export function dayOf(first: string, second: string, year: number): Omit<FixedDay, 'minutes'> {
  const [day, word] = /^\d/.test(first) ? [first, second] : [second, first];
  const month = named(monthNames, word) ?? wrong('month', word);
  const number = /^\d{1,2}$/.test(day) ? Number(day) : wrong('day', day);
  if (new Date(Date.UTC(year, month, number)).getUTCDate() !== number) wrong('day', day);
  return { year, month, day: number };
}

interface RecurringWords {
  readonly week: string;
  readonly day: string;
  readonly month: string;
  readonly time: string;
}

/** `2 Sun Mar 2:00`. */
export function recurringDay({ week, day, month, time }: RecurringWords): RecurringDay {
  return {
    week: weekOf(week),
    weekday: named(weekdayNames, day) ?? wrong('weekday', day),
    month: named(monthNames, month) ?? wrong('month', month),
    minutes: minutesOf(time),
  };
}

function weekOf(word: string): RecurringDay['week'] {
  if (/^first$/i.test(word)) return 1;
  if (/^last$/i.test(word)) return 'last';
  return ([1, 2, 3, 4] as const).find((week) => String(week) === word) ?? wrong('week', word);
}

function printMinutes(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

export function printRecurringDay({ week, weekday, month, minutes }: RecurringDay): string {
  return `${week} ${weekdayNames[weekday]} ${monthNames[month]} ${printMinutes(minutes)}`;
}

export function printFixedDay({ year, month, day, minutes }: FixedDay): string {
  return `${monthNames[month]} ${day} ${year} ${printMinutes(minutes)}`;
}
