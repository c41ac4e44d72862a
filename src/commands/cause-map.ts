import type { SipSettings } from '../sip/settings.ts';
import { type Setting, settingsOf } from './config-mode.ts';

const setting = settingsOf<SipSettings>();

type Map = ReadonlyMap<number, number>;

/** In the order of the numbers, whichever was typed first. */
function withPair(map: Map, from: number, to: number): Map {
  return new Map([...map, [from, to] as const].toSorted(([a], [b]) => a - b));
}

function withoutPair(map: Map, from: number): Map {
  const next = new Map(map);
  next.delete(from);
  return next;
}

/** `set pstn-cause` and `set sip-status`: what a Q.850 cause becomes in SIP, and a SIP status elsewhere. */
export const causeMapSettings: readonly Setting<SipSettings>[] = [
  setting('set pstn-cause <cause:int(1-127)> sip-status <status:int(400-699)>', 'SIP status of a PSTN cause', {
    standard: 'show sip-ua map pstn-sip',
    set: (sip, { cause, status }) => ({ ...sip, statusOfCause: withPair(sip.statusOfCause, cause, status) }),
    unset: (sip, { cause }) => ({ ...sip, statusOfCause: withoutPair(sip.statusOfCause, cause) }),
    noSyntax: 'set pstn-cause <cause:int(1-127)> [sip-status [<status:int(400-699)>]]',
    print: ({ statusOfCause }) =>
      [...statusOfCause].map(([cause, status]) => `set pstn-cause ${cause} sip-status ${status}`),
  }),
  setting('set sip-status <status:int(400-699)> pstn-cause <cause:int(1-127)>', 'PSTN cause of a SIP status', {
    standard: 'show sip-ua map sip-pstn',
    set: (sip, { cause, status }) => ({ ...sip, causeOfStatus: withPair(sip.causeOfStatus, status, cause) }),
    unset: (sip, { status }) => ({ ...sip, causeOfStatus: withoutPair(sip.causeOfStatus, status) }),
    noSyntax: 'set sip-status <status:int(400-699)> [pstn-cause [<cause:int(1-127)>]]',
    print: ({ causeOfStatus }) =>
      [...causeOfStatus].map(([status, cause]) => `set sip-status ${status} pstn-cause ${cause}`),
  }),
];
