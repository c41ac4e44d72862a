import { retryDefaults, type SipSettings, timerDefaults } from '../settings.ts';
import { defaultTimers, type TimerValues } from '../transaction/index.ts';
import type { TimerUse } from './session-host.ts';

/** First interval and number of repetitions of everything we send, as `timers` and `retry` of `sip-ua` say. */
export interface TimerSettings extends Readonly<Record<TimerUse, TimerValues>> {
  /** Requests of the peer that are no INVITE: nothing of ours is repeated there. */
  readonly server: TimerValues;
  ofRequest(method: string): TimerValues;
}

/** `timers` and `retry` of `sip-ua` as the transactions want them. */
export function timerSettings(sip: SipSettings): TimerSettings {
  const t = { ...timerDefaults, ...sip.timers };
  const r = { ...retryDefaults, ...sip.retry };
  const values = (t1: number, resends: number): TimerValues => ({ ...defaultTimers, t1, resends });
  const invite = values(t.trying, r.invite);
  const options = values(t.options, r.options);
  const requests: Readonly<Record<string, TimerValues>> = {
    INVITE: invite,
    BYE: values(t.disconnect, r.bye),
    CANCEL: values(t.disconnect, r.cancel),
    PRACK: values(t.prack, r.prack),
    UPDATE: values(t.update, r.update),
    // IOS counts the first one too.
    REGISTER: values(t.register, r.register - 1),
    OPTIONS: options,
    INFO: values(t.info, r.info),
    NOTIFY: values(t.notify, r.notify),
    SUBSCRIBE: values(t.notify, r.subscribe),
    REFER: values(t.refer, r.refer),
    COMET: values(t.comet, r.comet),
  };
  return {
    invite,
    answer: values(t.connect, r.response),
    rel1xx: values(t.rel1xx, r.rel1xx),
    server: defaultTimers,
    ofRequest: (method) => requests[method] ?? options,
  };
}
