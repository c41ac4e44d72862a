import { type NtpTimestamp, timestampMs } from '../../time/index.ts';
import type { PrintTime } from '../display-time.ts';

/** `DFA02517.D2F7B9F6 (13:40:23.824 EST Wed Nov 21 2018)`; 1900 where there is none. */
export function printTimestamp(timestamp: NtpTimestamp, print: PrintTime): string {
  const hex = timestamp.toString(16).toUpperCase().padStart(16, '0');
  const text = timestamp === 0n ? '00:00:00.000 UTC Mon Jan 1 1900' : print(timestampMs(timestamp));
  return `${hex.slice(0, 8)}.${hex.slice(8)} (${text})`;
}
