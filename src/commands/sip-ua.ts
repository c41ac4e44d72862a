import { CommandError } from '../cli/index.ts';
import {
  type RetryName,
  retryDefaults,
  type SipSettings,
  sipDefaults,
  type TimerName,
  timerDefaults,
} from '../sip/settings.ts';
import { causeMapSettings } from './cause-map.ts';
import type { CommandSet } from './command-set.ts';
import { configMode, opener, type Setting, settingsOf } from './config-mode.ts';
import { connectionReuseSetting } from './connection-reuse.ts';
import { keepaliveTargetSettings } from './keepalive-target.ts';
import { protocolModeSetting } from './protocol-mode.ts';
import { proxySettings } from './proxy-protocol.ts';
import { section } from './section.ts';
import { authenticationSetting, credentialsSetting } from './sip-authentication.ts';
import { withoutBlocks } from './sip-blocks.ts';
import { sipLens } from './sip-lens.ts';
import { limitSettings } from './sip-limits.ts';
import { registrarOfDhcpSetting, registrarSetting, registrationSpike } from './sip-registrar.ts';
import { sipServerSetting } from './sip-server.ts';
import { signalingSetting } from './sip-signaling.ts';
import { transportSetting } from './sip-transport.ts';

const setting = settingsOf<SipSettings>();

/** Sets a value of a table that holds only what differs from the defaults. */
function tuned<K extends string>(
  table: Readonly<Partial<Record<K, number>>>,
  defaults: Readonly<Record<K, number>>,
  name: K,
  value: number | undefined,
): Readonly<Partial<Record<K, number>>> {
  const next = { ...table };
  delete next[name];
  return value === undefined || value === defaults[name] ? next : { ...next, [name]: value };
}

function retrySetting(name: RetryName): Setting<SipSettings> {
  return setting(`retry ${name as 'x'} <count:int(1-10)>`, `Number of ${name} retries`, {
    standard: String(retryDefaults[name]),
    set: (sip, { count }) => ({ ...sip, retry: tuned(sip.retry, retryDefaults, name, count) }),
    unset: (sip) => ({ ...sip, retry: tuned(sip.retry, retryDefaults, name, undefined) }),
    print: ({ retry }) => (retry[name] === undefined ? undefined : `retry ${name} ${retry[name]}`),
    default: `retry ${name} ${retryDefaults[name]}`,
  });
}

const registerRetry = setting(
  'retry register <count:int(1-10)> [exhausted-random-interval minimum <minimum:int(1-1440)> maximum <maximum:int(1-1440)>]',
  'Number of register retries',
  {
    standard: String(retryDefaults.register),
    set: (sip, { count, minimum, maximum }) => {
      if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
        throw new CommandError('% The minimum is above the maximum');
      }
      const registerExhausted = minimum === undefined || maximum === undefined ? undefined : { minimum, maximum };
      return { ...sip, retry: tuned(sip.retry, retryDefaults, 'register', count), registerExhausted };
    },
    unset: (sip) => ({
      ...sip,
      retry: tuned(sip.retry, retryDefaults, 'register', undefined),
      registerExhausted: undefined,
    }),
    print: ({ retry, registerExhausted: exhausted }) => {
      if (retry.register === undefined && exhausted === undefined) return undefined;
      const line = `retry register ${retry.register ?? retryDefaults.register}`;
      if (exhausted === undefined) return line;
      return `${line} exhausted-random-interval minimum ${exhausted.minimum} maximum ${exhausted.maximum}`;
    },
    default: `retry register ${retryDefaults.register}`,
  },
);

/** Words and range of each timer; those not named here are 100-1000 milliseconds under their own name. */
const differingTimers: Readonly<Partial<Record<TimerName, { readonly words: string; readonly range: string }>>> = {
  expires: { words: 'expires', range: '60000-300000' },
  hold: { words: 'hold', range: '15-2880' },
  connectionAging: { words: 'connection aging', range: '5-30' },
  connectionEstablishTls: { words: 'connection establish tls', range: '5-20' },
  dnsRegistrarCache: { words: 'dns registrar-cache', range: '60-65535' },
  keepaliveActive: { words: 'keepalive active', range: '10-600' },
  keepaliveDown: { words: 'keepalive down', range: '1-120' },
};

export function timerWords(name: TimerName): { readonly words: string; readonly range: string } {
  return differingTimers[name] ?? { words: name, range: '100-1000' };
}

function timerSetting(name: TimerName): Setting<SipSettings> {
  const { words, range } = timerWords(name);
  return setting(`timers ${words as 'x'} <value:int(${range as '0-1'})>`, `SIP ${words} timer`, {
    standard: String(timerDefaults[name]),
    set: (sip, { value }) => ({ ...sip, timers: tuned(sip.timers, timerDefaults, name, value) }),
    unset: (sip) => ({ ...sip, timers: tuned(sip.timers, timerDefaults, name, undefined) }),
    print: ({ timers }) => (timers[name] === undefined ? undefined : `timers ${words} ${timers[name]}`),
    default: `timers ${words} ${timerDefaults[name]}`,
  });
}

/** Default tables are literal objects: their keys are the names. */
export function namesOf<K extends string>(table: Readonly<Record<K, number>>): readonly K[] {
  return Object.keys(table) as K[];
}

/** What is on or off and says no more. */
function switched(
  words: string,
  name: 'remotePartyId' | 'redirection' | 'reasonOverride',
  help: string,
): Setting<SipSettings> {
  const usual = sipDefaults[name];
  const printed = (isOn: boolean): string => (isOn ? words : `no ${words}`);
  return setting(words, help, {
    standard: usual ? 'on' : 'off',
    set: (sip) => ({ ...sip, [name]: true }),
    unset: (sip) => ({ ...sip, [name]: false }),
    reset: (sip) => ({ ...sip, [name]: usual }),
    print: ({ [name]: isOn }) => (isOn === usual ? undefined : printed(isOn)),
    default: printed(usual),
  });
}

const sipUaMode = configMode<SipSettings>({
  name: 'config-sip-ua',
  prompt: 'config-sip-ua',
  lens: sipLens,
  settings: [
    credentialsSetting<SipSettings>(),
    authenticationSetting<SipSettings>({
      read: ({ authentication }) => authentication,
      write: (sip, authentication) => ({ ...sip, authentication }),
    }),
    setting('max-forwards <hops:int(1-70)>', 'Maximum number of hops', {
      standard: '70',
      set: (sip, { hops }) => ({ ...sip, maxForwards: hops }),
      unset: (sip) => ({ ...sip, maxForwards: sipDefaults.maxForwards }),
      print: ({ maxForwards }) => (maxForwards === sipDefaults.maxForwards ? undefined : `max-forwards ${maxForwards}`),
      default: `max-forwards ${sipDefaults.maxForwards}`,
    }),
    ...namesOf(retryDefaults).map((name) => (name === 'register' ? registerRetry : retrySetting(name))),
    ...namesOf(timerDefaults).map(timerSetting),
    ...keepaliveTargetSettings,
    registrarSetting<SipSettings>(),
    registrarOfDhcpSetting,
    registrationSpike,
    transportSetting,
    protocolModeSetting,
    connectionReuseSetting,
    switched('remote-party-id', 'remotePartyId', 'Say who calls in Remote-Party-ID too'),
    switched('redirection', 'redirection', 'Follow calls that a 3xx sends on'),
    switched('reason-header override', 'reasonOverride', 'A cause in Reason of a final response holds'),
    signalingSetting,
    sipServerSetting<SipSettings>(),
    ...proxySettings,
    ...limitSettings,
    ...causeMapSettings,
  ],
});

export const sipUaCommands: CommandSet = {
  config: [
    opener('sip-ua', 'SIP user agent configuration commands', {
      mode: 'config-sip-ua',
      focus: () => undefined,
      create: (tree) => tree,
      remove: (tree, _args, { world }) => withoutBlocks(tree, world.config.batch, 'config-sip-ua'),
    }),
  ],
  modes: [sipUaMode.definition],
  sections: [
    section('sip-ua', (tree, all) => {
      const inside = sipUaMode.print(tree, undefined, all);
      return inside.length === 0 ? [] : ['sip-ua', ...inside];
    }),
  ],
};
