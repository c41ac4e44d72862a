import { type Args, type Command, CommandError, command } from '../cli/index.ts';
import { type LoggingReport, loggingDefaults, type Severity, type StampFormat } from '../io/index.ts';
import { changeLogging } from './change-logging.ts';
import type { CommandSet } from './command-set.ts';
import { printKept } from './inert-mode.ts';
import { level, levelNames, levelOf } from './log-level.ts';
import { section } from './section.ts';
import { show } from './show.ts';
import { printSyslog, syslogCommands, syslogLines } from './syslog.ts';
import type { Tree } from './tree.ts';
import type { World } from './world.ts';
import { isYes } from './yes-answer.ts';

function destination(name: 'console' | 'monitor', help: string): Command<World> {
  return command<`logging console ${typeof level}`, World>(
    `logging ${name} ${level}` as `logging console ${typeof level}`,
    help,
    (args, invocation) =>
      changeLogging(invocation, (old) => {
        const values = { set: levelOf(args), no: undefined, default: loggingDefaults[name] };
        return { ...old, [name]: values[invocation.form] };
      }),
    { negatable: true, standard: 'debugging' },
  );
}

const bufferedSyntax = `logging buffered [<size:int(4096-2147483647)>] ${level}` as const;

const buffered = command<typeof bufferedSyntax, World>(
  bufferedSyntax,
  'Set buffered logging parameters',
  (args, invocation) =>
    changeLogging(invocation, (old) => {
      const bytes = args.size ?? loggingDefaults.buffer?.bytes ?? 0;
      const values = { set: { bytes, level: levelOf(args) }, no: undefined, default: loggingDefaults.buffer };
      return { ...old, buffer: values[invocation.form] };
    }),
  { negatable: true, standard: '65536 bytes, debugging' },
);

const on = command<'logging on', World>(
  'logging on',
  'Enable logging to all enabled destinations',
  (_, invocation) => changeLogging(invocation, (old) => ({ ...old, on: invocation.form !== 'no' })),
  { negatable: true, standard: 'on' },
);

const stampSyntax = '[uptime | datetime [msec | localtime | show-timezone | year]...]';

function timestamps(kind: 'debug' | 'log'): Command<World> {
  return command<`service timestamps log ${typeof stampSyntax}`, World>(
    `service timestamps ${kind} ${stampSyntax}` as `service timestamps log ${typeof stampSyntax}`,
    `Timestamp ${kind} messages`,
    (args, invocation) =>
      changeLogging(invocation, (old) => {
        const { [kind]: _, ...others } = old.stamps;
        if (invocation.form === 'default') return { ...old, stamps: others };
        const format: StampFormat = invocation.form === 'no' ? { kind: 'none' } : stampOf(args);
        return { ...old, stamps: { ...others, [kind]: format } };
      }),
    { negatable: true, standard: 'datetime msec' },
  );
}

type StampArgs = Args<typeof stampSyntax>;

/** Neither word is `uptime`, as on IOS. */
function stampOf({ datetime, msec, localtime, showTimezone, year }: StampArgs): StampFormat {
  if (datetime === undefined) return { kind: 'uptime' };
  return {
    kind: 'datetime',
    milliseconds: msec === true,
    localtime: localtime === true,
    showTimezone: showTimezone === true,
    year: year === true,
  };
}

function printStampFormat(format: StampFormat): string {
  if (format.kind !== 'datetime') return 'uptime';
  const { milliseconds, localtime, showTimezone, year } = format;
  const words: readonly (readonly [boolean, string])[] = [
    [milliseconds, 'msec'],
    [localtime, 'localtime'],
    [showTimezone, 'show-timezone'],
    [year, 'year'],
  ];
  return ['datetime', ...words.flatMap(([isOn, word]) => (isOn ? [word] : []))].join(' ');
}

function printService(tree: Tree): readonly string[] {
  return [
    ...(['debug', 'log'] as const).flatMap((kind) => {
      const format = tree.logging.stamps[kind];
      if (format === undefined) return [];
      if (format.kind === 'none') return [`no service timestamps ${kind}`];
      return [`service timestamps ${kind} ${printStampFormat(format)}`];
    }),
    ...printKept(tree, 'service', 'config'),
  ];
}

function printLogging(tree: Tree): readonly string[] {
  const { logging } = tree;
  const { buffer } = logging;
  const isUsual = buffer?.bytes === loggingDefaults.buffer?.bytes && buffer?.level === loggingDefaults.buffer?.level;
  return [
    ...(logging.on ? [] : ['no logging on']),
    ...(isUsual
      ? []
      : [
          buffer === undefined ? 'no logging buffered' : `logging buffered ${buffer.bytes} ${levelNames[buffer.level]}`,
        ]),
    ...(['console', 'monitor'] as const).flatMap((name) => {
      const value = logging[name];
      if (value === loggingDefaults[name]) return [];
      return [value === undefined ? `no logging ${name}` : `logging ${name} ${levelNames[value]}`];
    }),
    ...printSyslog(logging),
    ...printKept(tree, 'logging', 'config'),
  ];
}

/** What no other line of this name takes must not be kept as one of the services that have no effect. */
const wrongTimestamps = command<'service timestamps [<format:line>]', World>(
  'service timestamps [<format:line>]',
  'Timestamp debug/log messages',
  ({ format }) => {
    throw new CommandError(format === undefined ? '% Incomplete command.' : `% Unknown time stamp: ${format}`);
  },
  { negatable: true, hidden: true },
);

/** `show logging`, in the layout of 12.4. There is no filter and no XML buffer: those words are fixed. */
function printReport(report: LoggingReport): readonly string[] {
  const { settings, logged, limited, lines } = report;
  const { console, monitor, buffer } = settings;
  return [
    `Syslog logging: ${settings.on ? 'enabled' : 'disabled'} (0 messages dropped, ${limited} messages rate-limited,`,
    '                0 flushes, 0 overruns, xml disabled, filtering disabled)',
    ...destinationLines('Console', console, logged.console),
    ...destinationLines('Monitor', monitor, logged.monitor),
    ...destinationLines('Buffer', buffer?.level, logged.buffer),
    '    Count and timestamp logging messages: disabled',
    ...syslogLines(report),
    ...(buffer === undefined
      ? []
      : ['', `Log Buffer (${buffer.bytes} bytes):`, ...(lines.length === 0 ? [] : ['']), ...lines]),
  ];
}

function destinationLines(name: string, level: Severity | undefined, count: number): readonly string[] {
  if (level === undefined) return [`    ${name} logging: disabled`];
  return [
    `    ${name} logging: level ${levelNames[level]}, ${count} messages logged, xml disabled,`,
    `${' '.repeat(name.length + 14)}filtering disabled`,
  ];
}

/** Where the log goes, and how it is stamped. */
export const loggingCommands: CommandSet = {
  exec: [
    show('show logging', 'Show the contents of logging buffers', ({ system }) => system.logging.report(), printReport),
    command<'clear logging', World>('clear logging', 'Clear logging buffer', async (_, { world, terminal }) => {
      const answer = await terminal.ask('Clear logging buffer [confirm]');
      if (answer !== undefined && isYes(answer)) world.system.logging.clear();
    }),
  ],
  config: [
    on,
    destination('console', 'Set console logging parameters'),
    destination('monitor', 'Set terminal line (monitor) logging parameters'),
    buffered,
    ...syslogCommands,
    timestamps('debug'),
    timestamps('log'),
    wrongTimestamps,
  ],
  sections: [section('service', printService), section('logging', printLogging)],
};
