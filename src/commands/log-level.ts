import type { Args } from '../cli/index.ts';
import type { Severity } from '../io/index.ts';

/** Levels of the log by name; the place in the list is the number. */
export const levelNames = [
  'emergencies',
  'alerts',
  'critical',
  'errors',
  'warnings',
  'notifications',
  'informational',
  'debugging',
] as const;

/** Written once; every command that takes a level ends in it. */
export const level =
  '[alerts | critical | debugging | emergencies | errors | informational | notifications | warnings | <level:int(0-7)>]';

/** The level typed, by name or number; `otherwise` when none was. */
export function levelOf(args: Args<typeof level>, otherwise: Severity = 7): Severity {
  const named = levelNames.findIndex((name) => args[name] === true);
  return (args.level ?? (named < 0 ? otherwise : named)) as Severity;
}
