import type { ProcessUsage } from '../io/index.ts';
import type { CommandSet } from './command-set.ts';
import { show } from './show.ts';

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

function exact(share: number): string {
  return `${(share * 100).toFixed(2)}%`.padStart(6);
}

/** None of it is spent in interrupts that a program could see. */
function printLoad({ load }: ProcessUsage): string {
  const { fiveSeconds, oneMinute, fiveMinutes } = load;
  return `CPU utilization for five seconds: ${percent(fiveSeconds)}/0%; one minute: ${percent(oneMinute)}; five minutes: ${percent(fiveMinutes)}`;
}

/** Runtime, how often it ran, and microseconds each time, in the columns of IOS. */
function ran({ cpuMs, switches }: ProcessUsage, ...widths: readonly [number, number, number]): string {
  const each = switches === 0 ? 0 : Math.round((cpuMs * 1000) / switches);
  return [Math.round(cpuMs), switches, each].map((value, i) => String(value).padStart(widths[i] ?? 0)).join('');
}

/** The gateway is one process of its host. */
function printProcesses(usage: ProcessUsage): readonly string[] {
  const { pid, memory } = usage;
  const resident = Math.round(memory.resident / 1024);
  return [
    printLoad(usage),
    ' PID QTy       PC Runtime (ms)    Invoked   uSecs    Stacks TTY Process',
    `${String(pid).padStart(4)} Msi        0${ran(usage, 13, 11, 8)}${`${resident}K`.padStart(10)}   0 dialpeer`,
  ];
}

/** One process is sorted already. */
function printCpu(usage: ProcessUsage): readonly string[] {
  const { fiveSeconds, oneMinute, fiveMinutes } = usage.load;
  const shares = [fiveSeconds, oneMinute, fiveMinutes].map(exact).join(' ');
  return [
    printLoad(usage),
    ' PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process ',
    `${String(usage.pid).padStart(4)}${ran(usage, 12, 12, 11)} ${shares}   0 dialpeer`,
  ];
}

interface Pool {
  readonly name: string;
  readonly total: number;
  readonly used: number;
}

/** `Processor` is the heap up to its limit, `I/O` what buffers hold outside of it. */
function pools({ memory }: ProcessUsage): readonly Pool[] {
  return [
    { name: 'Processor', total: memory.heapLimit, used: memory.heapUsed },
    { name: 'I/O', total: memory.external, used: memory.external },
  ];
}

/** A heap has neither addresses nor blocks. Scripts look for blanks on both sides of what is free. */
function printPools(all: readonly Pool[]): readonly string[] {
  return [
    '                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)',
    ...all.map(({ name, total, used }) => {
      const columns = [total, used, total - used, '-', '-'].map((value) => String(value).padStart(12)).join('');
      return `${name.padStart(9)}${'-'.padStart(11)}${columns}`;
    }),
  ];
}

/** What the host gives this program. */
export const processCommands: CommandSet = {
  exec: [
    show('show processes', 'Active process statistics', ({ system }) => system.usage(), printProcesses, {
      privilege: 1,
    }),
    show('show processes cpu [sorted]', 'CPU the process took', ({ system }) => system.usage(), printCpu, {
      privilege: 1,
    }),
    show(
      'show processes memory [sorted]',
      'Memory of the process',
      ({ system }) => system.usage(),
      (usage) => {
        const { resident, heapTotal, heapUsed } = usage.memory;
        const kept = [resident, heapTotal, heapUsed].map((value) => String(value).padStart(11)).join('');
        return [
          `Processor Pool Total: ${usage.memory.heapLimit} Used: ${heapUsed} Free: ${usage.memory.heapLimit - heapUsed}`,
          ' PID TTY   Resident       Heap    Holding Process',
          `${String(usage.pid).padStart(4)}   0${kept} dialpeer`,
        ];
      },
      { privilege: 1 },
    ),
    show('show memory [statistics]', 'Memory statistics', ({ system }) => pools(system.usage()), printPools, {
      privilege: 1,
    }),
  ],
};
