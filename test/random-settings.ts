import fc from 'fast-check';
import { type CallAdmissionSettings, type Threshold, thresholdKey, triggers } from '../src/call/index.ts';
import type { InterfaceSettings } from '../src/commands/tree.ts';
import type { LoggingSettings, Severity, StampFormat } from '../src/io/index.ts';
import type { FixedDay, RecurringDay, SummerTime, TimeSettings } from '../src/time/settings.ts';

/** Settings as fast-check draws them, for configurations that are printed and read again: all but those of SIP. */

export const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,11}$/);
const text = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
export const address = fc.ipV4();
export const mask = fc.integer({ min: 0, max: 32 }).map((bits) => {
  const value = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
});
export const interfaceName = fc
  .tuple(fc.constantFrom('GigabitEthernet', 'FastEthernet', 'Loopback'), fc.constantFrom('0', '1', '0/0', '0/1.100'))
  .map((parts) => parts.join(''));

/** A record in which any of these may be absent. */
export function some<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}
export const interfaces: fc.Arbitrary<ReadonlyMap<string, InterfaceSettings>> = fc
  .uniqueArray(
    fc
      .tuple(
        fc.record({ name: interfaceName, shutdown: fc.boolean() }),
        some<{ description: string }>({ description: text }),
        fc.oneof(
          some<{ address: { address: string; mask: string } }>({ address: fc.record({ address, mask }) }),
          fc.constantFrom({ addressFrom: 'dhcp client-id FastEthernet0/1 hostname gw' }, { addressFrom: 'negotiated' }),
        ),
      )
      .map(([fixed, optional, own]): InterfaceSettings => ({ ...fixed, ...optional, ...own })),
    { selector: ({ name }) => name },
  )
  .map((all) => new Map(all.map((one) => [one.name, one])));

const level = fc.integer({ min: 0, max: 7 }) as fc.Arbitrary<Severity>;
const stamp: fc.Arbitrary<StampFormat> = fc.oneof(
  fc.constantFrom<StampFormat>({ kind: 'none' }, { kind: 'uptime' }),
  fc.record({
    kind: fc.constant('datetime' as const),
    milliseconds: fc.boolean(),
    localtime: fc.boolean(),
    showTimezone: fc.boolean(),
    year: fc.boolean(),
  }),
);

export const logging: fc.Arbitrary<LoggingSettings> = fc
  .tuple(
    fc.record({
      on: fc.boolean(),
      console: fc.option(level, { nil: undefined }),
      monitor: fc.option(level, { nil: undefined }),
      buffer: fc.option(fc.record({ bytes: fc.integer({ min: 4096, max: 2_147_483_647 }), level }), { nil: undefined }),
      trap: fc.option(level, { nil: undefined }),
      hosts: fc.uniqueArray(
        fc.record({ address: fc.constantFrom('10.0.0.1', '2001:db8::1'), port: fc.integer({ min: 1, max: 65_535 }) }),
        { maxLength: 16, selector: ({ address, port }) => `${address} ${port}` },
      ),
      facility: fc.constantFrom('kern', 'local7', 'sys9'),
      stamps: some<{ log: StampFormat; debug: StampFormat }>({ log: stamp, debug: stamp }),
    }),
    some<{ sourceInterface: string; originId: NonNullable<LoggingSettings['originId']> }>({
      sourceInterface: fc.constantFrom('Loopback0', 'GigabitEthernet0/1'),
      originId: fc.constantFrom<NonNullable<LoggingSettings['originId']>>('hostname', 'ip', { text: 'west side' }),
    }),
  )
  .map(([fixed, optional]) => ({ ...fixed, ...optional }));

const dayMinutes = fc.integer({ min: 0, max: 1439 });
const recurringDay: fc.Arbitrary<RecurringDay> = fc.record({
  week: fc.constantFrom<RecurringDay['week']>(1, 2, 3, 4, 'last'),
  weekday: fc.integer({ min: 0, max: 6 }),
  month: fc.integer({ min: 0, max: 11 }),
  minutes: dayMinutes,
});
const fixedDay: fc.Arbitrary<FixedDay> = fc.record({
  year: fc.integer({ min: 1993, max: 2035 }),
  month: fc.integer({ min: 0, max: 11 }),
  day: fc.integer({ min: 1, max: 28 }),
  minutes: dayMinutes,
});
const zoneName = fc.constantFrom('EST', 'CEST', 'UTC', 'X');
const summerTime: fc.Arbitrary<SummerTime> = fc
  .record({
    zone: zoneName,
    offsetMinutes: fc.integer({ min: 1, max: 1440 }),
  })
  .chain((fixed) =>
    fc.oneof(
      fc.record({ begin: recurringDay, end: recurringDay }).map((days) => ({
        ...fixed,
        kind: 'recurring' as const,
        ...days,
      })),
      fc.record({ begin: fixedDay, end: fixedDay }).map((days) => ({ ...fixed, kind: 'date' as const, ...days })),
    ),
  );

export const time: fc.Arbitrary<TimeSettings> = fc
  .tuple(
    fc.record({
      calendarValid: fc.boolean(),
      servers: fc.uniqueArray(
        fc
          .tuple(
            fc.record({
              host: fc.oneof(address, word),
              prefer: fc.boolean(),
              version: fc.integer({ min: 1, max: 4 }),
              port: fc.integer({ min: 1, max: 65_535 }),
            }),
            some<{ source: string }>({ source: interfaceName }),
          )
          .map(([fixed, optional]) => ({ ...fixed, ...optional })),
        { maxLength: 10, selector: ({ host, port }) => `${host} ${port}` },
      ),
    }),
    some<{ zone: { name: string; minutes: number }; summer: SummerTime }>({
      zone: fc.record({
        name: zoneName,
        minutes: fc.integer({ min: -1439, max: 1439 }).filter((m) => m >= 0 || m <= -60),
      }),
      summer: summerTime,
    }),
  )
  .map(([fixed, optional]) => ({ ...fixed, ...optional }));

const mark = fc.integer({ min: 1, max: 50 });
const threshold: fc.Arbitrary<Threshold> = fc
  .tuple(
    fc.oneof(
      fc.record({ trigger: fc.constantFrom(...triggers) }),
      fc.record({ trigger: fc.constant('int-calls' as const), interface: interfaceName }),
    ),
    mark,
    mark,
    some<{ busyout: true; treatment: true }>({ busyout: fc.constant(true), treatment: fc.constant(true) }),
  )
  .map(([what, low, more, flags]) => ({ ...what, low, high: low + more, ...('interface' in what ? {} : flags) }));

export const callAdmission: fc.Arbitrary<CallAdmissionSettings> = fc
  .tuple(
    fc.record({
      thresholds: fc
        .uniqueArray(threshold, { maxLength: 4, selector: thresholdKey })
        .map((all) => new Map(all.map((one) => [thresholdKey(one), one]))),
      pollSeconds: fc.record({
        cpuAverage: fc.integer({ min: 10, max: 300 }),
        memory: fc.integer({ min: 1, max: 60 }),
      }),
      treatment: fc.record({
        on: fc.boolean(),
        cause: fc.constantFrom('busy' as const, 'no-QoS' as const, 'no-resource' as const),
      }),
    }),
    some<Pick<CallAdmissionSettings, 'spike'>>({
      spike: fc.record({
        calls: fc.integer({ min: 1, max: 2_147_483_647 }),
        steps: fc.integer({ min: 3, max: 10 }),
        stepMs: fc.integer({ min: 100, max: 2000 }),
      }),
    }),
  )
  .map(([fixed, optional]) => ({ ...fixed, ...optional }));
