import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CallAdmissionSettings, noCallAdmission, type Threshold, thresholdKey } from './admission-settings.ts';
import { CallAdmission } from './call-admission.ts';

const heapLimit = 100;

/** An admission with one threshold, and what it measures. */
function watching(trigger: Threshold['trigger'], pollSeconds: CallAdmissionSettings['pollSeconds']) {
  const measured = { seconds: 1000, percent: 0 };
  const threshold: Threshold = { trigger, low: 10, high: 50 };
  const thresholds = new Map([[thresholdKey(threshold), threshold]]);
  const usage = () => {
    const share = measured.percent / 100;
    const load = { fiveSeconds: share, oneMinute: share, fiveMinutes: share };
    return { load, memory: { resident: 0, heapTotal: 0, heapUsed: measured.percent, heapLimit, external: 0 } };
  };
  const admission = new CallAdmission(
    { now: () => measured.seconds * 1000, usage, calls: () => 0, callsAt: () => 0 },
    { ...noCallAdmission, thresholds, pollSeconds },
  );
  return { measured, isTaken: () => admission.judge() === undefined };
}

const table: readonly (readonly [Threshold['trigger'], number])[] = [
  ['cpu-5sec', 5],
  ['cpu-avg', 30],
  ['proc-mem', 2],
  ['total-mem', 2],
];
for (const [trigger, seconds] of table) {
  test(`${trigger} is measured again after ${seconds} seconds and not before, as poll-interval says`, () => {
    const { measured, isTaken } = watching(trigger, { cpuAverage: 30, memory: 2 });
    assert.equal(isTaken(), true);
    measured.percent = 60;
    measured.seconds += seconds - 1;
    assert.equal(isTaken(), true);
    measured.seconds += 1;
    assert.equal(isTaken(), false);
    measured.percent = 0;
    measured.seconds += seconds - 1;
    assert.equal(isTaken(), false);
    measured.seconds += 1;
    assert.equal(isTaken(), true);
  });
}
