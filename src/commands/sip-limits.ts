import { type LimitName, limitTable, type SipSettings } from '../sip/settings.ts';
import { type Setting, settingsOf } from './config-mode.ts';

const setting = settingsOf<SipSettings>();

/** The table without what is as it comes. */
function limited(sip: SipSettings, name: LimitName, value: number | undefined): SipSettings {
  const { [name]: _, ...others } = sip.limits;
  const isStandard = value === undefined || value === limitTable[name].standard;
  return { ...sip, limits: isStandard ? others : { ...others, [name]: value } };
}

/** `limit`, ours: the bounds on what peers may send, and make the gateway hold and do. */
export const limitSettings: readonly Setting<SipSettings>[] = (Object.keys(limitTable) as LimitName[]).map((name) => {
  const { standard, least, most } = limitTable[name];
  return setting(`limit ${name as 'x'} <value:int(${`${least}-${most}` as '0-1'})>`, 'A bound on what peers may do', {
    ours: true,
    standard: String(standard),
    set: (sip, { value }) => limited(sip, name, value),
    unset: (sip) => limited(sip, name, undefined),
    print: ({ limits }) => (limits[name] === undefined ? undefined : `limit ${name} ${limits[name]}`),
    default: `limit ${name} ${standard}`,
  });
});
