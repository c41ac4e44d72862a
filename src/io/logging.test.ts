import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Severity } from './log.ts';
import { Logging, loggingDefaults } from './logging.ts';
import { SimulatedClock } from './memory/clock.ts';
import { printStamp, type StampFormat } from './stamp.ts';

const wall = Date.UTC(1993, 2, 1, 18, 19, 4, 508);
const datetime = { kind: 'datetime', milliseconds: false, localtime: false, showTimezone: false, year: false } as const;

test('a stamp is what service timestamps asks for', () => {
  const clock = (mark: string) => ({ mark, zoneAt: () => ({ name: 'IST', minutes: 330 }) });
  const table: readonly (readonly [StampFormat, number, string])[] = [
    [{ kind: 'none' }, 0, ''],
    [{ kind: 'uptime' }, 46_000, '00:00:46: '],
    [{ kind: 'uptime' }, 86_399_000, '23:59:59: '],
    [{ kind: 'uptime' }, 97_200_000, '1d03h: '],
    [{ kind: 'uptime' }, 9 * 86_400_000, '1w2d: '],
    [{ kind: 'uptime' }, 366 * 86_400_000, '1y00w: '],
    [datetime, 0, 'Mar  1 18:19:04: '],
    [{ ...datetime, milliseconds: true }, 0, 'Mar  1 18:19:04.508: '],
    [{ ...datetime, showTimezone: true, year: true }, 0, 'Mar  1 1993 18:19:04 UTC: '],
    [{ ...datetime, localtime: true, showTimezone: true }, 0, 'Mar  1 23:49:04 IST: '],
  ];
  for (const [format, uptime, expected] of table) {
    assert.equal(printStamp(format, { wall, uptime }, clock('')), expected);
  }
  assert.equal(printStamp(datetime, { wall, uptime: 0 }, clock('*')), '*Mar  1 18:19:04: ');
  assert.equal(printStamp({ kind: 'uptime' }, { wall, uptime: 0 }, clock('.')), '00:00:00: ');
});

function entry(severity: Severity, text: string) {
  return { facility: 'SYS', severity, mnemonic: 'TEST', text };
}

function logging(settings: Partial<typeof loggingDefaults> = {}) {
  const log = new Logging(new SimulatedClock(wall), { ...loggingDefaults, ...settings });
  const seen = { console: [] as string[], monitor: [] as string[] };
  log.watch((line) => void seen.console.push(line));
  log.watch((line) => void seen.monitor.push(line), 'monitor');
  return { log, seen };
}

test('each destination takes what its level lets through', () => {
  const { log, seen } = logging({ console: 4, monitor: undefined, buffer: { bytes: 4096, level: 6 } });
  for (const severity of [3, 5, 7] as const) log.write(entry(severity, String(severity)));
  const short = (lines: readonly string[]): readonly string[] => lines.map((line) => line.slice(-1));
  assert.deepEqual([short(seen.console), short(seen.monitor), short(log.lines())], [['3'], [], ['3', '5']]);
  assert.deepEqual(log.report().logged, { console: 1, monitor: 0, trap: 0, buffer: 2 });
});

test('with logging off only the console is written to', () => {
  const { log, seen } = logging({ on: false });
  log.write(entry(3, 'x'));
  assert.deepEqual([seen.console.length, seen.monitor.length, log.lines().length], [1, 0, 0]);
});

test('the buffer keeps the newest lines that fit, and can be cleared', () => {
  const { log } = logging({ buffer: { bytes: 100, level: 7 } });
  for (let i = 0; i < 5000; i++) log.write({ ...entry(6, String(i).padStart(4, '0')), mnemonic: `T${i % 1000}` });
  const lines = log.lines();
  assert.equal(lines.at(-1), 'Mar  1 18:19:04.508: %SYS-6-T999: 4999');
  assert.equal(lines.length, 2);
  log.clear();
  assert.deepEqual(log.lines(), []);
  log.configure({ ...loggingDefaults, buffer: undefined });
  log.write(entry(6, 'nowhere'));
  assert.deepEqual(log.lines(), []);
});

test('a debug message of several lines is stamped once, with the time it tells of', () => {
  const { log, seen } = logging({ stamps: { log: { kind: 'none' }, debug: datetime } });
  log.debug('Sent: \nACK sip:a SIP/2.0', { wall: wall - 60_000, uptime: 0 });
  assert.deepEqual(seen.console, ['Mar  1 18:18:04: Sent: ', 'ACK sip:a SIP/2.0']);
});

test('what the console was to show before it was opened waits for it, once', () => {
  const log = new Logging(new SimulatedClock(wall), { ...loggingDefaults, buffer: undefined, console: 3 });
  log.write(entry(3, 'early'));
  log.write(entry(5, 'not for the console'));
  assert.deepEqual(log.unseen(), ['Mar  1 18:19:04.508: %SYS-3-TEST: early']);
  assert.deepEqual(log.unseen(), []);
  log.watch(() => undefined);
  log.write(entry(3, 'seen'));
  assert.deepEqual(log.unseen(), []);
});
