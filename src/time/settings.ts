/** One change between standard and summer time, as `recurring` names it. Month and weekday count from 0, January and Sunday. */
export interface RecurringDay {
  /** 1 to 4, or the last of the month. */
  readonly week: 1 | 2 | 3 | 4 | 'last';
  readonly weekday: number;
  readonly month: number;
  /** Minutes after midnight, by the clock that is about to change. */
  readonly minutes: number;
}

/** A change on one day, as `date` names it. */
export interface FixedDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly minutes: number;
}

export type SummerTime = {
  readonly zone: string;
  readonly offsetMinutes: number;
} & (
  | { readonly kind: 'recurring'; readonly begin: RecurringDay; readonly end: RecurringDay }
  | { readonly kind: 'date'; readonly begin: FixedDay; readonly end: FixedDay }
);

export interface NtpServerSettings {
  /** Name or address, as typed. */
  readonly host: string;
  readonly prefer: boolean;
  readonly version: number;
  /** Ours: 123 unless said. */
  readonly port: number;
  /** The interface whose address is asked from. */
  readonly source?: string;
}

/** `clock ...` and `ntp ...`, as configured. */
export interface TimeSettings {
  readonly zone?: { readonly name: string; readonly minutes: number };
  readonly summer?: SummerTime;
  /** `clock calendar-valid`: the host's clock is authoritative even where `ntp server` is configured. */
  readonly calendarValid: boolean;
  readonly servers: readonly NtpServerSettings[];
}

export const ntpPort = 123;
export const ntpVersion = 4;

export const timeDefaults: TimeSettings = { calendarValid: false, servers: [] };

/** The rules of the United States since 2007: what IOS takes for `recurring` without words. */
export const recurringDefaults: { readonly begin: RecurringDay; readonly end: RecurringDay } = {
  begin: { week: 2, weekday: 0, month: 2, minutes: 120 },
  end: { week: 1, weekday: 0, month: 10, minutes: 120 },
};
