import type { SipSettings } from '../sip/settings.ts';
import { settingsOf } from './config-mode.ts';
import { readTarget, targetText } from './target.ts';

const setting = settingsOf<SipSettings>();

/** `sip-server`: where dial peers with `session target sip-server` send their calls. */
export const sipServerSetting = setting('sip-server <server:word>', 'Configure a SIP Server Interface', {
  standard: 'none',
  set: (sip, { server }) => ({ ...sip, sipServer: readTarget(server, 'SIP server') }),
  unset: (sip) => ({ ...sip, sipServer: undefined }),
  print: ({ sipServer }) => (sipServer === undefined ? undefined : `sip-server ${targetText(sipServer)}`),
});
