import { clockText, dateText, secondText, zoneAt } from '../time/index.ts';
import type { World } from './world.ts';

/** Prints an instant, milliseconds since the epoch, in the zone that is configured. */
export type PrintTime = (at: number) => string;

/** `18:56:04.554 UTC Mon Oct 17 2016`. */
export function clockPrinter({ config }: World): PrintTime {
  return (at) => clockText(at, zoneAt(config.running.time, at));
}

/** The same to the second. */
export function secondPrinter({ config }: World): PrintTime {
  return (at) => secondText(at, zoneAt(config.running.time, at));
}

/** `23:56:42 UTC Jun 7 2017`, as certificates are shown. */
export function datePrinter({ config }: World): PrintTime {
  return (at) => dateText(at, zoneAt(config.running.time, at));
}
