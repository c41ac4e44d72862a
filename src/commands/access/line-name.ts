import type { SessionLine } from './face.ts';

/** Who sits at a line, in the words of IOS's log: `console`, `ada on vty0 (10.0.0.2)`. */
export function lineName(line: SessionLine | undefined): string {
  const { kind = 'con', number = 0, user, address } = line ?? {};
  const place = kind === 'con' ? 'console' : `vty${number}${address === undefined ? '' : ` (${address})`}`;
  return user === undefined ? place : `${user} on ${place}`;
}
