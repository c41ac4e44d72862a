import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessUsage } from '../io/index.ts';
import { TestConsole } from './test-console.ts';

const usage: ProcessUsage = {
  pid: 77,
  cpuMs: 1500.4,
  switches: 300,
  load: { fiveSeconds: 0.126, oneMinute: 0.05, fiveMinutes: 0 },
  memory: { resident: 92_160_000, heapUsed: 30_000, heapTotal: 50_000, heapLimit: 2_000_000, external: 4000 },
};

const table: readonly (readonly [string, readonly string[]])[] = [
  [
    'show processes',
    [
      'CPU utilization for five seconds: 13%/0%; one minute: 5%; five minutes: 0%',
      ' PID QTy       PC Runtime (ms)    Invoked   uSecs    Stacks TTY Process',
      '  77 Msi        0         1500        300    5001    90000K   0 dialpeer',
    ],
  ],
  [
    'show processes cpu',
    [
      'CPU utilization for five seconds: 13%/0%; one minute: 5%; five minutes: 0%',
      ' PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process ',
      '  77        1500         300       5001 12.60%  5.00%  0.00%   0 dialpeer',
    ],
  ],
  [
    'show processes memory',
    [
      'Processor Pool Total: 2000000 Used: 30000 Free: 1970000',
      ' PID TTY   Resident       Heap    Holding Process',
      '  77   0   92160000      50000      30000 dialpeer',
    ],
  ],
  [
    'show memory statistics',
    [
      '                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)',
      'Processor          -     2000000       30000     1970000           -           -',
      '      I/O          -        4000        4000           0           -           -',
    ],
  ],
  ['show processes cpu | include CPU', ['CPU utilization for five seconds: 13%/0%; one minute: 5%; five minutes: 0%']],
];

test('processes and memory are told of the one process there is, as it stands', async () => {
  const console = new TestConsole({ system: { usage: () => usage } });
  for (const [typed, expected] of table) assert.deepEqual((await console.type(typed)).slice(1), expected, typed);
});
