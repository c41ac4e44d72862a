import { printQ850, reasonPhrase } from '../message/index.ts';

/** The media type of what a NOTIFY says of a referred call (RFC 3420). */
export const sipfragType = 'message/sipfrag;version=2.0';

/** How far the referred call is, as a status line, and where it failed, why: a Q.850 cause and our words for it. */
export function printSipfrag(status: number, why?: { readonly cause: number; readonly text: string }): string {
  const reason = why === undefined ? '' : `${printQ850(why.cause)};text="${why.text}"\r\n`;
  return `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n${reason}`;
}

/** The status that a body of that type tells; undefined when it does not begin with a status line. */
export function readSipfrag(body: string): number | undefined {
  const [, digits] = /^SIP\/2\.0 ([1-6]\d\d)(?: |\r?\n|$)/i.exec(body) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
