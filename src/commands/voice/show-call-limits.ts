import { type CallAdmissionReport, type ThresholdReport, triggers } from '../../call/index.ts';
import { show } from '../show.ts';

/** `show call spike status`. */
function printSpike({ spike }: CallAdmissionReport): readonly string[] {
  if (spike === undefined) return ['Call Spiking:              Not Configured'];
  return [
    'Call Spiking:              Configured',
    `   Call spiking           : ${spike.triggered ? 'TRIGGERED' : 'NOT TRIGGERED'}`,
    `   total call count in sliding window ::${spike.inWindow}`,
    `   calls rejected         : ${spike.rejected}`,
  ];
}

function row(cells: readonly (string | number)[]): string {
  return ['', ...cells]
    .map((cell, i) => String(cell).padEnd([0, 8, 20, 16, 8, 8, 8, 0][i] ?? 0))
    .join('')
    .trimEnd();
}

/** `show call threshold status`. */
function printStatus({ thresholds }: CallAdmissionReport): readonly string[] {
  return [
    row(['Status', 'IF', 'Type', 'Value', 'Low', 'High', 'Enable']),
    row(['------', '---', '------', '----', '----', '----', '-----']),
    ...thresholds.map((one) =>
      row([one.available ? 'Avail' : 'Unavail', ...measured(one), one.low, one.high, ` ${enabled(one)}`]),
    ),
  ];
}

function measured({ interface: name = 'N/A', trigger, value }: ThresholdReport): readonly (string | number)[] {
  return [name, trigger, value];
}

function enabled({ busyout, treatment }: ThresholdReport): string {
  return [...(busyout ? ['busyout'] : []), ...(treatment ? ['treatment'] : [])].join(' & ') || 'N/A';
}

/** `show call threshold config`. */
function printConfig({ thresholds, pollSeconds }: CallAdmissionReport): readonly string[] {
  return [
    'Some resource polling interval:',
    `  CPU_AVG interval: ${pollSeconds.cpuAverage}`,
    `  Memory interval:  ${pollSeconds.memory}`,
    '',
    row(['', 'IF', 'Type', 'Value', 'Low', 'High', 'Enable']).trim(),
    row(['', '-----', '----', '-----', '----', '----', '------']).trim(),
    ...thresholds.map((one) => row(['', ...measured(one), one.low, one.high, ` ${enabled(one)}`]).trim()),
  ];
}

/** `show call treatment config`. */
function printTreatment({ treatment: { on, cause } }: CallAdmissionReport): readonly string[] {
  return [
    'Call Treatment Config',
    '---------------------',
    '',
    `Call treatment is ${on ? 'on' : 'OFF'}.`,
    'Call treatment action is: REJECT',
    `Call treatment disconnect cause is: ${cause}`,
    'Call treatment ISDN reject cause-code is: 41',
  ];
}

/** `show call treatment stats`. */
function printStatistics({ treatment: { accepted, rejected } }: CallAdmissionReport): readonly string[] {
  const counts = new Map(rejected);
  const total = rejected.reduce((sum, [, count]) => sum + count, 0);
  return [
    'Call Treatment Statistics',
    '-------------------------',
    '',
    `Total Calls by call treatment: ${accepted + total}`,
    `Calls accepted by call treatment: ${accepted}`,
    `Calls rejected by call treatment: ${total}`,
    '',
    'Reason                                      Num. of calls rejected',
    '------                                      ----------------------',
    ...[...triggers, 'int-calls' as const].map((trigger) => `${`${trigger}:`.padEnd(44)}${counts.get(trigger) ?? 0}`),
  ];
}

export const limitDisplays = [
  show('show call spike status', 'Display whether calls come too fast', ({ calls }) => calls.admission(), printSpike),
  show(
    'show call threshold {config | status [unavailable]}',
    'Display thresholds and where they stand',
    ({ calls }, { unavailable }) => {
      const report = calls.admission();
      const thresholds = report.thresholds.filter(({ available }) => !unavailable || !available);
      return { ...report, thresholds };
    },
    (report, { config }) => (config ? printConfig(report) : printStatus(report)),
  ),
  show(
    'show call treatment {config | stats}',
    'Display what becomes of calls that are not taken',
    ({ calls }) => calls.admission(),
    (report, { config }) => (config ? printTreatment(report) : printStatistics(report)),
  ),
];
