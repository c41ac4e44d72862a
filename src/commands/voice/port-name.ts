import { CommandError } from '../../cli/index.ts';

/** SLOT/PORT or SLOT/SUBUNIT/PORT, and the D channel behind it: 15 of an E1, 23 of a T1, or a DS0 group. */
const form = /^(\d{1,2}(?:\/\d{1,2}){1,2})(?::(\d{1,2}))?$/;
const lastChannel = 31;

/** A voice port's name as typed, leading zeros aside. Throws when it is none. */
export function portName(typed: string): string {
  const [, numbers, channel] = form.exec(typed) ?? [];
  if (numbers === undefined || Number(channel ?? 0) > lastChannel)
    throw new CommandError(`% Invalid voice port: ${typed}`);
  const port = numbers.split('/').map(Number).join('/');
  return channel === undefined ? port : `${port}:${Number(channel)}`;
}
