import {
  type CallAdmissionSettings,
  noCallAdmission,
  spikeDefaults,
  type Threshold,
  thresholdKey,
} from '../../call/index.ts';
import { CommandError, command, type Invocation } from '../../cli/index.ts';
import { withEntry, withoutEntry } from '../../config/index.ts';
import type { CommandSet } from '../command-set.ts';
import { printKept } from '../inert-mode.ts';
import { checkedInterface } from '../interface.ts';
import { section } from '../section.ts';
import type { Tree } from '../tree.ts';
import type { World } from '../world.ts';
import { limitDisplays } from './show-call-limits.ts';

function change(
  { world: { config } }: Invocation<World>,
  make: (old: CallAdmissionSettings) => CallAdmissionSettings,
): void {
  const { running } = config;
  const callAdmission = make(running.callAdmission);
  if (callAdmission !== running.callAdmission) config.commit({ ...running, callAdmission });
}

const spikeSyntax = 'call spike <calls:int(1-2147483647)> [steps <steps:int(3-10)> size <size:int(100-2000)>]';
const spike = command<typeof spikeSyntax, World>(
  spikeSyntax,
  'Limit the calls that come in a short time',
  ({ calls, steps = spikeDefaults.steps, size = spikeDefaults.stepMs }, invocation) =>
    change(invocation, ({ spike: _, ...old }) =>
      invocation.form === 'set' ? { ...old, spike: { calls, steps, stepMs: size } } : old,
    ),
  { negatable: true, noSyntax: 'call spike [<rest:line>]' },
);

interface Marks {
  readonly low: number;
  readonly high: number;
  readonly busyout?: true | undefined;
  readonly treatment?: true | undefined;
}

/** Sets or takes away one threshold. */
function watch(
  invocation: Invocation<World>,
  what: Pick<Threshold, 'trigger' | 'interface'>,
  { low, high, busyout, treatment }: Marks,
): void {
  change(invocation, (old) => {
    const { batch } = invocation.world.config;
    const key = thresholdKey(what);
    if (invocation.form !== 'set') return { ...old, thresholds: withoutEntry(batch, old.thresholds, key) };
    if (low >= high) throw new CommandError('% The low threshold must be below the high one');
    const isShare = what.trigger !== 'total-calls' && what.trigger !== 'int-calls';
    if (isShare && high > 100) throw new CommandError('% The threshold is a percentage: 1 to 100');
    const flags = { ...(busyout && { busyout }), ...(treatment && { treatment }) };
    return { ...old, thresholds: withEntry(batch, old.thresholds, key, { ...what, low, high, ...flags }) };
  });
}

const named = 'call threshold global {cpu-5sec | cpu-avg | io-mem | proc-mem | total-calls | total-mem}';
const globalSyntax = `${named} low <low:int(1-10000)> high <high:int(1-10000)> [busyout] [treatment]` as const;
const words = {
  cpu5sec: 'cpu-5sec',
  cpuAvg: 'cpu-avg',
  ioMem: 'io-mem',
  procMem: 'proc-mem',
  totalCalls: 'total-calls',
  totalMem: 'total-mem',
} as const;

const globalThreshold = command<typeof globalSyntax, World>(
  globalSyntax,
  'Marks beyond which no calls are taken',
  (args, invocation) => {
    const [, trigger] = Object.entries(words).find(([word]) => args[word as keyof typeof words]) ?? [];
    if (trigger !== undefined) watch(invocation, { trigger }, args);
  },
  { negatable: true, noSyntax: `${named} [<rest:line>]` },
);

const interfaceSyntax =
  'call threshold interface <interface:word> int-calls low <low:int(1-10000)> high <high:int(1-10000)>';
const interfaceThreshold = command<typeof interfaceSyntax, World>(
  interfaceSyntax,
  "Marks for the calls at an interface's address",
  (args, invocation) => watch(invocation, { trigger: 'int-calls', interface: checkedInterface(args.interface) }, args),
  { negatable: true, noSyntax: 'call threshold interface <interface:word> int-calls [<rest:line>]' },
);

function poll(invocation: Invocation<World>, pollSeconds: Partial<CallAdmissionSettings['pollSeconds']>): void {
  const standard = noCallAdmission.pollSeconds;
  change(invocation, (old) => {
    const next = invocation.form === 'set' ? pollSeconds : pick(standard, pollSeconds);
    return { ...old, pollSeconds: { ...old.pollSeconds, ...next } };
  });
}

const pollCpu = command<'call threshold poll-interval cpu-average <seconds:int(10-300)>', World>(
  'call threshold poll-interval cpu-average <seconds:int(10-300)>',
  'How long the average load of the CPU is taken for what it was',
  ({ seconds }, invocation) => poll(invocation, { cpuAverage: seconds }),
  { negatable: true, noSyntax: 'call threshold poll-interval cpu-average [<rest:line>]' },
);

const pollMemory = command<'call threshold poll-interval memory <seconds:int(1-60)>', World>(
  'call threshold poll-interval memory <seconds:int(1-60)>',
  'How long the use of memory is taken for what it was',
  ({ seconds }, invocation) => poll(invocation, { memory: seconds }),
  { negatable: true, noSyntax: 'call threshold poll-interval memory [<rest:line>]' },
);

function treat(invocation: Invocation<World>, treatment: Partial<CallAdmissionSettings['treatment']>): void {
  const standard = noCallAdmission.treatment;
  change(invocation, (old) => {
    const next = invocation.form === 'set' ? treatment : pick(standard, treatment);
    return { ...old, treatment: { ...old.treatment, ...next } };
  });
}

/** The defaults of what is named. */
function pick<T extends object>(defaults: T, names: Partial<T>): Partial<T> {
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => name in names)) as Partial<T>;
}

const treatmentOn = command<'call treatment on', World>(
  'call treatment on',
  'Treat calls that are not taken as is typed',
  (_args, invocation) => treat(invocation, { on: true }),
  { negatable: true },
);

const treatmentCause = command<'call treatment cause-code {busy | no-QoS | no-resource}', World>(
  'call treatment cause-code {busy | no-QoS | no-resource}',
  'What a call that is not taken is told',
  ({ busy, noQoS }, invocation) => treat(invocation, { cause: busy ? 'busy' : noQoS ? 'no-QoS' : 'no-resource' }),
  { negatable: true, noSyntax: 'call treatment cause-code [<rest:line>]' },
);

function printPoll({ cpuAverage, memory }: CallAdmissionSettings['pollSeconds'], all: boolean): readonly string[] {
  const standard = noCallAdmission.pollSeconds;
  return [
    ...(cpuAverage === standard.cpuAverage && !all ? [] : [`call threshold poll-interval cpu-average ${cpuAverage}`]),
    ...(memory === standard.memory && !all ? [] : [`call threshold poll-interval memory ${memory}`]),
  ];
}

function printLimits(
  { callAdmission: { spike, thresholds, treatment, pollSeconds } }: Tree,
  all: boolean,
): readonly string[] {
  const cause = treatment.cause === noCallAdmission.treatment.cause && !all ? [] : [treatment.cause];
  return [
    ...(spike === undefined ? (all ? ['no call spike'] : []) : [printSpike(spike, all)]),
    ...Array.from(thresholds.values(), printThreshold),
    ...printPoll(pollSeconds, all),
    ...(treatment.on ? ['call treatment on'] : all ? ['no call treatment on'] : []),
    ...cause.map((code) => `call treatment cause-code ${code}`),
  ];
}

function printSpike({ calls, steps, stepMs }: NonNullable<CallAdmissionSettings['spike']>, all: boolean): string {
  const isStandard = steps === spikeDefaults.steps && stepMs === spikeDefaults.stepMs;
  return `call spike ${calls}${isStandard && !all ? '' : ` steps ${steps} size ${stepMs}`}`;
}

function printThreshold({ trigger, interface: name, low, high, busyout, treatment }: Threshold): string {
  const what = name === undefined ? `global ${trigger}` : `interface ${name} ${trigger}`;
  return `call threshold ${what} low ${low} high ${high}${busyout ? ' busyout' : ''}${treatment ? ' treatment' : ''}`;
}

export const callLimitCommands: CommandSet = {
  exec: limitDisplays,
  config: [spike, globalThreshold, interfaceThreshold, pollCpu, pollMemory, treatmentOn, treatmentCause],
  sections: [
    section('call-admission', (tree, all) => [
      ...printLimits(tree, all),
      ...printKept(tree, 'call-admission', 'config'),
    ]),
  ],
};
