import { reasonPhrase } from '../message/index.ts';

/** The media type of what a NOTIFY says of a referred call (RFC 3420). */
export const sipfragType = 'message/sipfrag;version=2.0';

/** How far the referred call is, as a status line. `reason`: printable words of ours in the place of the usual ones. */
export function printSipfrag(status: number, reason = reasonPhrase(status)): string {
  return `SIP/2.0 ${status} ${reason}\r\n`;
}

/** The status that a body of that type tells; undefined when it does not begin with a status line. */
export function readSipfrag(body: string): number | undefined {
  const [, digits] = /^SIP\/2\.0 ([1-6]\d\d)(?: |\r?\n|$)/i.exec(body) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
