import type { SipMessage } from './message.ts';

/** Why somebody ends a call (RFC 3326): the Q.850 cause, a SIP status, or both; neither when nothing was said. */
export interface GivenReason {
  readonly q850?: number;
  readonly sip?: number;
}

const none: GivenReason = {};
/** Values read of one message; the rest says nothing new. */
const valuesAtMost = 8;

/** Reason of a BYE or CANCEL. Of each protocol the first value counts; what is malformed is passed over. */
export function readReason(message: SipMessage): GivenReason {
  const lines = message.headers('reason');
  if (lines.length === 0) return none;
  const given: { q850?: number; sip?: number } = {};
  for (const value of lines.flatMap(values).slice(0, valuesAtMost)) {
    const [, protocol = '', parameters = ''] = /^\s*([\w.-]+)\s*((?:;.*)?)$/.exec(value) ?? [];
    const cause = Number(/;\s*cause\s*=\s*(\d{1,3})\s*(?:;|$)/i.exec(parameters)?.[1] ?? Number.NaN);
    if (Number.isNaN(cause)) continue;
    if (protocol.toUpperCase() === 'Q.850' && cause <= 127) given.q850 ??= cause;
    else if (protocol.toUpperCase() === 'SIP') given.sip ??= cause;
  }
  return given;
}

/** `Reason: Q.850;cause=16`. */
export function printQ850(cause: number): string {
  return `Reason: Q.850;cause=${cause}`;
}

/** `Reason: SIP;cause=408;text="..."`; `text` is ours, without quotes. */
export function printSipReason(status: number, text: string): string {
  return `Reason: SIP;cause=${status};text="${text}"`;
}

/** The values of a line: commas inside quotes divide nothing. */
function values(line: string): string[] {
  const found: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 92 && isQuoted) at++;
    else if (code === 34) isQuoted = !isQuoted;
    else if (code === 44 && !isQuoted) {
      found.push(line.slice(start, at));
      start = at + 1;
    }
  }
  found.push(line.slice(start));
  return found;
}
