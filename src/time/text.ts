import type { StampZone } from '../io/index.ts';

export const weekdayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
export const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `18:56:04.554 EST Mon Oct 17 2016`, from milliseconds since the epoch and the zone that holds then. */
export function clockText(at: number, zone: StampZone): string {
  return withWeekday(at, zone, 23);
}

/** The same to the second: what log messages and `show version` say. */
export function secondText(at: number, zone: StampZone): string {
  return withWeekday(at, zone, 19);
}

/** `23:56:42 UTC Jun 7 2017`: the dates of certificates. */
export function dateText(at: number, zone: StampZone): string {
  const local = localDate(at, zone);
  return `${local.toISOString().slice(11, 19)} ${zone.name} ${day(local)}`;
}

function withWeekday(at: number, zone: StampZone, end: number): string {
  const local = localDate(at, zone);
  return `${local.toISOString().slice(11, end)} ${zone.name} ${weekdayNames[local.getUTCDay()]} ${day(local)}`;
}

function day(local: Date): string {
  return `${monthNames[local.getUTCMonth()]} ${local.getUTCDate()} ${local.getUTCFullYear()}`;
}

/** Certificates may name years that no `Date` prints in four digits; those are shown at the end of what it can. */
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const earliest = Date.UTC(1, 0, 1);

function localDate(at: number, zone: StampZone): Date {
  const local = Math.floor(at) + zone.minutes * 60_000;
  return new Date(Math.min(latest, Math.max(earliest, Number.isNaN(local) ? 0 : local)));
}
