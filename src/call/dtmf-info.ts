import type { Digit } from '../media/index.ts';
import type { DialogMessage } from '../sip/session.ts';

/** Of an INFO that does not say, and of `application/dtmf`, which cannot. */
const usualMs = 250;
const longestMs = 5000;
const names: ReadonlyMap<string, string> = new Map([
  ['10', '*'],
  ['11', '#'],
  ['12', 'A'],
  ['13', 'B'],
  ['14', 'C'],
  ['15', 'D'],
]);

/** A key in an INFO as Cisco writes it, `application/dtmf-relay`, or in the shorter `application/dtmf`. Undefined: there is none. */
export function readDtmfInfo({ method, contentType, body }: DialogMessage): Digit | undefined {
  if (method !== 'INFO') return undefined;
  if (contentType === 'application/dtmf') return digitOf(body.trim(), usualMs);
  if (contentType !== 'application/dtmf-relay') return undefined;
  const signal = fieldOf(body, 'signal') ?? '';
  const duration = fieldOf(body, 'duration') ?? '';
  return digitOf(signal, /^\d{1,5}$/.test(duration) ? Number(duration) : usualMs);
}

/** Of a line `name = value`. */
function fieldOf(body: string, name: string): string | undefined {
  for (const line of body.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0 && line.slice(0, at).trim().toLowerCase() === name) return line.slice(at + 1).trim();
  }
  return undefined;
}

function digitOf(signal: string, durationMs: number): Digit | undefined {
  const key = names.get(signal) ?? signal.toUpperCase();
  return /^[\d*#A-D]$/.test(key) ? { key, durationMs: Math.min(Math.max(durationMs, 1), longestMs) } : undefined;
}

export function printDtmfInfo({ key, durationMs }: Digit): DialogMessage {
  return {
    method: 'INFO',
    contentType: 'application/dtmf-relay',
    body: `Signal=${key}\r\nDuration=${durationMs}\r\n`,
  };
}
