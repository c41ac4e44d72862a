import { retryDefaults, type SipSettings, timerDefaults } from '../settings.ts';
import { defaultTimers, type TimerValues } from '../transaction/index.ts';
import type { TimerUse } from './session-host.ts';

/** `timers` and `retry` of `sip-ua` as the transactions want them: first interval and number of repetitions. */
export function timerSettings(sip: SipSettings): Readonly<Record<TimerUse, TimerValues>> {
  const t = { ...timerDefaults, ...sip.timers };
  const r = { ...retryDefaults, ...sip.retry };
  const values = (t1: number, resends: number): TimerValues => ({ ...defaultTimers, t1, resends });
  return {
    invite: values(t.trying, r.invite),
    answer: values(t.connect, r.response),
    bye: values(t.disconnect, r.bye),
    cancel: values(t.disconnect, r.cancel),
    // IOS counts the first one too.
    register: values(t.register, r.register - 1),
    other: values(t.options, r.options),
  };
}
