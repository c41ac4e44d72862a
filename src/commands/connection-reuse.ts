import type { SipSettings } from '../sip/settings.ts';
import { settingsOf } from './config-mode.ts';

const setting = settingsOf<SipSettings>();

/** IOS's words are about the ports of UDP, where every port of ours is the listener's. */
export const connectionReuseSetting = setting(
  'connection-reuse [via-port | system]',
  'Offer peers the TLS connections made here for their calls',
  {
    standard: 'off',
    set: (sip, { viaPort, system }) => ({
      ...sip,
      connectionReuse: viaPort ? 'via-port' : system ? 'system' : 'plain',
    }),
    unset: (sip) => ({ ...sip, connectionReuse: undefined }),
    print: ({ connectionReuse: reuse }) =>
      reuse === undefined ? undefined : reuse === 'plain' ? 'connection-reuse' : `connection-reuse ${reuse}`,
    default: 'no connection-reuse',
  },
);
