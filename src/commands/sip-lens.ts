import type { SipSettings } from '../sip/settings.ts';
import type { Lens } from './config-mode.ts';

/** The SIP settings are one record; `voice service voip`, its `sip` and `sip-ua` each show a part of it. */
export const sipLens: Lens<SipSettings> = {
  read: (tree) => tree.sip,
  write: (tree, _focus, sip) => ({ ...tree, sip }),
};
