import type { PotsPeer } from '../../call/index.ts';
import { CommandError } from '../../cli/index.ts';
import { type Setting, settingsOf } from '../config-mode.ts';
import { portName } from './port-name.ts';

const setting = settingsOf<PotsPeer>();

/** What `prefix` may hold: keys, and `,` for a pause of a second. */
const prefixKeys = '0123456789ABCD*#,+';

function checkedPrefix(digits: string): string {
  if (digits.length > 32 || [...digits].some((key) => !prefixKeys.includes(key)))
    throw new CommandError('% Invalid prefix: up to 32 of 0-9, A-D, #, *, + and comma');
  return digits;
}

/** The sub-commands only a POTS peer has. */
export const potsSettings: readonly Setting<PotsPeer>[] = [
  setting('digit-strip', 'Strip digits that were matched literally', {
    standard: 'on',
    set: (peer) => ({ ...peer, digitStrip: true }),
    unset: (peer) => ({ ...peer, digitStrip: false }),
    reset: (peer) => ({ ...peer, digitStrip: true }),
    print: ({ digitStrip }) => (digitStrip ? undefined : 'no digit-strip'),
    default: 'digit-strip',
  }),
  setting('port <name:word>', 'Voice port of this peer', {
    set: (peer, { name }) => ({ ...peer, port: portName(name) }),
    unset: ({ port: _, ...peer }) => peer,
    print: ({ port }) => (port === undefined ? undefined : `port ${port}`),
  }),
  setting('forward-digits {<count:int(0-32)> | all | extra}', 'Digits to send, counted from the last', {
    set: (peer, { count, all }) => ({ ...peer, forwardDigits: count ?? (all ? 'all' : 'extra') }),
    unset: ({ forwardDigits: _, ...peer }) => peer,
    print: ({ forwardDigits }) => (forwardDigits === undefined ? undefined : `forward-digits ${forwardDigits}`),
  }),
  setting('prefix <digits:word>', 'Digits to send first', {
    set: (peer, { digits }) => ({ ...peer, prefix: checkedPrefix(digits) }),
    unset: ({ prefix: _, ...peer }) => peer,
    print: ({ prefix }) => (prefix === undefined ? undefined : `prefix ${prefix}`),
  }),
  setting('sip-register', 'Register the number with the SIP registrar', {
    standard: 'on',
    set: (peer) => ({ ...peer, sipRegister: true }),
    unset: (peer) => ({ ...peer, sipRegister: false }),
    reset: (peer) => ({ ...peer, sipRegister: true }),
    print: ({ sipRegister }) => (sipRegister ? undefined : 'no sip-register'),
    default: 'sip-register',
  }),
];
