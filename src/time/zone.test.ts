import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recurringDefaults, type SummerTime, type TimeSettings } from './settings.ts';
import { clockText, dateText } from './text.ts';
import { instantOf, zoneAt } from './zone.ts';

const american: SummerTime = { kind: 'recurring', zone: 'EDT', offsetMinutes: 60, ...recurringDefaults };
const eastern: Pick<TimeSettings, 'zone' | 'summer'> = { zone: { name: 'EST', minutes: -300 }, summer: american };
const european: Pick<TimeSettings, 'zone' | 'summer'> = {
  zone: { name: 'CET', minutes: 60 },
  summer: {
    kind: 'recurring',
    zone: 'CEST',
    offsetMinutes: 60,
    begin: { week: 'last', weekday: 0, month: 2, minutes: 120 },
    end: { week: 'last', weekday: 0, month: 9, minutes: 180 },
  },
};
/** Begins in October, ends in April. */
const sydney: Pick<TimeSettings, 'zone' | 'summer'> = {
  zone: { name: 'AEST', minutes: 600 },
  summer: {
    kind: 'recurring',
    zone: 'AEDT',
    offsetMinutes: 60,
    begin: { week: 1, weekday: 0, month: 9, minutes: 120 },
    end: { week: 1, weekday: 0, month: 3, minutes: 180 },
  },
};
const once: Pick<TimeSettings, 'zone' | 'summer'> = {
  summer: {
    kind: 'date',
    zone: 'BST',
    offsetMinutes: 30,
    begin: { year: 2026, month: 4, day: 1, minutes: 0 },
    end: { year: 2027, month: 1, day: 1, minutes: 0 },
  },
};

test('summer time begins and ends where its rule says, by the clock that is about to change', () => {
  const table: readonly (readonly [Pick<TimeSettings, 'zone' | 'summer'>, string, string])[] = [
    [{}, '2026-07-01T00:00:00.000Z', '00:00:00.000 UTC Wed Jul 1 2026'],
    [eastern, '2026-03-08T06:59:59.999Z', '01:59:59.999 EST Sun Mar 8 2026'],
    [eastern, '2026-03-08T07:00:00.000Z', '03:00:00.000 EDT Sun Mar 8 2026'],
    [eastern, '2026-11-01T05:59:59.999Z', '01:59:59.999 EDT Sun Nov 1 2026'],
    [eastern, '2026-11-01T06:00:00.000Z', '01:00:00.000 EST Sun Nov 1 2026'],
    [eastern, '2027-01-01T02:00:00.000Z', '21:00:00.000 EST Thu Dec 31 2026'],
    [european, '2026-03-29T00:59:59.999Z', '01:59:59.999 CET Sun Mar 29 2026'],
    [european, '2026-03-29T01:00:00.000Z', '03:00:00.000 CEST Sun Mar 29 2026'],
    [european, '2026-10-25T01:00:00.000Z', '02:00:00.000 CET Sun Oct 25 2026'],
    [sydney, '2026-01-15T00:00:00.000Z', '11:00:00.000 AEDT Thu Jan 15 2026'],
    [sydney, '2026-04-04T16:00:00.000Z', '02:00:00.000 AEST Sun Apr 5 2026'],
    [sydney, '2026-07-01T00:00:00.000Z', '10:00:00.000 AEST Wed Jul 1 2026'],
    [sydney, '2026-10-03T16:00:00.000Z', '03:00:00.000 AEDT Sun Oct 4 2026'],
    [once, '2026-04-30T23:59:59.000Z', '23:59:59.000 UTC Thu Apr 30 2026'],
    [once, '2026-05-01T00:00:00.000Z', '00:30:00.000 BST Fri May 1 2026'],
    [once, '2027-01-31T23:30:00.000Z', '23:30:00.000 UTC Sun Jan 31 2027'],
  ];
  for (const [settings, at, text] of table) {
    assert.equal(clockText(Date.parse(at), zoneAt(settings, Date.parse(at))), text, at);
  }
});

test('a time typed in local time is the instant at which the clock shows it', () => {
  const table: readonly (readonly [Pick<TimeSettings, 'zone' | 'summer'>, string, string])[] = [
    [{}, '2026-07-01T12:00:00Z', '2026-07-01T12:00:00.000Z'],
    [eastern, '2026-07-01T12:00:00Z', '2026-07-01T16:00:00.000Z'],
    [eastern, '2026-12-01T12:00:00Z', '2026-12-01T17:00:00.000Z'],
    // This hour does not exist, and that one comes twice: the first is meant.
    [eastern, '2026-03-08T02:30:00Z', '2026-03-08T07:30:00.000Z'],
    [eastern, '2026-11-01T01:30:00Z', '2026-11-01T05:30:00.000Z'],
  ];
  for (const [settings, local, at] of table) {
    assert.equal(new Date(instantOf(settings, Date.parse(local))).toISOString(), at, local);
  }
});

test('dates beyond four digits of a year are shown as the last there is', () => {
  const utc = { name: 'UTC', minutes: 0 };
  assert.equal(dateText(Date.UTC(2017, 5, 7, 23, 56, 42), utc), '23:56:42 UTC Jun 7 2017');
  assert.equal(dateText(8.64e15, utc), '23:59:59 UTC Dec 31 9999');
  assert.match(dateText(Number.NaN, utc), /1970$/);
});
