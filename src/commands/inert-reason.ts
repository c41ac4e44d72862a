/** Why a line has no effect. `harmless`: calls are what they are on IOS without it. */
export type Reason = string | { readonly harmless: string };

export function harmless(text: string): Reason {
  return { harmless: text };
}

export function reasonText(reason: Reason): string {
  return typeof reason === 'string' ? reason : reason.harmless;
}

export const notOffered = 'not offered in this version';
export const platform = harmless('belongs to the router platform');
export const routing = harmless('the host routes packets');
export const hostInterface = harmless('the host drives its interfaces');
export const localLogins = harmless('logins are always local');
export const plainEnrolment = harmless('enrolment is served over plain HTTP');
export const noSrtp = 'media is not encrypted in this version';
export const noRewriting = 'messages are not rewritten';

/** Lines that may stand in several modes, and have no effect for the same reason in each. */
const everywhere: Readonly<Record<string, Reason>> = {
  'early-offer forced': harmless('every INVITE that begins a call leaves with an offer'),
  'timers buffer-invite': harmless('no ISDN trunk tells a name behind the call it belongs to'),
  'host-registrar': 'neither a Diversion nor a 3xx of ours is sent',
  'registration passthrough': 'registrations are not accepted',
  'asymmetric payload': 'payload types are those that were agreed on',
  'sip-profiles': noRewriting,
  'copy-list': noRewriting,
  'dscp-profile': 'the host marks packets',
  srtp: noSrtp,
  'srtp-crypto': noSrtp,
  'srtp-auth': noSrtp,
};

/** The reason of a line by its words, with or without `voice-class sip` in front. */
export function reasonOf(words: string): Reason {
  const bare = words.replace(/^voice-class sip /, '');
  const known = Object.keys(everywhere).find((one) => bare === one || bare.startsWith(`${one} `));
  return (known === undefined ? undefined : everywhere[known]) ?? notOffered;
}
