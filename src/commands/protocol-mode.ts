import type { SipSettings } from '../sip/settings.ts';
import { settingsOf } from './config-mode.ts';

const setting = settingsOf<SipSettings>();

/** `protocol mode`: the families of addresses that SIP is heard on. Each target is called by the family it is of, so nothing is preferred. */
export const protocolModeSetting = setting(
  'protocol mode {ipv4 | ipv6 | dual-stack [preference {ipv4 | ipv6}]}',
  'Choose the families of addresses',
  {
    standard: 'ipv4',
    set: (sip, args) => ({ ...sip, protocolMode: args.dualStack ? 'dual-stack' : args.ipv6 ? 'ipv6' : 'ipv4' }),
    unset: (sip) => ({ ...sip, protocolMode: 'ipv4' }),
    print: ({ protocolMode }) => (protocolMode === 'ipv4' ? undefined : `protocol mode ${protocolMode}`),
    default: 'protocol mode ipv4',
  },
);
