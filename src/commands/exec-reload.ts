import { CommandError, command, IncompleteError, type Invocation } from '../cli/index.ts';
import { instantOf, monthNames, zoneAt } from '../time/index.ts';
import { lineName } from './access/line-name.ts';
import type { CommandSet } from './command-set.ts';
import { type ConfigurationParts, confirmed } from './configuration-file.ts';
import { secondPrinter } from './display-time.ts';
import { save } from './exec-copy.ts';
import { printConfiguration } from './running-config.ts';
import { show } from './show.ts';
import { dayOf, minutesOf } from './time/day.ts';
import type { PlannedReload, World } from './world.ts';

const usualReason = 'Reload Command';
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const mostDays = 24;

/** Asks to save what is not saved yet. A startup-config that cannot be read counts as another one. False: the session ended. */
async function askToSave(invocation: Invocation<World>, { sections }: ConfigurationParts): Promise<boolean> {
  const { world, terminal } = invocation;
  const startup = await world.system.readStartup().catch(() => undefined);
  if (startup === printConfiguration(world.config.running, sections)) return true;
  terminal.print('');
  const answer = await terminal.ask('System configuration has been modified. Save? [yes/no]: ');
  if (answer !== undefined && /^\s*y/i.test(answer)) await save(invocation);
  return answer !== undefined;
}

async function reload(reason: string, invocation: Invocation<World>, parts: ConfigurationParts): Promise<void> {
  // The beginning of `reload in` and `reload at` is no reason: nobody shall lose the calls of now for want of a time.
  if (/^(?:in?|at?)$/i.test(reason)) throw new IncompleteError();
  const { world, terminal } = invocation;
  if (!(await askToSave(invocation, parts))) return;
  if (await confirmed(terminal, 'Proceed with reload?')) world.system.reload.now(lineName(world.line), reason);
}

/** A plan is made when the question is answered, so that no time is lost over it. */
async function schedule(
  atOf: () => number,
  reason: string,
  invocation: Invocation<World>,
  parts: ConfigurationParts,
): Promise<void> {
  const { world, terminal } = invocation;
  atOf();
  if (!(await askToSave(invocation, parts))) return;
  const plan = { at: atOf(), by: lineName(world.line), reason };
  for (const line of printPlan({ ...plan, remainingMs: plan.at - world.system.now() }, world)) terminal.print(line);
  if (await confirmed(terminal, 'Proceed with reload?')) world.system.reload.schedule(plan);
}

/** `[hhh:]mm`, as milliseconds. */
function delayOf(word: string): number {
  const [, hours, minutes = ''] = /^(?:(\d{1,3}):)?(\d{1,3})$/.exec(word) ?? [];
  const delay = (Number(hours ?? 0) * 60 + Number(minutes)) * minuteMs;
  const isTime = minutes !== '' && (hours === undefined || Number(minutes) < 60);
  if (isTime && delay > 0 && delay <= mostDays * dayMs) return delay;
  throw new CommandError(`% Invalid time: ${word}; expected [hhh:]mm, ${mostDays} days at most`);
}

interface When {
  readonly minutes: number;
  /** Absent: today, or tomorrow where that has passed. */
  readonly day?: readonly [string, string];
  readonly reason: string;
}

/** Behind the time may stand a day and a month in either order, then the reason. */
function readWhen(time: string, rest: string): When {
  const minutes = minutesOf(time);
  const [dated = '', first = '', second = ''] = /^(\S+)\s+(\S+)/.exec(rest) ?? [];
  const reason = rest.slice(dated.length).trimStart();
  const isMonth = (word: string): boolean =>
    /^[a-z]{3,9}$/i.test(word) && monthNames.some((name) => word.toLowerCase().startsWith(name.toLowerCase()));
  const isDay = (word: string): boolean => /^\d{1,2}$/.test(word);
  const isDated = (isDay(first) && isMonth(second)) || (isMonth(first) && isDay(second));
  return isDated ? { minutes, day: [first, second], reason } : { minutes, reason: rest };
}

/** The instant meant: the next that shows this time, on that day. */
function instantOfWhen({ minutes, day }: When, { config, system }: World): number {
  const { time } = config.running;
  const now = system.now();
  const local = new Date(now + zoneAt(time, now).minutes * minuteMs);
  const year = local.getUTCFullYear();
  const at = (inYear: number, month: number, date: number): number =>
    instantOf(time, Date.UTC(inYear, month, date) + minutes * minuteMs);
  const dated = (inYear: number): number => {
    const found = dayOf(...(day ?? ['1', 'Jan']), inYear);
    return at(found.year, found.month, found.day);
  };
  const [month, date] = [local.getUTCMonth(), local.getUTCDate()];
  const candidates =
    day === undefined ? [at(year, month, date), at(year, month, date + 1)] : [dated(year), dated(year + 1)];
  const next = candidates.find((instant) => instant > now);
  if (next !== undefined && next - now <= mostDays * dayMs) return next;
  throw new CommandError(`% The date and time must lie ahead, ${mostDays} days at most`);
}

function reloadAt(time: string, rest: string, invocation: Invocation<World>, parts: ConfigurationParts): Promise<void> {
  const { world } = invocation;
  if (world.time.clock().mark === '*') {
    throw new CommandError('% The clock is not set: only "reload in" can be scheduled');
  }
  const when = readWhen(time, rest.trim());
  return schedule(() => instantOfWhen(when, world), when.reason || usualReason, invocation, parts);
}

function cancel({ world, terminal }: Invocation<World>): void {
  if (!world.system.reload.cancel(lineName(world.line))) throw new CommandError('%No reload is currently scheduled.');
  for (const line of ['', '', '***', '*** --- SHUTDOWN ABORTED ---', '***', '']) terminal.print(line);
}

type Planned = PlannedReload & { readonly remainingMs: number };

function printPlan({ at, by, reason, remainingMs }: Planned, world: World): readonly string[] {
  const when = secondPrinter(world)(at);
  return [`Reload scheduled for ${when} (in ${durationText(remainingMs)}) by ${by}`, `Reload reason: ${reason}`];
}

/** `1 hour and 2 minutes`, `4 minutes and 52 seconds`. */
function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const named = (count: number, name: string): readonly string[] =>
    count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`];
  const parts = [
    ...named(hours, 'hour'),
    ...named(minutes, 'minute'),
    ...(hours > 0 ? [] : named(seconds % 60, 'second')),
  ];
  return parts.length === 0 ? '0 seconds' : parts.join(' and ');
}

/** `reload`, now or later. */
export function reloadCommands(parts: () => ConfigurationParts): CommandSet {
  return {
    exec: [
      command<'reload [<reason:line>]', World>(
        'reload [<reason:line>]',
        'Halt and perform a cold restart',
        ({ reason = usualReason }, i) => reload(reason, i, parts()),
      ),
      command<'reload in <delay:word> [<reason:line>]', World>(
        'reload in <delay:word> [<reason:line>]',
        'Reload after a time interval',
        ({ delay, reason = usualReason }, i) => {
          const delayMs = delayOf(delay);
          return schedule(() => i.world.system.now() + delayMs, reason, i, parts());
        },
      ),
      command<'reload at <time:word> [<when:line>]', World>(
        'reload at <time:word> [<when:line>]',
        'Reload at a specific time/date',
        ({ time, when = '' }, i) => reloadAt(time, when, i, parts()),
      ),
      command<'reload cancel', World>('reload cancel', 'Cancel pending reload', (_, i) => cancel(i)),
      show(
        'show reload',
        'Scheduled reload information',
        ({ system }) => system.reload.planned() ?? null,
        (planned, _args, world) => (planned === null ? ['No reload is scheduled.'] : printPlan(planned, world)),
        { privilege: 1 },
      ),
    ],
  };
}
