import { globSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Child } from './child.ts';
import { bound, freePort, loopback } from './port.ts';
import type { Scene } from './scene.ts';

/** A time server made with chrony: serves the clock of the host, or a wrong one, and touches neither. */
export interface TimeServer {
  readonly port: number;
  readonly child: Child;
}

export async function startTimeServer(scene: Scene, stratum = 5, shift?: string): Promise<TimeServer> {
  const port = await freePort();
  const config = scene.write(
    `chrony-${port}.conf`,
    `local stratum ${stratum}
port ${port}
bindaddress ${loopback}
allow 127.0.0.0/8
cmdport 0
pidfile ${scene.path(`chrony-${port}.pid`)}
`,
  );
  const words = ['chronyd', '-x', '-d', '-U', '-u', userInfo().username, '-f', config] as const;
  const [command, ...args] = withClock(shift, words);
  const child = scene.start(command, args);
  await bound('udp', port);
  return { port, child };
}

/** faketime's library, wherever this machine keeps it. Its program would stand between us and the process we are to end. */
const faketime = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0] ?? '/usr/lib/faketime/libfaketimeMT.so.1';

/**
 * A command with its clock so far from that of the host: `-400d`. Only the time of day is moved, so that timers stay right.
 * `+0 x20`: time passes so many times as fast for it, timers and all.
 */
export function withClock(
  shift: string | undefined,
  words: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  if (shift === undefined) return words;
  const timers = shift.includes(' x') ? [] : ['FAKETIME_DONT_FAKE_MONOTONIC=1'];
  return ['env', `LD_PRELOAD=${faketime}`, `FAKETIME=${shift}`, ...timers, ...words];
}
