import type { Clock } from '../../io/index.ts';
import type { TransportLog } from './messages.ts';

const windowMs = 1000;
const linesAtMost = 20;

/** A log that a flood of hostile connections cannot drown: 20 lines a second pass, then it is said how many did not. */
export function limitedLog(log: TransportLog, clock: Clock): TransportLog {
  let windowStart = clock.monotonic();
  let lines = 0;
  return (mnemonic, values) => {
    const now = clock.monotonic();
    if (now - windowStart >= windowMs) {
      if (lines > linesAtMost) log('LOG_LIMITED', { count: lines - linesAtMost });
      windowStart = now;
      lines = 0;
    }
    if (++lines <= linesAtMost) log(mnemonic, values);
  };
}
