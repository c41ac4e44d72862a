import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntry } from './log.ts';
import { Logging } from './logging.ts';
import { SimulatedClock } from './memory/clock.ts';

const flood: LogEntry = { facility: 'SIP', severity: 4, mnemonic: 'MALFORMED', text: 'rubbish' };

function buffer(): { clock: SimulatedClock; logs: Logging; told: () => readonly string[] } {
  const clock = new SimulatedClock(0);
  const logs = new Logging(clock);
  // Without the time stamp.
  return { clock, logs, told: () => logs.lines().map((line) => line.slice(line.indexOf('%'))) };
}

function pass(clock: SimulatedClock, ms: number): void {
  const until = clock.monotonic() + ms;
  while (clock.step(until));
  clock.moveTo(until);
}

test('a flood passes at twenty lines a second, and its end is told with the number dropped', () => {
  const { clock, logs, told } = buffer();
  for (let second = 0; second < 3; second++) {
    for (let i = 0; i < 1000; i++) logs.write(flood);
    pass(clock, 1000);
  }
  assert.equal(told().length, 60);
  pass(clock, 1000);
  assert.deepEqual(told().slice(60), ['%SYS-4-LOG_LIMITED: 2940 further messages %SIP-4-MALFORMED were not logged']);
  assert.equal(clock.pending, 0);
});

test('each message has its own measure', () => {
  const { logs, told } = buffer();
  for (let i = 0; i < 100; i++) logs.write(flood);
  logs.write({ ...flood, mnemonic: 'LISTEN_SOCKET' });
  logs.write({ ...flood, facility: 'HTTP' });
  assert.equal(told().length, 22);
});

test('twenty lines a second, for ever, are no flood and cost no timer', () => {
  const { clock, logs, told } = buffer();
  for (let second = 0; second < 3; second++) {
    for (let i = 0; i < 20; i++) logs.write(flood);
    assert.equal(clock.pending, 0);
    pass(clock, 1000);
  }
  assert.equal(told().length, 60);
});

test('what was dropped is told at the end of the log, too', () => {
  const { clock, logs, told } = buffer();
  for (let i = 0; i < 21; i++) logs.write(flood);
  logs.flush();
  assert.match(told().at(-1) ?? '', /LOG_LIMITED: 1 further messages/);
  assert.equal(clock.pending, 0);
});
